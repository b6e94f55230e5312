"""What a file that cannot be read seems to be, by its first bytes or lines, and what to do about it.

binary_kind(b"\\x89PNG\\r\\n...")                    # ("a PNG picture", "choose another file")
line_kind(["1 | a fine film"])                   # ("Vowpal Wabbit's format", "write one text per row as CSV: …")
"""

import re
from collections.abc import Sequence

from imdbnlp.sources.compression import PACKINGS

_OTHER = "choose another file"
_UNPACK = "unpack it first"
_EXPORT = "export its table as CSV (UTF-8)"
_PICKLE = "write the table as CSV or Parquet; pickles are never loaded because they can run code"

_BINARY = {
    b"\x89PNG": ("a PNG picture", _OTHER), b"\xff\xd8\xff": ("a JPEG picture", _OTHER),
    b"GIF8": ("a GIF picture", _OTHER),
    b"RIFF": ("a picture, sound or film (RIFF)", _OTHER), b"II*\0": ("a TIFF picture", _OTHER),
    b"%PDF": ("a PDF", "extract its text first"), b"SQLite format 3\0": ("an SQLite database", _EXPORT),
    b"\x89HDF": ("an HDF5 file", _EXPORT), b"\x93NUMPY": ("a NumPy array", "write the texts and labels as CSV"),
    b"ARROW1": ("an Arrow or Feather file", "convert it with pandas.read_feather(...).to_parquet(...)"),
    b"FEA1": ("a Feather file", "convert it with pandas.read_feather(...).to_parquet(...)"),
    b"Obj\x01": ("an Avro file", _EXPORT), b"PAR1": ("a Parquet file", "use --format parquet"),
    b"\xd0\xcf\x11\xe0": ("an old Excel or Word file", "save it as CSV (UTF-8) first"),
    b"7z\xbc\xaf": ("a 7z archive", _UNPACK), b"Rar!": ("a RAR archive", _UNPACK), b"\x7fELF": ("a program", _OTHER),
    b"{\\rtf": ("a rich text document (RTF)", "save it as plain text or CSV"),
    **{magic: (f"{kind} data", _UNPACK) for magic, kind in PACKINGS.items()},
}  # fmt: skip
_MARKUP = {
    b"<!doctype html": ("an HTML page", "download the file itself, not the page that displays it"),
    b"<html": ("an HTML page", "download the file itself, not the page that displays it"),
    b"<?xml": ("XML", "convert it to CSV first"),
}
_PICKLE_START = re.compile(rb"\x80[\x02-\x05](\x95.{8}|[\]}c(X\x8c])", re.DOTALL)
_TAR_MARK = slice(257, 262)

_LIBSVM = re.compile(r"[-+]?\d+(\.\d+)?(\s+\d+:[-+.\deE]+)+\s*(#.*)?")
_VOWPAL = re.compile(r"[-+]?\d*(\.\d+)?(\s+\S+){0,2}\s*\|\S*\s.*\S")
_CONLL = re.compile(
    r"-DOCSTART-.*|#\s*(sent_id|text|newdoc)\b.*|\d+\t\S+\t\S+\t[A-Z]+\t.*|\S+[ \t]\S+[ \t]\S+[ \t](O|[BI]-\w+)"
)
_ARFF = re.compile(r"@(relation|attribute|data)\b.*", re.IGNORECASE)
_FORMS = (
    (_LIBSVM, "libsvm's format of numbered features", "give the texts themselves as CSV: text,label"),
    (_ARFF, "an ARFF file", "convert it to CSV: leave out the lines that begin with @"),
    (_CONLL, "CoNLL's format of one word per line", "write one text per row as CSV: text,label"),
    (_VOWPAL, "Vowpal Wabbit's format", "write one text per row as CSV: text,label"),
)


def binary_kind(head: bytes) -> tuple[str, str] | None:
    """The kind of file that begins with these bytes, and what to do; None if it may be text."""
    for magic, kind in _BINARY.items():
        if head.startswith(magic):
            return kind
    if _PICKLE_START.match(head):
        return "a pickle", _PICKLE
    if head[_TAR_MARK] == b"ustar":
        return "a tar archive", "unpack it, and give the folder or file in it"
    start = head[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next((kind for begin, kind in _MARKUP.items() if start.startswith(begin)), None)


def line_kind(lines: Sequence[str]) -> tuple[str, str] | None:
    """The format of another program that all these first lines are in, and what to do; None for ordinary lines."""
    lines = [line for line in lines if line.strip()]
    for form, name, hint in _FORMS:
        if lines and all(form.fullmatch(line.strip()) for line in lines):
            return name, hint
    return None
