"""Stop words: the words too common to tell classes apart.

    stop_words("english") >= {"the", "of", "because"}     # True; 318 words
    stop_words("ko"), nltk_stop_words(), read_stop_words(Path("own.txt"))

Lists are plain sets of tokens; what to drop from which view is decided elsewhere.  A listed word that becomes several
tokens, such as a Chinese word of two characters, is left out: each of its characters occurs in other words, too.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from imdbnlp.errors import UsageError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.text.clean import Profile
from imdbnlp.text.documents import read_documents
from imdbnlp.text.languages import code_among, language_code
from imdbnlp.text.nltk_data import find_corpus, read_corpus_file
from imdbnlp.text.views import Preprocessing, View, view_drops_stop_words

StopList = Literal["none", "dataset", "english"]
"""Which list is dropped besides what a view drops: none, the one of the dataset, or scikit-learn's English one."""

# scikit-learn's list (BSD-3-Clause), which is the Glasgow Information Retrieval Group's, word for word: it
# holds forms such as `couldnt` but neither `good` nor `great`.  Here since importing scikit-learn takes 2 s.
_ENGLISH = """
    a about above across after afterwards again against all almost alone along already also although always
    am among amongst amoungst amount an and another any anyhow anyone anything anyway anywhere are around as
    at back be became because become becomes becoming been before beforehand behind being below beside
    besides between beyond bill both bottom but by call can cannot cant co con could couldnt cry de describe
    detail do done down due during each eg eight either eleven else elsewhere empty enough etc even ever
    every everyone everything everywhere except few fifteen fifty fill find fire first five for former
    formerly forty found four from front full further get give go had has hasnt have he hence her here
    hereafter hereby herein hereupon hers herself him himself his how however hundred i ie if in inc indeed
    interest into is it its itself keep last latter latterly least less ltd made many may me meanwhile might
    mill mine more moreover most mostly move much must my myself name namely neither never nevertheless next
    nine no nobody none noone nor not nothing now nowhere of off often on once one only onto or other others
    otherwise our ours ourselves out over own part per perhaps please put rather re same see seem seemed
    seeming seems serious several she should show side since sincere six sixty so some somehow someone
    something sometime sometimes somewhere still such system take ten than that the their them themselves
    then thence there thereafter thereby therefore therein thereupon these they thick thin third this those
    though three through throughout thru thus to together too top toward towards twelve twenty two un under
    until up upon us very via was we well were what whatever when whence whenever where whereafter whereas
    whereby wherein whereupon wherever whether which while whither who whoever whole whom whose why will
    with within without would yet you your yours yourself yourselves
"""


_STANDARD = Preprocessing()
_COMMENT = re.compile(r"(?:^|\s)#.*")


def stop_words(language: str = "english") -> frozenset[str]:
    """The stop words of a language: scikit-learn's in English, stopwordsiso's in 57 others, none elsewhere.

    language: ISO code or English name.  Raises UsageError if there is no such language.
    """
    if language_code(language) == "en":
        return frozenset(_ENGLISH.split())
    import stopwordsiso

    code = code_among(language, stopwordsiso.langs())
    if code is None:
        return frozenset()
    tokens, _ = stop_word_tokens(sorted(stopwordsiso.stopwords(code)), Preprocessing(language=language_code(language)))
    return tokens


def usual_stop_words(profile: Profile, language: str) -> frozenset[str]:
    """The stop words of a profile where no others are given.  Raises ResourceError if NLTK's data is missing."""
    return nltk_stop_words() if profile == "notebook" else stop_words(language)


def view_preprocessing(
    profile: Profile, language: str, view: View, stop_list: StopList, listed: Callable[[], frozenset[str]]
) -> Preprocessing:
    """How words become a view's.

    stop_list: dropped besides those that the view drops by itself.  `dataset`: the listed ones, before lemmas or
    stems are made; `english`: scikit-learn's, from the words of the view.  listed: gives the list, if it is needed.
    """
    first = view_drops_stop_words(view, profile) or stop_list == "dataset"
    dropped = listed() if first else frozenset()
    last = stop_words() if stop_list == "english" else frozenset()
    return Preprocessing(profile, language, view, dropped, last)


def nltk_stop_words() -> frozenset[str]:
    """NLTK's English stop words.  Raises ResourceError if its stopwords data is missing."""
    listed = read_corpus_file(find_corpus("stopwords"), "english").decode()
    return frozenset(listed.split())


def read_stop_words(
    path: Path, preprocessing: Preprocessing = _STANDARD, reporter: Reporter = SILENT
) -> frozenset[str]:
    """Stop words from a UTF-8 file: one word per line; what follows ` #` is a comment.

    preprocessing: the profile and language that make tokens of the words.  Warns of words that become several tokens.
    Raises UsageError if the file cannot be read or a line holds more than one word.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        hint = "give the path of a text file with one word a line"
        raise UsageError(f"cannot read stop words from {path}: {error.strerror}", hint=hint) from None
    except UnicodeDecodeError as error:
        message = f"{path} is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}"
        raise UsageError(message, hint="save the stop words as UTF-8") from None
    lines = [_COMMENT.sub("", line).strip() for line in text.split("\n")]
    for number, line in enumerate(lines, start=1):
        if len(line.split()) > 1:
            raise UsageError(f"{path}, line {number} holds more than one word", hint="put one word on a line")
    tokens, others = stop_word_tokens([line for line in lines if line], preprocessing)
    if others:
        shown = ", ".join(others[:3]) + (", …" if len(others) > 3 else "")
        reporter.warn(f"{path}: {len(others):,} stop word(s) match nothing, as they are not one token ({shown})")
    return tokens


def stop_word_tokens(words: Sequence[str], preprocessing: Preprocessing) -> tuple[frozenset[str], list[str]]:
    """The tokens that the words are in a text, and the words that are none or several."""
    documents = read_documents(words, preprocessing)
    single = (documents.tokens.lengths == 1).tolist()
    tokens = [documents.tokens[row][0] for row, is_one in enumerate(single) if is_one]
    return (
        frozenset(documents.words[token] for token in tokens),
        [word for word, is_one in zip(words, single, strict=True) if not is_one],
    )
