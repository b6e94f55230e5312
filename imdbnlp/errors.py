"""Errors as exceptions that say what to do.

Every error that a user can cause or fix is an ImdbnlpError: one line that says what was found, what was
expected and where, and one line (the hint) that says what to do. The command line prints both and exits with
`exit_code`; a library user catches the class.

    raise DataError("reviews.csv has no column 'text'", hint="choose one of: review, sentiment")
"""


class ImdbnlpError(Exception):
    """An error with a remedy.  message: one line.  hint: one line, or empty if there is no advice."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


class UsageError(ImdbnlpError):
    """The request is not possible: a wrong option, name or path."""

    exit_code = 2


class SettingsError(UsageError):
    """A setting is unknown or out of bounds.  field: the setting's name, empty if there is none."""

    def __init__(self, message: str, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint)
        self.field = field


class DataError(ImdbnlpError):
    """The input data are at fault."""


class ArtefactError(ImdbnlpError):
    """A dataset or run on disk is damaged, foreign or of another version."""


class ResourceError(ImdbnlpError):
    """The environment is at fault: disk, lock, memory, missing language data."""


def check_not_a_string(values: object, name: str) -> None:
    """Raise UsageError for a bare string where a sequence of strings is expected, which would be read as characters.

    name: of the parameter.
    """
    if isinstance(values, str | bytes):
        shown = repr(values if len(values) <= 40 else values[:40])
        raise UsageError(f"{name}: got the string {shown}, expected a sequence of strings", hint="put it in a list")
