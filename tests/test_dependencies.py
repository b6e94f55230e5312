"""Every package that pyproject.toml declares is imported by the package, and every one that is imported is declared."""

import ast
import re
import sys
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MODULE_OF = {
    "Jinja2": "jinja2", "MarkupSafe": "markupsafe", "PyStemmer": "Stemmer", "PyYAML": "yaml", "scikit-learn": "sklearn",
}  # fmt: skip
"""Packages whose module has another name."""

RUN_BY_USERS = {"nltk": "python -m nltk.downloader"}
"""Packages that are not imported, with the command that an error tells the user to run."""


def declared() -> set[str]:
    lines = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["pretrained"]
    names = [re.split(r"[<>=!~;\[ ]", line, maxsplit=1)[0] for line in lines]
    return {MODULE_OF.get(name, name) for name in names}


def imported() -> set[str]:
    """The packages that any module imports, inside functions too, without the standard library and our own."""
    found: set[str] = set()
    for file in (REPOSITORY / "imdbnlp").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names - {"imdbnlp"}


def test_every_declared_package_is_imported() -> None:
    assert declared() - imported() - set(RUN_BY_USERS) == set()


def test_a_package_that_is_not_imported_is_run_by_a_command_that_an_error_names() -> None:
    sources = "".join(file.read_text(encoding="utf-8") for file in (REPOSITORY / "imdbnlp").rglob("*.py"))
    assert [command for command in RUN_BY_USERS.values() if command not in sources] == []


def test_every_imported_package_is_declared() -> None:
    assert imported() - declared() == set()
