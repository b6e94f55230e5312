"""The command line: a lazy group over the files in commands/, and the one error boundary.

run(["train", "--model", "nbsvm"])      # 0
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import click
from click.shell_completion import CompletionItem

from imdbnlp import __version__
from imdbnlp.cli.console import ConsoleReporter, show, show_error, show_next_steps
from imdbnlp.cli.shared import SHARED_OPTIONS, Config, Shared
from imdbnlp.cli.signals import INTERRUPTED, catching, exit_code
from imdbnlp.cli.streams import discard, flush_stdout, prepare_streams
from imdbnlp.commands._discover import Command, command_help, command_names, grouped_commands, load_command
from imdbnlp.errors import ImdbnlpError, ResourceError, UsageError

_COMPLETES = "_IMDBNLP_COMPLETE"  # set by the shell that asks for completions


def run(arguments: Sequence[str]) -> int:
    """Run the command line.  Returns the exit code: 0 done, 1 data or run, 2 usage, 130 Ctrl-C, 143 SIGTERM."""
    prepare_streams()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's own messages are not for our users
    with catching() as received:
        code = _run(arguments)
        with suppress(OSError, ImdbnlpError):  # what is left of a result that was interrupted
            flush_stdout()
    return exit_code(received) if code == INTERRUPTED else code


def _run(arguments: Sequence[str]) -> int:
    debug = "--debug" in arguments or os.environ.get("IMDBNLP_DEBUG", "").lower() in ("1", "true", "yes", "on")
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
    except BrokenPipeError:  # the reader of the pipe has closed it
        discard(sys.stdout)
        return 0
    except Exception as error:
        if _COMPLETES in os.environ:  # the shell would show our error in the middle of a line
            return ImdbnlpError.exit_code
        if debug:
            raise
        known = _known(error)
        show_error(known)
        return known.exit_code


def _called(arguments: list[str]) -> int:
    """Parse and invoke as click's own `main` does, which handles signals and closed pipes in its own way."""
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
        return ResourceError(
            f"{where}{error.strerror or error}", hint="check the path, its permissions and the free space"
        )
    unexpected = f"{type(error).__name__}: {' '.join(str(error).split())}"
    return ImdbnlpError(f"unexpected: {unexpected}", hint="run it again with --debug and report what it prints")


def _click_message(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        models = _models_with_option(error)
        if models:
            return f"option '{error.option_name}' belongs to another model: {', '.join(models)}"
        return f"there is no option '{error.option_name}'"
    message = " ".join(error.format_message().split())
    message = message.rstrip(".")
    return message[:1].lower() + message[1:]


def _click_hint(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption) and error.possibilities and not _models_with_option(error):
        from imdbnlp.settings import nearest

        return nearest(error.option_name, error.possibilities)
    context = getattr(error, "ctx", None)
    return f"see `{context.command_path} --help`" if context else "see `imdbnlp --help`"


def _models_with_option(error: click.NoSuchOption) -> list[str]:
    """The models of the command that have an option which the chosen one lacks."""
    from imdbnlp.commands._known_settings import models_with

    command = error.ctx.meta.get("command") if error.ctx else None
    return models_with(command, error.option_name.lstrip("-").replace("-", "_")) if command else []


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
        if args[:1] == ["help"]:
            args = [*args[1:2], "--help"]
        if args == ["--help"]:
            click.echo(ctx.get_help())
            ctx.exit()
        if args and not args[0].startswith("-") and args[0] not in command_names():
            load_command(args[0])
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands and shared options, and `help`, which is not a command of its own."""
        more = [CompletionItem("help", help="Show the help of a command.")] if "help".startswith(incomplete) else []
        return [*super().shell_complete(ctx, incomplete), *(more if incomplete else [])]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by their groups, each with the whole first sentence of its help."""
        width = max(map(len, command_names()))
        for title, names in grouped_commands().items():
            if names:
                with formatter.section(title):
                    rows = [(name.ljust(width), command_help(name).partition("\n")[0]) for name in names]
                    formatter.write_dl(rows)


class LazyCommand(click.Command):
    """A command whose options come from its Settings, once they are needed."""

    def make_parser(self, ctx: click.Context) -> Any:
        self.params = self._parameters(ctx)
        return super().make_parser(ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta["arguments"] = list(args)
        if not ctx.resilient_parsing:
            _check_repeated(self.make_parser(ctx).parse_args(list(args))[2], ctx)
        return super().parse_args(ctx, args)

    def _parameters(self, ctx: click.Context) -> list[click.Parameter]:
        from imdbnlp.cli.options import fitting_presets, parameters, preset_option

        command, arguments = load_command(self.name or ""), ctx.meta.get("arguments", [])
        ctx.meta["command"] = command
        ctx.meta["presets"] = presets = fitting_presets(command)
        ctx.meta["kind"] = kind = command.options_for(_peek(arguments, ctx))
        return [*parameters(kind), *([preset_option(presets)] if presets else []), *SHARED_OPTIONS]

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
        from imdbnlp.cli.process import limit_threads, prepare
        from imdbnlp.cli.resolve import resolve, unknown_variables
        from imdbnlp.workspace.workspace import Workspace

        prepare()
        shared = Shared.of(ctx)
        reporter = ConsoleReporter(shared.quiet, shared.verbose)
        command: Command = ctx.meta["command"]
        for warning in unknown_variables(ctx.meta["kind"].model_fields):
            reporter.warn(warning)
        resolved = resolve(command, ctx.meta["kind"], ctx, shared.config)
        for note in resolved.ignored:
            reporter.note(note)
        if shared.json:
            _check_json(resolved.settings)
        workspace = Workspace.find(shared.workspace, reporter)
        limit_threads(getattr(resolved.settings, "threads", 2))
        result = command.function(resolved.settings, workspace, reporter)
        show(result, shared.json, reporter)
        show_next_steps(result.next_steps, shared.quiet)
        return INTERRUPTED if result.interrupted else 0


def _check_json(settings: Any) -> None:
    """Raise SettingsError for a format of rows that are written to standard output, as JSON."""
    if getattr(settings, "output", None) == "-":
        settings.refuse(["output_format", "escape_formulas"], "does not apply with --json")


def _check_repeated(order: Sequence[click.Parameter], ctx: click.Context) -> None:
    """Raise UsageError for an option that is given twice, although it takes one value."""
    seen: set[str | None] = set()
    for parameter in order:
        takes_one = isinstance(parameter, click.Option) and not parameter.multiple
        is_switch = getattr(parameter, "is_flag", False) and parameter in SHARED_OPTIONS
        if takes_one and parameter.name in seen and not is_switch:
            raise UsageError(
                f"{max(parameter.opts, key=len)} is given twice", hint=f"give it once; see `{ctx.command_path} --help`"
            )
        seen.add(parameter.name)


def _peek(arguments: Sequence[str], ctx: click.Context) -> dict[str, str]:
    """The model by flag, variable or config file, before the options are known that depend on it."""
    said: dict[str, str] = {}
    flags = {"--model": "model", "-m": "model", "--config": "config", "--preset": "preset"}
    for position, argument in enumerate(arguments):
        for shown, name in flags.items():
            if argument.startswith(f"{shown}="):
                said[name] = argument.partition("=")[2]
            elif argument == shown and position + 1 < len(arguments):
                said[name] = arguments[position + 1]
            elif shown == "-m" and argument.startswith("-m") and len(argument) > 2:
                said[name] = argument[2:]
    if "model" not in said and os.environ.get("IMDBNLP_MODEL"):
        said["model"] = os.environ["IMDBNLP_MODEL"]
    config = Config.chosen(ctx, said.get("config"), said.get("preset") if ctx.meta["presets"] else None)
    if "model" not in said and config:
        from imdbnlp.settings import read_yaml

        said["model"] = str(read_yaml(config.path).get("model", ""))
    return {name: value for name, value in said.items() if value}


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]}, params=list(SHARED_OPTIONS))
@click.version_option(__version__, "-V", "--version", message="imdbnlp %(version)s", help="Show the version and exit.")
def imdbnlp(**shared: Any) -> None:
    """From a CSV of labelled texts to a classifier you can compare, trust and use.

    \b
    imdbnlp demo                     run the whole workflow on generated reviews
    imdbnlp preprocess reviews.csv   read, clean and tokenise the texts, once
    imdbnlp train --model nbsvm      train, calibrate and test a classifier
    imdbnlp compare                  the leaderboard of all runs
    imdbnlp predict RUN reviews.csv  predict the classes of new texts
    imdbnlp help train               the options of a command
    """
