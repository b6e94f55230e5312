"""LightGBM's text of a model, read strictly and written again before LightGBM sees it.

    text = safe_text(path.read_text(), n_features=1000, n_classes=2, n_trees=120)
    booster = lightgbm.Booster(model_str=text)

LightGBM's own parser trusts its input: a changed count, child or feature ends the process or never returns, and no
`try` helps.  A checksum does not help either where a stranger made the run.  So every number is checked here (counts,
features, and that the children of each tree make one tree), and a new text is composed of what was checked: nothing
that we did not understand reaches LightGBM.  A child process with limits would survive a crash, too, but it costs a
second each time, works differently on each system, and has no answer for a model that is wrong without crashing.
"""

import re
from collections.abc import Mapping

from imdbnlp.errors import ArtefactError

_DEEPEST = 2000  # levels of a tree: LightGBM's functions call themselves for each
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?(e[-+]?[0-9]{1,3})?")
_SUMMED = ("split_gain", "threshold", "leaf_value", "leaf_weight", "internal_value", "internal_weight")
_LARGEST = 1e300  # LightGBM writes this where it means more
_DECISIONS = {"0", "2", "4", "6", "8", "10"}  # numeric, where a missing value goes, and what counts as missing
_OF_SPLITS = {
    "split_feature": _INTEGER, "split_gain": _DECIMAL, "threshold": _DECIMAL, "decision_type": _INTEGER,
    "left_child": _INTEGER, "right_child": _INTEGER,
}  # fmt: skip
_OF_LEAVES = {"leaf_value": _DECIMAL, "leaf_weight": _DECIMAL, "leaf_count": _INTEGER}
_OF_SPLITS_TOO = {"internal_value": _DECIMAL, "internal_weight": _DECIMAL, "internal_count": _INTEGER}
_NUMBERS = {**_OF_SPLITS, **_OF_LEAVES, **_OF_SPLITS_TOO}


def safe_text(text: str, n_features: int, n_classes: int, n_trees: int) -> str:
    """The same trees in a text that LightGBM can read.

    n_trees: how many there have to be.  Raises ArtefactError for whatever is not a model of ours.
    """
    head, *blocks = re.split(r"^Tree=", text.partition("\nend of trees")[0], flags=re.MULTILINE)
    _check_head(_fields(head), n_features, n_classes)
    if len(blocks) != n_trees:
        raise ArtefactError(f"{len(blocks)} trees, expected {n_trees}")
    trees = []
    for number, block in enumerate(blocks):
        first, _, rest = block.partition("\n")
        if first != str(number):
            raise ArtefactError(f"tree {first[:20]!r}, expected {number}")
        trees.append(f"Tree={number}\n{_tree(_fields(rest), n_features, number)}\n\n\n")
    sizes = " ".join(str(len(tree)) for tree in trees)
    return f"{_head(n_features, n_classes)}tree_sizes={sizes}\n\n{''.join(trees)}end of trees\n"


def _fields(block: str) -> dict[str, str]:
    """The lines `name=value` of a part of the text."""
    fields: dict[str, str] = {}
    for line in block.split("\n"):
        name, equals, value = line.partition("=")
        if name in fields:
            raise ArtefactError(f"{name[:40]!r} is stated twice")
        if equals:
            fields[name] = value
    return fields


def _head(n_features: int, n_classes: int) -> str:
    several = n_classes > 2
    outputs = n_classes if several else 1
    names = " ".join(f"f{number}" for number in range(n_features))
    return (
        f"tree\nversion=v4\nnum_class={outputs}\nnum_tree_per_iteration={outputs}\nlabel_index=0\n"
        f"max_feature_idx={n_features - 1}\n"
        f"objective={f'multiclass num_class:{n_classes}' if several else 'binary sigmoid:1'}\n"
        f"feature_names={names}\nfeature_infos={' '.join(['none'] * n_features)}\n"
    )


def _check_head(found: Mapping[str, str], n_features: int, n_classes: int) -> None:
    expected = _fields(_head(n_features, n_classes))
    for name in ("version", "num_class", "num_tree_per_iteration", "label_index", "max_feature_idx", "objective"):
        if found.get(name) != expected[name]:
            raise ArtefactError(f"{name} {found.get(name, 'missing')[:40]!r}, expected {expected[name]!r}")


def _tree(found: Mapping[str, str], n_features: int, number: int) -> str:
    """The lines of one tree, each checked."""
    try:
        values = _values(found)
        _check_values(values, n_features)
        _check_children(values["left_child"], values["right_child"])
        if not _DECIMAL.fullmatch(found.get("shrinkage", "")):
            raise ArtefactError("it has no shrinkage")
    except ArtefactError as error:
        raise ArtefactError(f"tree {number}: {error.message}") from None
    lines = [f"{name}={' '.join(values[name])}" for name in _NUMBERS]
    head = [f"num_leaves={len(values['leaf_value'])}", "num_cat=0"]
    return "\n".join([*head, *lines, "is_linear=0", f"shrinkage={found['shrinkage']}"])


def _values(found: Mapping[str, str]) -> dict[str, list[str]]:
    """The numbers of each field, still as text: of each, as many as the tree has splits or leaves."""
    if not re.fullmatch(r"[1-9][0-9]{0,8}", found.get("num_leaves", "")):
        raise ArtefactError("it has no number of leaves")
    if (found.get("num_cat"), found.get("is_linear")) != ("0", "0"):
        raise ArtefactError("it is not a tree of numeric splits and constant leaves")
    n_leaves = int(found["num_leaves"])
    values: dict[str, list[str]] = {}
    for name, pattern in _NUMBERS.items():
        values[name] = found[name].split(" ") if found.get(name) else []
        expected = n_leaves if name in _OF_LEAVES else n_leaves - 1
        if len(values[name]) != expected and not (n_leaves == 1 and name != "leaf_value" and not values[name]):
            raise ArtefactError(f"{len(values[name])} values of {name}, expected {expected}")
        if not all(map(pattern.fullmatch, values[name])):
            raise ArtefactError(f"{name} holds what is not a number")
    return values


def _check_values(values: Mapping[str, list[str]], n_features: int) -> None:
    if any(abs(float(value)) > _LARGEST for name in _SUMMED for value in values[name]):
        raise ArtefactError("it contains values that are not finite")
    if not set(values["decision_type"]) <= _DECISIONS:
        raise ArtefactError("it contains splits that are not between numbers")
    if not all(0 <= int(feature) < n_features for feature in values["split_feature"]):
        raise ArtefactError(f"it uses features outside the {n_features}")
    if any(int(count) < 0 for count in values["leaf_count"]) or any(
        int(count) < 1 for count in values["internal_count"]
    ):
        raise ArtefactError("it contains an empty leaf or split")


def _check_children(left: list[str], right: list[str]) -> None:
    """Every leaf and every split but the first is the child of one split, which comes before it.

    Then the tree has no cycle and nothing outside it.  Children below 0 are leaves: -1 the first, -2 the second.
    """
    n_leaves = len(left) + 1
    depths = [0] * len(left)
    seen: list[int] = []
    for split, pair in enumerate(zip(left, right, strict=True)):
        for child in map(int, pair):
            seen.append(child)
            if child >= 0:
                if not split < child < n_leaves - 1:
                    raise ArtefactError(f"split {split} has the child {child}")
                depths[child] = depths[split] + 1
    if n_leaves > 1 and sorted(seen) != [*range(-n_leaves, 0), *range(1, n_leaves - 1)]:
        raise ArtefactError("its children do not make one tree")
    if max(depths, default=0) > _DEEPEST:
        raise ArtefactError(f"more than {_DEEPEST} levels")
