"""Position embeddings and blocks of Transformers."""

import numpy as np
import pytest
from needs_tensorflow import tf

from imdbnlp.models._transformer import EncoderBlock, Positions, sinusoids

pytestmark = pytest.mark.slow

RANDOM = np.random.default_rng(0)
STATES = RANDOM.normal(size=(2, 4, 6)).astype(np.float32)
MASK = np.array([[True, True, False, False], [False, True, True, True]])


def test_sinusoids_are_those_of_the_paper() -> None:
    expected = [[wave(2 / 10_000 ** (power / 6)) for power in (0, 2, 4) for wave in (np.sin, np.cos)]]
    np.testing.assert_allclose(sinusoids(tf.constant([2]), 6).numpy(), expected, atol=1e-5)
    assert sinusoids(tf.range(3), 5).shape == (3, 5)


@pytest.mark.parametrize("kind", ["sinusoidal", "learned"])
def test_positions_count_from_the_first_word(kind: str) -> None:
    shifted = Positions(kind, 10)(np.zeros((2, 4, 6), dtype=np.float32), mask=MASK).numpy()
    np.testing.assert_allclose(shifted[0, :2], shifted[1, 1:3])
    assert np.abs(shifted[0, 0] - shifted[0, 1]).max() > 0


@pytest.mark.parametrize("normalize_first", [False, True])
def test_an_encoder_block_ignores_padding(normalize_first: bool) -> None:
    block = EncoderBlock(6, 2, 8, 0.0, normalize_first)
    whole = block(STATES, mask=MASK).numpy()
    np.testing.assert_allclose(whole[0, :2], block(STATES[:1, :2], mask=MASK[:1, :2]).numpy()[0], atol=1e-5)
