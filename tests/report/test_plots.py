"""Pictures are written in the format of their name, and drawings hold what they should."""

import xml.etree.ElementTree as tree
from pathlib import Path

import numpy as np
import pytest

from imdbnlp.errors import UsageError
from imdbnlp.features.embeddings import WordVectors
from imdbnlp.report.drawing import Layer, draw_network
from imdbnlp.report.plots import picture_history, picture_words

EPOCHS = [
    {"epoch": 1, "loss": 0.6, "accuracy": 0.7, "valid_loss": 0.5, "valid_accuracy": 0.8},
    {"epoch": 2, "loss": 0.3, "accuracy": 0.9, "valid_loss": 0.4, "valid_accuracy": 0.85},
]
VECTORS = WordVectors(["good", "great", "bad"], np.eye(3, dtype=np.float32))


def test_a_history_becomes_a_png(tmp_path: Path) -> None:
    picture_history(EPOCHS, best=2).save(tmp_path / "h.png")
    assert (tmp_path / "h.png").read_bytes().startswith(b"\x89PNG")


def test_a_history_without_validation_is_drawn(tmp_path: Path) -> None:
    picture_history([{"epoch": 1, "loss": 0.6, "accuracy": 0.7}]).save(tmp_path / "h.svg")
    text = (tmp_path / "h.svg").read_text()
    assert "<svg" in text


def test_the_same_words_give_the_same_picture(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        picture_words(VECTORS, {"good": ["good", "great"], "bad": ["bad"]}).save(tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_two_words_and_one_can_be_drawn(tmp_path: Path) -> None:
    for words in (["good", "bad"], ["good"]):
        picture_words(VECTORS, {"": words}).save(tmp_path / "w.png")


def test_an_unknown_ending_or_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected a name that ends in .png, .svg or .pdf"):
        picture_history(EPOCHS).save(tmp_path / "h.gif")
    with pytest.raises(UsageError, match="no folder"):
        picture_history(EPOCHS).save(tmp_path / "none" / "h.png")


def test_a_network_is_drawn_with_each_layer_below_what_it_reads() -> None:
    layers = [
        Layer("words", "InputLayer", "texts", 0, []),
        Layer("left", "Conv", "texts", 1200, ["words"]),
        Layer("right", "Conv<&>", "texts", 0, ["words"]),
        Layer("classes", "Dense", "texts × 2", 6, ["left", "right"]),
    ]
    picture = tree.fromstring(draw_network(layers, "cnn <1>"))
    space = "{http://www.w3.org/2000/svg}"
    tops = [float(box.attrib["y"]) for box in picture.iter(f"{space}rect")]
    assert tops[0] < tops[1] == tops[2] < tops[3]
    assert len(list(picture.iter(f"{space}path"))) == 4
    shown = [text.text for text in picture.iter(f"{space}text")]
    assert "Conv<&>" in shown and "texts, 1,200 weights" in shown and "cnn <1>" in shown
