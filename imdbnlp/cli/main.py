"""The command line: a lazy group over the files in commands/, and the one error boundary.

run(["train", "--model", "nbsvm"])      # 0
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from imdbnlp import __version__
from imdbnlp.cli.console import ConsoleReporter, show, show_error, show_next_steps
from imdbnlp.cli.signals import INTERRUPTED, catching, exit_code
from imdbnlp.cli.streams import discard, flush_stdout, prepare_streams
from imdbnlp.commands._discover import Command, command_help, command_names, load_command
from imdbnlp.errors import ImdbnlpError, ResourceError, UsageError


def run(arguments: Sequence[str]) -> int:
    """Run the command line.  Returns the exit code: 0 done, 1 data or run, 2 usage, 130 Ctrl-C, 143 SIGTERM."""
    prepare_streams()
    with catching() as received:
        code = _run(arguments)
        with suppress(OSError, ImdbnlpError):  # what is left of a result that was interrupted
            flush_stdout()
    return exit_code(received) if code == INTERRUPTED else code


def _run(arguments: Sequence[str]) -> int:
    debug = "--debug" in arguments
    try:
        code = _called(list(arguments))
        flush_stdout()
        return code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return UsageError.exit_code
    except (KeyboardInterrupt, click.Abort):
        show_error(ImdbnlpError("interrupted; nothing was left half-written"))
        return INTERRUPTED
    except BrokenPipeError:  # whoever reads us has had enough
        discard(sys.stdout)
        return 0
    except Exception as error:
        if debug:
            raise
        known = _known(error)
        show_error(known)
        return known.exit_code


def _called(arguments: list[str]) -> int:
    """Parse and invoke as click's own `main` does, which answers signals and closed pipes in its own way."""
    if "_IMDBNLP_COMPLETE" in os.environ:
        imdbnlp.main(arguments, prog_name="imdbnlp")
    try:
        with imdbnlp.make_context("imdbnlp", arguments) as context:
            result = imdbnlp.invoke(context)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    return result if isinstance(result, int) else 0


def _known(error: Exception) -> ImdbnlpError:
    """Any exception as one that can be shown."""
    if isinstance(error, ImdbnlpError):
        return error
    if isinstance(error, click.ClickException):
        return UsageError(_click_message(error), hint=_click_hint(error))
    if isinstance(error, MemoryError):
        return ResourceError("out of memory", hint="take fewer texts (--sample) or features (--max-features)")
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return ResourceError(f"{where}{error.strerror or error}", hint="check the path, its rights and the free space")
    unexpected = f"{type(error).__name__}: {' '.join(str(error).split())}"
    return ImdbnlpError(f"unexpected: {unexpected}", hint="run it again with --debug and report what it prints")


def _click_message(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"there is no option '{error.option_name}'"
    message = " ".join(error.format_message().split())
    message = message.rstrip(".")
    return message[:1].lower() + message[1:]


def _click_hint(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption) and error.possibilities:
        from imdbnlp.settings import nearest

        return nearest(error.option_name, error.possibilities)
    context = getattr(error, "ctx", None)
    return f"see `{context.command_path} --help`" if context else "see `imdbnlp --help`"


class LazyGroup(click.Group):
    """Commands are listed by their files' first lines and imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return command_names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in command_names():
            return None
        text = command_help(cmd_name)
        return LazyCommand(cmd_name, help=text, short_help=text.partition("\n")[0])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and not args[0].startswith("-") and args[0] not in command_names():
            load_command(args[0])
        return super().resolve_command(ctx, args)


_SHARED = [
    click.Option(["--workspace"], type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
                 envvar="IMDBNLP_WORKSPACE", help="Where datasets and runs lie.  [default ./imdbnlp-work]"),
    click.Option(["--config"], type=click.Path(path_type=Path), metavar="YAML", help="Read options from a file."),
    click.Option(["--json", "as_json"], is_flag=True, help="Answer as JSON."),
    click.Option(["--quiet"], is_flag=True, help="No progress and no notes."),
    click.Option(["--verbose"], is_flag=True, help="Say what each stage took."),
    click.Option(["--debug"], is_flag=True, help="Show the traceback of an error."),
]  # fmt: skip


class LazyCommand(click.Command):
    """A command whose options come from its Settings, once they are needed."""

    def make_parser(self, ctx: click.Context) -> Any:
        self.params = self._parameters(ctx)
        return super().make_parser(ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta["arguments"] = list(args)
        return super().parse_args(ctx, args)

    def _parameters(self, ctx: click.Context) -> list[click.Parameter]:
        from imdbnlp.cli.options import parameters

        command, arguments = load_command(self.name or ""), ctx.meta.get("arguments", [])
        ctx.meta["command"] = command
        ctx.meta["kind"] = kind = command.options_for(_peek(arguments))
        return [*parameters(kind), *_SHARED]

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        if not self.params:
            self.params = self._parameters(ctx)
        return super().get_params(ctx)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The docstring as it is written: its examples keep their lines."""
        formatter.write_paragraph()
        with formatter.indentation():
            for line in (self.help or "").splitlines():
                formatter.write(" " * formatter.current_indent + line + "\n" if line else "\n")

    def invoke(self, ctx: click.Context) -> int:
        from imdbnlp.cli.options import resolve
        from imdbnlp.cli.process import prepare
        from imdbnlp.workspace.workspace import Workspace

        prepare()
        shared = {name: ctx.params[name] for name in ("workspace", "config", "as_json", "quiet", "verbose")}
        outer = ctx.parent.params if ctx.parent else {}
        quiet = shared["quiet"] or bool(outer.get("quiet"))
        reporter = ConsoleReporter(quiet, shared["verbose"])
        command: Command = ctx.meta["command"]
        options = resolve(ctx.meta["kind"], ctx, shared["config"])
        workspace = Workspace.find(shared["workspace"] or outer.get("workspace"), reporter)
        result = command.function(options, workspace, reporter)
        show(result, shared["as_json"] or bool(outer.get("as_json")), reporter)
        show_next_steps(result.next_steps, quiet)
        return INTERRUPTED if result.interrupted else 0


def _peek(arguments: Sequence[str]) -> dict[str, str]:
    """What --model, --config and the environment say, before the options are known that depend on it."""
    said: dict[str, str] = {}
    for position, argument in enumerate(arguments):
        for name in ("model", "config"):
            if argument.startswith(f"--{name}="):
                said[name] = argument.partition("=")[2]
            elif argument == f"--{name}" and position + 1 < len(arguments):
                said[name] = arguments[position + 1]
    if "model" not in said and os.environ.get("IMDBNLP_MODEL"):
        said["model"] = os.environ["IMDBNLP_MODEL"]
    if "model" not in said and "config" in said:
        from imdbnlp.settings import read_yaml

        said["model"] = str(read_yaml(Path(said["config"])).get("model", ""))
    return {name: value for name, value in said.items() if value}


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="imdbnlp %(version)s")
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Where datasets and runs lie.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.option("--quiet", is_flag=True, help="No progress and no notes.")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def imdbnlp(workspace: Path | None, as_json: bool, quiet: bool, debug: bool) -> None:
    """From a CSV of labelled texts to a classifier you can compare, trust and use.

    \b
    imdbnlp demo                            the whole way on built-in example data
    imdbnlp preprocess reviews.csv          read, clean and code the texts, once
    imdbnlp train --model nbsvm             train, calibrate and test a classifier
    imdbnlp compare                         the leaderboard of all runs
    imdbnlp predict RUN reviews.csv         use one
    """
