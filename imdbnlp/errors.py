"""What can go wrong, as exceptions that carry the remedy.

Every error that a user can cause or mend is an ImdbnlpError: one line that says what was found, what was
expected and where, and one line (the hint) that says what to do. The command line prints both and exits with
`exit_code`; a library user catches the class.

    raise DataError("reviews.csv has no column 'text'", hint="choose one of: review, sentiment")
"""


class ImdbnlpError(Exception):
    """An error with a remedy.  message: one line.  hint: one line, or empty where nothing can be advised."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


class UsageError(ImdbnlpError):
    """What was asked for is not possible: a wrong option, name or path."""

    exit_code = 2


class SettingsError(UsageError):
    """A setting is unknown or out of bounds.  field: the setting's name, empty where it has none."""

    def __init__(self, message: str, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint)
        self.field = field


class DataError(ImdbnlpError):
    """The input data are at fault."""


class ArtefactError(ImdbnlpError):
    """A dataset or run on disk is damaged, foreign or of another version."""


class ResourceError(ImdbnlpError):
    """The environment are at fault: disk, lock, memory, missing language data."""


def check_not_a_string(values: object, name: str) -> None:
    """Raise UsageError for a bare string where a sequence of strings is expected: it would be read letter by letter.

    name: of the parameter.
    """
    if isinstance(values, str | bytes):
        shown = repr(values if len(values) <= 40 else values[:40])
        raise UsageError(f"{name}: got the string {shown}, expected a sequence of strings", hint="put it in a list")
