"""Names of entries: those that every file system can hold.

valid_name("nbsvm-1a2b3c4d")        # the same
valid_name("a/b")                   # UsageError
"""

import re

from imdbnlp.errors import UsageError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?|.*\.bad[0-9]*|.*\.")


def is_name(name: str) -> bool:
    """Whether a name can be that of an entry."""
    return bool(_NAME.fullmatch(name)) and not _RESERVED.fullmatch(name)


def valid_name(name: str) -> str:
    """Return the name.  Raises UsageError if no entry can have it."""
    if not is_name(name):
        raise UsageError(
            f"{name[:80]!r} cannot be a name", hint="use up to 64 letters, digits, points, dashes and underscores"
        )
    return name
