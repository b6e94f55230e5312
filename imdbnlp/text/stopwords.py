"""Words that are so frequent that some leave them out.

    stop_words("en")                          # 318 English words
    read_stop_words(Path("mine.txt"))         # one a line

English: the list that scikit-learn carries (BSD licence; after the Glasgow Information Retrieval Group's), which the
IMDB study used too.  It is held here because importing scikit-learn for it takes 2 s; a test compares the two.  The
longer English lists of other packages drop `good`, `great` and `best`.  Other languages: stopwordsiso.
"""

from pathlib import Path

from imdbnlp.errors import UsageError
from imdbnlp.text.nltk_data import read_corpus_file

_ENGLISH = """
a about above across after afterwards again against all almost alone along already also although always am
among amongst amoungst amount an and another any anyhow anyone anything anyway anywhere are around as at back
be became because become becomes becoming been before beforehand behind being below beside besides between
beyond bill both bottom but by call can cannot cant co con could couldnt cry de describe detail do done down
due during each eg eight either eleven else elsewhere empty enough etc even ever every everyone everything
everywhere except few fifteen fifty fill find fire first five for former formerly forty found four from front
full further get give go had has hasnt have he hence her here hereafter hereby herein hereupon hers herself
him himself his how however hundred i ie if in inc indeed interest into is it its itself keep last latter
latterly least less ltd made many may me meanwhile might mill mine more moreover most mostly move much must my
myself name namely neither never nevertheless next nine no nobody none noone nor not nothing now nowhere of
off often on once one only onto or other others otherwise our ours ourselves out over own part per perhaps
please put rather re same see seem seemed seeming seems serious several she should show side since sincere six
sixty so some somehow someone something sometime sometimes somewhere still such system take ten than that the
their them themselves then thence there thereafter thereby therefore therein thereupon these they thick thin
third this those though three through throughout thru thus to together too top toward towards twelve twenty
two un under until up upon us very via was we well were what whatever when whence whenever where whereafter
whereas whereby wherein whereupon wherever whether which while whither who whoever whole whom whose why will
with within without would yet you your yours yourself yourselves
"""


def stop_words(language: str) -> frozenset[str]:
    """The stop words of a language by its ISO 639 code; none for a language without a list."""
    if language == "en":
        return frozenset(_ENGLISH.split())
    import stopwordsiso

    return frozenset(stopwordsiso.stopwords(language)) if stopwordsiso.has_lang(language) else frozenset()


def nltk_stop_words() -> frozenset[str]:
    """NLTK's English list.  Raises ResourceError if it is not there."""
    return frozenset(read_corpus_file("stopwords", "english").split())


def read_stop_words(path: Path) -> frozenset[str]:
    """A list of the user's own: one word a line, # begins a comment.  Raises UsageError if it cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise UsageError(f"--stop-words: cannot read {path}: {error.strerror}", hint="check the path") from None
    except UnicodeDecodeError:
        raise UsageError(f"--stop-words: {path} is not UTF-8", hint="save it as UTF-8") from None
    words = frozenset(line.partition("#")[0].strip().lower() for line in lines)
    return words - {""}
