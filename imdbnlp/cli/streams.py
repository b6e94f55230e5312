"""The process's standard streams, usable whatever the shell has closed and whatever their encoding is.

    prepare_streams()
    write_stdout("a line\n")

A character that the encoding lacks is written as a plain equivalent (- for –) or as an escape (\\u4f60).
"""

import codecs
import io
import os
import sys

from imdbnlp.errors import ResourceError

_PLAIN = {"–": "-", "—": "-", "…": "...", "’": "'", "‘": "'", "“": '"', "”": '"'}
_PLAIN |= dict.fromkeys("▌▋▊▉█", "#") | dict.fromkeys("▏▎▍", "|")
_HANDLER = "imdbnlp.plain"


def prepare_streams() -> None:
    """Replace closed standard streams and let no character stop the others."""
    _occupy_closed_descriptors()
    codecs.register_error(_HANDLER, _plain)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  for the rest of the process
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)


def _occupy_closed_descriptors() -> None:
    """Keep files that are opened later from getting the number of a closed stream, to which libraries write.

    They cannot be read from or written to, so that an output to /dev/stdout is still an error.
    """
    for descriptor, mode in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_RDONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, mode), True)


def _plain(error: UnicodeError) -> tuple[str, int]:
    """What is written for characters that the encoding lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_PLAIN.get(character) or escaped(character) for character in lacking), error.end


def escaped(character: str) -> str:
    r"""A character as JSON escapes it: \u00e9, \ud83c\udfac."""
    number = ord(character)
    if number < 0x10000:
        return f"\\u{number:04x}"
    number -= 0x10000
    return f"\\u{0xD800 + (number >> 10):04x}\\u{0xDC00 + (number & 0x3FF):04x}"


def is_unicode(encoding: str | None) -> bool:
    """Whether an encoding has every character."""
    return (encoding or "").lower().startswith("utf")


def write_stdout(text: str) -> None:
    """Write to standard output.  Raises BrokenPipeError if its reader has gone, ResourceError on failure."""
    try:
        sys.stdout.write(text)
    except OSError as error:
        raise _lost(error) from None


def flush_stdout() -> None:
    """Write what is buffered.  Raises as write_stdout does."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise _lost(error) from None


def _lost(error: OSError) -> Exception:
    """The error to raise, once the rest of the output leads nowhere: at its end Python would fail again."""
    discard(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return error
    return ResourceError(
        f"cannot write to standard output: {error.strerror or error}", hint="check the free space of its destination"
    )


def write_stderr(text: str) -> None:
    """Write to standard error, if it is still read; a closed standard error does not end the work."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        discard(sys.stderr)


def discard(stream: io.TextIOBase | object) -> None:
    """Let a stream that cannot be written lead nowhere."""
    try:
        number = stream.fileno()  # type: ignore[union-attr]
    except (OSError, ValueError, AttributeError):
        return
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, number)
    os.close(null)
