"""The lists of packages for an install without TensorFlow follow pyproject.toml."""

import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NETWORKS_ALONE = {"keras>=3.15,<4", "tensorflow>=2.21"}


def packages_in(name: str) -> list[str]:
    lines = (REPOSITORY / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_the_classical_requirements_are_the_dependencies_without_tensorflow_and_keras() -> None:
    dependencies = PROJECT["dependencies"]
    assert set(dependencies) >= NETWORKS_ALONE
    assert packages_in("requirements-classical.txt") == [line for line in dependencies if line not in NETWORKS_ALONE]


def test_the_test_requirements_are_the_extra_of_that_name() -> None:
    assert packages_in("requirements-test.txt") == PROJECT["optional-dependencies"]["test"]
