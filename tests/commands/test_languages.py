"""From a file to predictions in languages whose words are not parted by spaces or have their own lower case."""

import csv
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from imdbnlp.commands import preprocess, train
from imdbnlp.tasks.explanation import explain_text
from imdbnlp.text.tokenize import code_texts
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.workspace import Workspace

Row = tuple[str, str]


def trained(root: Path, rows: Sequence[Row], **options: object) -> Run:
    path = root / "reviews.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    workspace = Workspace(root / "work")
    preprocess.preprocess(preprocess.Options(file=str(path), **options), workspace)
    return workspace.run(train.train(train.options_for({"model": "nbsvm"})(model="nbsvm"), workspace).data["run"])


def sentences(n: int, characters: str, words: dict[str, Sequence[str]], seed: int) -> list[Row]:
    """Random characters without spaces, the class given by one word among them."""
    draw = Random(seed)
    rows = []
    for number in range(n):
        label = list(words)[number % len(words)]
        before, after = ("".join(draw.choices(characters, k=draw.randint(3, 15))) for _ in range(2))
        rows.append((before + draw.choice(words[label]) + after, label))
    return rows


CHINESE = "我们昨天和朋友一起看了这部电影导演是新人演员来自上海"
JAPANESE = "きのうともだちとえいがをみたかんとくはしんじんです"
THAI = "เมื่อวานฉันไปดูหนังกับเพื่อนผู้กำกับเป็นคนใหม่"


@pytest.mark.parametrize(
    ("language", "characters", "words"),
    [
        ("zh", CHINESE, {"good": ["精彩", "感人"], "bad": ["无聊", "糟糕"]}),
        ("en", CHINESE, {"good": ["精彩", "感人"], "bad": ["无聊", "糟糕"]}),
        ("ja", JAPANESE, {"good": ["最高", "スゴイ"], "bad": ["退屈", "ダメダ"]}),
        ("th", THAI, {"good": ["ยอด"], "bad": ["แย่"]}),
    ],
)
def test_sentences_without_spaces_are_learned(
    language: str, characters: str, words: dict[str, Sequence[str]], tmp_path: Path
) -> None:
    run = trained(tmp_path, sentences(400, characters, words, seed=1), language=language)
    new = sentences(200, characters, words, seed=2)
    probabilities = run.classifier.probabilities([text for text, _ in new])
    found = [run.classifier.classes[code] for code in probabilities.argmax(axis=1)]
    assert sum(one == label for one, (_, label) in zip(found, new, strict=True)) > 0.9 * len(new)


def test_a_turkish_run_lowers_new_texts_as_those_that_it_learned_from(tmp_path: Path) -> None:
    rows = [(f"film {number} {word}", label) for number in range(30) for word, label in [("IŞIK", "a"), ("İNCE", "b")]]
    run = trained(tmp_path, rows, language="turkish")
    same = run.classifier.probabilities(["IŞIK", "ışık", "Işık", "İNCE", "ince", "İnce"]).argmax(axis=1)
    assert same.tolist() == [0, 0, 0, 1, 1, 1]
    assert [(word.text, word.start) for word in explain_text(run.classifier, "Ah IŞIK").words] == [
        ("ah", 0),
        ("ışık", 3),
    ]


def test_marks_tell_programming_languages_apart(tmp_path: Path) -> None:
    names = {"C": "c", "C++": "cpp", "C#": "csharp", ".NET": "dotnet", "net": "net"}
    rows = [(f"I write {name} for job {number}", label) for number in range(30) for name, label in names.items()]
    run = trained(tmp_path, rows)
    codes = run.classifier.probabilities([f"I write {name}" for name in names]).argmax(axis=1)
    assert [run.classifier.classes[code] for code in codes] == list(names.values())
    assert next(code_texts(["C++"])).words == ["c++"]
