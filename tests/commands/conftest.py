"""A command line in the workspace that a test names."""

from collections.abc import Callable

import pytest

from imdbnlp.cli.main import run
from imdbnlp.workspace.workspace import Workspace


@pytest.fixture
def ask(workspace: Workspace, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command line in the test's own `workspace`: exit code, stdout, stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = run(["--workspace", str(workspace.root), *arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return call
