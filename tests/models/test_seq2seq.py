"""What holds for every sequence-to-sequence model: masks, steps, search and files."""

import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from needs_tensorflow import tf
from numpy.typing import NDArray

from imdbnlp.errors import ArtefactError, UsageError
from imdbnlp.models.registry import model_module, model_names
from imdbnlp.models.seq2seq._search_settings import SearchSettings
from imdbnlp.models.seq2seq.base import Seq2SeqModel
from imdbnlp.storage.files import read_arrays, write_arrays
from imdbnlp.storage.ragged import Ragged, offsets_of
from imdbnlp.text.subwords import END, FIRST, START

pytestmark = pytest.mark.slow

N = 9  # numbers: padding, start, end, unknown, and five tokens
SMALL = {"units": 6, "embedding_size": 8, "feed_forward": 7, "heads": 2, "max_source": 8, "max_target": 6, "layers": 2}
VARIANTS: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in model_names("translation")),
    ("seq2seq-lstm", {"reverse_source": True}),
    ("seq2seq-attention", {"bidirectional": True}),
    ("seq2seq-transformer", {"pre_norm": True, "tied_embeddings": True}),
]
tokens = st.lists(st.integers(FIRST, N - 1), min_size=1, max_size=6)


def ragged(rows: list[list[int]]) -> Ragged:
    values = [number for row in rows for number in row]
    return Ragged(np.array(values, dtype=np.int32), offsets_of([len(row) for row in rows]))


def config(name: str, **options: Any) -> Any:
    kind = model_module(name).Config
    return kind(**{key: value for key, value in SMALL.items() if key in kind.model_fields} | options)


def untrained(name: str, **options: Any) -> Seq2SeqModel:
    """A model of random weights, larger than those that training starts from."""
    model: Seq2SeqModel = model_module(name).Model(config(name, **options), N, N)
    chance = np.random.default_rng(3)
    for weight in model.network.weights:
        if "seed" not in weight.path:
            weight.assign(chance.normal(0, 0.6, weight.shape))
    return model


@pytest.fixture(scope="module", params=VARIANTS, ids=lambda variant: "-".join([variant[0], *variant[1]]))
def model(request: pytest.FixtureRequest) -> Seq2SeqModel:
    return untrained(request.param[0], **request.param[1])


def forced_logits(model: Seq2SeqModel, source: list[int], given: list[int]) -> NDArray[np.float32]:
    """(given, N) logits of what follows each given token."""
    logits = model.network([np.array([source], np.int32), np.array([given], np.int32)], training=False)
    found: NDArray[np.float32] = logits.numpy()[0]
    return found


@settings(max_examples=8, deadline=None)
@given(tokens, tokens, st.integers(1, 3))
def test_padding_of_the_source_never_changes_an_answer(
    model: Seq2SeqModel, source: list[int], target: list[int], more: int
) -> None:
    alone = forced_logits(model, source, [START, *target])
    padded = forced_logits(model, source + [0] * more, [START, *target])
    np.testing.assert_allclose(padded, alone, atol=1e-4)


@settings(max_examples=8, deadline=None)
@given(tokens, tokens, tokens)
def test_a_future_token_never_changes_an_earlier_step(
    model: Seq2SeqModel, source: list[int], target: list[int], future: list[int]
) -> None:
    alone = forced_logits(model, source, [START, *target])
    longer = forced_logits(model, source, [START, *target, *future])
    np.testing.assert_allclose(longer[: len(alone)], alone, atol=1e-4)


@settings(max_examples=8, deadline=None)
@given(tokens, tokens)
def test_steps_give_the_logits_of_teacher_forcing(model: Seq2SeqModel, source: list[int], target: list[int]) -> None:
    memory, state = model.read(tf.constant([source], tf.int32))
    steps = []
    for token in [START, *target]:
        logits, state = model.write(tf.constant([token], tf.int32), memory, state)
        steps.append(logits.numpy()[0])
    np.testing.assert_allclose(steps, forced_logits(model, source, [START, *target]), atol=1e-4)


def test_every_token_of_the_source_counts(model: Seq2SeqModel) -> None:
    before = forced_logits(model, [4, 5, 6], [START])
    for place in range(3):
        changed = [4, 5, 6]
        changed[place] = 8
        assert np.abs(forced_logits(model, changed, [START]) - before).max() > 1e-4


SOURCES = ragged([[4, 5, 6], [7], [8, 8, 4, 5, 6, 7], [5, 4], [6, 6, 6, 6]])


def answers(model: Seq2SeqModel, source: Ragged = SOURCES, **options: Any) -> list[list[int]]:
    return [row.tolist() for row in model.translate(source, SearchSettings(**options))]


def test_a_beam_of_one_is_greedy(model: Seq2SeqModel) -> None:
    from imdbnlp.features.sequences import pad

    every = np.arange(len(SOURCES))
    beam = model._search._beam(pad(SOURCES, every, "post"), SearchSettings(beam=1))
    assert [row.tolist() for row in beam] == answers(model)


@pytest.mark.parametrize("beam", [1, 3])
def test_an_answer_does_not_depend_on_what_else_is_asked(model: Seq2SeqModel, beam: int) -> None:
    alone = [answers(model, SOURCES.take(np.array([row])), beam=beam)[0] for row in range(len(SOURCES))]
    assert answers(model, beam=beam) == alone
    assert answers(model, beam=beam, tokens_at_once=1) == alone


def log_probability(model: Seq2SeqModel, source: list[int], answer: list[int]) -> float:
    logits = forced_logits(model, source, [START, *answer]).astype(np.float64)
    logits[:, [0, START, 3]] = -1e9  # what is never written
    logs = logits - np.log(np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True))
    logs -= logits.max(axis=1, keepdims=True)
    return float(sum(logs[place, token] for place, token in enumerate([*answer, END])))


def test_a_wide_beam_finds_the_best_of_all_answers() -> None:
    model = untrained("seq2seq-transformer", max_target=3)
    wide = SearchSettings(beam=100, length_penalty=1.0)
    every = [list(one) for length in range(3) for one in itertools.product(range(FIRST, N), repeat=length)]
    for source in ([4, 5, 6], [7], [8, 4, 8]):
        best = max(every, key=lambda one: log_probability(model, source, one) / wide.penalty(len(one) + 1))
        assert model.translate(ragged([source]), wide)[0].tolist() == best


def test_nothing_is_answered_to_nothing_and_no_answer_is_too_long(model: Seq2SeqModel) -> None:
    source = ragged([[], [4] * 30, []])
    for beam in (1, 2):
        found = answers(model, source, beam=beam)
        assert found[0] == found[2] == []
        assert len(found[1]) <= 6 and set(found[1]) <= set(range(FIRST, N))


def test_what_is_beyond_the_longest_source_is_not_read(model: Seq2SeqModel) -> None:
    assert answers(model, ragged([[4, 5] * 4])) == answers(model, ragged([[4, 5] * 4 + [8, 8]]))


def test_attention_adds_up_to_one_over_the_source(model: Seq2SeqModel) -> None:
    source, target = np.array([4, 5, 6], np.int32), np.array([7, 8], np.int32)
    if not model.attends:
        with pytest.raises(UsageError, match="no attention"):
            model.attention(source, target)
        return
    weights = model.attention(source, target)
    assert weights.shape == (3, 3)
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-5)


def test_figures_are_of_all_tokens_and_the_end(model: Seq2SeqModel) -> None:
    target = ragged([[4, 5], [6], [7], [8, 4, 5], [4]])
    figures = model.figures(SOURCES, target)
    losses, right = [], []
    for row in range(len(SOURCES)):
        logits = forced_logits(model, SOURCES[row].tolist(), [START, *target[row]]).astype(np.float64)
        wanted = [*target[row], END]
        logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        losses += [-logs[place, token] for place, token in enumerate(wanted)]
        right += [logs[place].argmax() == token for place, token in enumerate(wanted)]
    assert figures["loss"] == pytest.approx(np.mean(losses), rel=1e-4)
    assert figures["perplexity"] == pytest.approx(np.exp(np.mean(losses)), rel=1e-3)
    assert figures["token_accuracy"] == pytest.approx(np.mean(right))


def test_saved_and_loaded_it_answers_alike(model: Seq2SeqModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    again = type(model).load(model.config, tmp_path, N, N)
    assert answers(again, beam=2) == answers(model, beam=2)
    weights = read_arrays(tmp_path / "weights.npz")
    write_arrays(tmp_path / "weights.npz", {name: weight for name, weight in weights.items() if name != "000"})
    with pytest.raises(ArtefactError, match="is damaged"):
        type(model).load(model.config, tmp_path, N, N)


def test_another_process_answers_alike(tmp_path: Path) -> None:
    model = untrained("seq2seq-attention")
    model.save(tmp_path)
    code = (
        "import numpy as np\n"
        "from pathlib import Path\n"
        "from imdbnlp.models.seq2seq import attention as kind\n"
        "from imdbnlp.models.seq2seq._search_settings import SearchSettings\n"
        "from imdbnlp.storage.ragged import Ragged\n"
        f"config = kind.Config(**{model.config.stored()})\n"
        f"model = kind.Model.load(config, Path({str(tmp_path)!r}), {N}, {N})\n"
        f"source = Ragged(np.array({SOURCES.values.tolist()}, np.int32), np.array({SOURCES.offsets.tolist()}))\n"
        "print([row.tolist() for row in model.translate(source, SearchSettings(beam=2))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(answers(model, beam=2))
