"""Which stop words are dropped from which view, and lists of the user's own.

read_stop_words(Path("own.txt"))
view_preprocessing("standard", "en", "stem", "dataset", lambda: stop_words("en"))
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from imdbnlp.errors import UsageError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.text.documents import read_documents
from imdbnlp.text.profiles import ProfileName
from imdbnlp.text.stop_lists import stop_words
from imdbnlp.text.views import Preprocessing, View, view_drops_stop_words

StopList = Literal["none", "dataset", "english"]
"""The list dropped in addition to what a view drops: none, the one of the dataset, or scikit-learn's English one."""

_STANDARD = Preprocessing()
_COMMENT = re.compile(r"(?:^|\s)#.*")


def view_preprocessing(
    profile: ProfileName, language: str, view: View, stop_list: StopList, listed: Callable[[], frozenset[str]]
) -> Preprocessing:
    """The preprocessing of a view.

    stop_list: dropped in addition to those that the view itself drops.  `dataset`: the listed ones, before words are
    lemmatised or stemmed; `english`: scikit-learn's, from the words of the view.  listed: gives the list, if needed.
    """
    first = view_drops_stop_words(view, profile) or stop_list == "dataset"
    dropped = listed() if first else frozenset()
    last = stop_words() if stop_list == "english" else frozenset()
    return Preprocessing(profile, language, view, dropped, last)


def read_stop_words(
    path: Path, preprocessing: Preprocessing = _STANDARD, reporter: Reporter = SILENT
) -> frozenset[str]:
    """Stop words from a UTF-8 file: one word per line; ` #` begins a comment.

    preprocessing: its profile and language tokenise the words.  Warns of words that are not a single token.
    Raises UsageError if the file cannot be read or a line contains more than one word.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        hint = "give the path of a text file with one word per line"
        raise UsageError(f"cannot read stop words from {path}: {error.strerror}", hint=hint) from None
    except UnicodeDecodeError as error:
        message = f"{path} is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}"
        raise UsageError(message, hint="save the stop words as UTF-8") from None
    lines = [_COMMENT.sub("", line).strip() for line in text.split("\n")]
    for number, line in enumerate(lines, start=1):
        if len(line.split()) > 1:
            raise UsageError(f"{path}, line {number} contains more than one word", hint="write one word per line")
    tokens, others = stop_word_tokens([line for line in lines if line], preprocessing)
    if others:
        shown = ", ".join(others[:3]) + (", …" if len(others) > 3 else "")
        reporter.warn(f"{path}: {len(others):,} stop word(s) are not a single token and have no effect ({shown})")
    return tokens


def stop_word_tokens(words: Sequence[str], preprocessing: Preprocessing) -> tuple[frozenset[str], list[str]]:
    """The tokens of the words that are a single token, and the other words."""
    documents = read_documents(words, preprocessing)
    single = (documents.tokens.lengths == 1).tolist()
    tokens = [documents.tokens[row][0] for row, is_one in enumerate(single) if is_one]
    return (
        frozenset(documents.words[token] for token in tokens),
        [word for word, is_one in zip(words, single, strict=True) if not is_one],
    )
