"""Conditions between settings: when one has a meaning."""

from typing import ClassVar

import pytest

from imdbnlp.conditions import Condition
from imdbnlp.errors import SettingsError
from imdbnlp.settings import Field, Settings, argument, work_setting


class Options(Settings):
    """Settings of which three depend on others."""

    conditions: ClassVar = {"depth": "by=tree|forest", "frequent": "picture", "folds": "!run"}

    run: str | None = argument(None, description="Run.")
    by: str = Field("tree", description="How.")
    depth: int = Field(3, description="Depth.")
    picture: str | None = Field(None, description="File.")
    frequent: int = Field(0, description="Words.")
    folds: int = Field(5, description="Folds.")
    threads: int = work_setting(2, description="Threads.")


@pytest.mark.parametrize(
    ("text", "settings", "holds"),
    [
        ("picture", {"picture": "a.png"}, True),
        ("picture", {"picture": None}, False),
        ("!run", {"run": None}, True),
        ("!run", {"run": "m"}, False),
        ("by=a|b", {"by": "b"}, True),
        ("by=a|b", {"by": "c"}, False),
        ("beam!=1", {"beam": 1}, False),
        ("beam!=1", {"beam": 5}, True),
    ],
)
def test_a_condition_holds_or_not(text: str, settings: dict[str, object], holds: bool) -> None:
    assert Condition.parse(text).holds(settings) is holds


def test_what_is_not_a_condition_is_refused() -> None:
    with pytest.raises(ValueError, match="not a condition: by = a"):
        Condition.parse("by = a")


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        (
            {"depth": 4, "by": "words"},
            "--depth is only used with --by tree or forest, not with words",
            "leave --depth out",
        ),
        ({"frequent": 3}, "--frequent is only used with --picture", "leave --frequent out, or give --picture"),
        ({"run": "m", "folds": 4}, "--folds is not used with RUN", "leave --folds out, or leave RUN out"),
    ],
)
def test_a_setting_whose_condition_does_not_hold_is_refused(given: dict[str, object], message: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Options(**given)
    assert caught.value.message == message and caught.value.hint.startswith(hint)


def test_a_default_that_is_given_by_hand_is_refused_too() -> None:
    options = Options(run="m", folds=5)
    with pytest.raises(SettingsError, match="--folds is not used with RUN"):
        options.check_conditions({"run", "folds"})


def test_settings_of_the_work_are_not_content() -> None:
    assert "threads" not in Options().content() and Options(threads=4).content() == Options().content()


def test_settings_know_where_they_came_from() -> None:
    options = Options(by="forest", depth=2).with_origins({"by": "--by"})
    assert {name: options.origins()[name] for name in ("by", "depth", "folds")} == {
        "by": "--by", "depth": "call", "folds": "default",
    }  # fmt: skip
