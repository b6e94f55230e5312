"""LightGBM's text: what is not a model of ours never reaches its parser."""

import pytest

from imdbnlp.errors import ArtefactError
from imdbnlp.models._forest import safe_text

TEXT = """tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=2
objective=binary sigmoid:1
feature_names=f0 f1 f2
feature_infos=none none none
tree_sizes=1

Tree=0
num_leaves=3
num_cat=0
split_feature=1 2
split_gain=0.9 1e-05
threshold=1.5 2
decision_type=2 2
left_child=-1 -2
right_child=1 -3
leaf_value=0.25 -0.5 1
leaf_weight=1 1 1
leaf_count=5 6 7
internal_value=0 0
internal_weight=3 2
internal_count=18 13
is_linear=0
shrinkage=0.1


end of trees
"""


def test_a_sound_model_keeps_its_trees() -> None:
    again = safe_text(TEXT, 3, 2, 1)
    assert "split_feature=1 2\n" in again and "leaf_value=0.25 -0.5 1\n" in again
    assert safe_text(again, 3, 2, 1) == again


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("left_child=-1 -2", "left_child=0 -2"),
        ("left_child=-1 -2", "left_child=-2 -2"),
        ("left_child=-1 -2", "left_child=-1 7"),
        ("right_child=1 -3", "right_child=1 -4"),
        ("split_feature=1 2", "split_feature=1 3"),
        ("split_feature=1 2", "split_feature=1 -1"),
        ("split_feature=1 2", "split_feature=1"),
        ("num_leaves=3", "num_leaves=300000000"),
        ("num_leaves=3", "num_leaves=-3"),
        ("num_cat=0", "num_cat=1"),
        ("decision_type=2 2", "decision_type=1 2"),
        ("threshold=1.5 2", "threshold=nan 2"),
        ("leaf_value=0.25", "leaf_value=1e999"),
        ("internal_count=18", "internal_count=0"),
        ("is_linear=0", "is_linear=1"),
        ("shrinkage=0.1", "shrinkage="),
        ("max_feature_idx=2", "max_feature_idx=2000000000"),
        ("num_class=1", "num_class=9"),
        ("Tree=0", "Tree=1"),
        ("num_cat=0", "num_cat=0\nnum_cat=0"),
    ],
)
def test_a_changed_model_is_refused(old: str, new: str) -> None:
    assert old in TEXT
    with pytest.raises(ArtefactError):
        safe_text(TEXT.replace(old, new), 3, 2, 1)
