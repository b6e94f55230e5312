"""Learning curves: which texts belong to a share."""

import numpy as np

from imdbnlp.tasks.learning_curve import places_in_class


def test_smaller_shares_lie_inside_larger_ones_and_hold_every_class_alike() -> None:
    labels = np.repeat([0, 1], [100, 20])
    places = places_in_class(labels, seed=1)
    assert np.bincount(labels[places < 0.25]).tolist() == [25, 5]
    assert set(np.flatnonzero(places < 0.25)) < set(np.flatnonzero(places < 0.5))
