"""Settings refuse what they do not know, and say what is nearest."""

import pytest

from imdbnlp.errors import SettingsError, UsageError
from imdbnlp.settings import Field, Settings, Span, canonical_digest, nearest, read_yaml


class Options(Settings):
    """Three settings."""

    ngrams: Span = Field((1, 1), description="Lengths.")
    cost: float = Field(1.0, gt=0, description="Cost of errors.")
    name: str | None = None


def test_a_range_is_written_as_text_a_number_or_a_pair() -> None:
    assert [Options(ngrams=given).ngrams for given in ("1-3", "2", 2, (1, 2))] == [(1, 3), (2, 2), (2, 2), (1, 2)]
    assert Options(ngrams="1-3").stored()["ngrams"] == "1-3"


@pytest.mark.parametrize("given", ["3-1", "0-2", "a-b", "-", [1, 2, 3]])
def test_what_is_no_range_is_refused(given: object) -> None:
    with pytest.raises(SettingsError, match="--ngrams .*: expected a range like 1-3"):
        Options(ngrams=given)


def test_an_unknown_setting_is_answered_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match="unknown setting 'ngram'") as caught:
        Options(ngram="1-2")
    assert caught.value.hint == "did you mean ngrams?" and caught.value.field == "ngram"


def test_a_bound_names_the_flag_and_tells_what_it_is_for() -> None:
    with pytest.raises(SettingsError, match="--cost -1: input should be greater than 0") as caught:
        Options(cost=-1)
    assert caught.value.hint == "--cost: Cost of errors."


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Options().cost = 2.0


def test_equal_settings_have_equal_digests_in_any_order() -> None:
    digests = [
        canonical_digest(options.stored()) for options in (Options(cost=2, name="a"), Options(name="a", cost=2.0))
    ]
    assert digests[0] == digests[1] != canonical_digest(Options(name="a").stored())
    assert canonical_digest({"a": 1, "b": 2}) == canonical_digest({"b": 2, "a": 1})


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("trian", "did you mean train?"),
        ("nbsvn", "did you mean nbsvm-3deaf254?"),
        ("zzz", "choose one of: nbsvm-3deaf254, train"),
    ],
)
def test_the_nearest_name_is_spelled_alike_or_begins_alike(name: str, hint: str) -> None:
    assert nearest(name, ["train", "nbsvm-3deaf254"]) == hint


def test_yaml_keys_may_have_dashes_and_a_file_must_hold_settings(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "settings.yaml"
    path.write_text("max-features: 3\n")
    assert read_yaml(path) == {"max_features": 3}
    path.write_text("")
    assert read_yaml(path) == {}
    path.write_text("- a list\n")
    with pytest.raises(UsageError, match="holds list"):
        read_yaml(path)
