"""The rooms and floors of the package: what may import what, and what no file may hold."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "imdbnlp"
FILES = sorted(PACKAGE.rglob("*.py"))
FLOORS = {
    "errors": 0, "conditions": 0, "yaml_files": 0, "settings": 0, "progress": 0,
    "storage": 1, "text": 2, "sources": 3, "data": 4, "features": 5, "models": 6, "evaluation": 6, "tasks": 7,
    "workspace": 8, "report": 9, "estimators": 10, "commands": 11, "cli": 12, "__main__": 13,
}  # fmt: skip
MODULES = {".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__") for file in FILES}


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imported(file: Path) -> Iterator[str]:
    """Every module that a file imports, inside functions too; ours by their own names."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in inner)


GRAPH = {module_of(file): {name for name in imported(file) if name.startswith("imdbnlp")} for file in FILES}


def called_names(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@pytest.mark.parametrize("module", sorted(GRAPH))
def test_imports_point_downward(module: str) -> None:
    room = room_of(module)
    upward = [
        name
        for name in GRAPH[module]
        if room and room_of(name) != room and room_of(name) and FLOORS[room_of(name)] >= max(FLOORS[room], 1)
    ]
    assert upward == []


def test_no_module_imports_itself_by_a_detour() -> None:
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join([*path, module])
        if module not in done:
            for name in GRAPH.get(module, ()):
                visit(name, (*path, module))
            done.add(module)

    for module in GRAPH:
        visit(module, ())


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_only_the_command_line_prints_or_knows_click_and_rich(file: Path) -> None:
    if room_of(module_of(file)) == "cli":
        return
    assert "print" not in set(called_names(file))
    assert {name.partition(".")[0] for name in imported(file)} & {"click", "rich"} == set()


CAN_RUN_CODE = {
    "eval",
    "exec",
    "pickle.load",
    "pickle.loads",
    "joblib.load",
    "joblib.dump",
    "yaml.load",
    "marshal.loads",
}


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_nothing_is_loaded_that_could_run(file: Path) -> None:
    assert {name.partition(".")[0] for name in imported(file)} & {"pickle", "dill", "cloudpickle", "shelve"} == set()
    assert set(called_names(file)) & CAN_RUN_CODE == set()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    keywords = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    assert keywords & {"allow_pickle=True", "safe_mode=False", "shell=True"} == set()


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_every_module_says_what_lives_in_it(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    assert not source or ast.get_docstring(ast.parse(source))


COMMANDS = {
    module
    for module in MODULES
    if module.startswith("imdbnlp.commands.") and not module.rpartition(".")[2].startswith("_")
}


@pytest.mark.parametrize("module", sorted(COMMANDS))
def test_no_command_imports_another(module: str) -> None:
    assert GRAPH[module] & COMMANDS == set()
