"""Lists of stop words: scikit-learn's and stopwordsiso's for the standard profile, NLTK's for the study's.

    stop_words("english") >= {"the", "of", "because"}     # True; 318 words
    stop_words("ko"), nltk_stop_words()

A listed word that consists of several tokens, such as a Chinese word of two characters, is left out: each of its
characters also occurs in other words.
"""

from collections.abc import Callable, Sequence
from functools import partial

from imdbnlp.text.clean import clean_standard
from imdbnlp.text.languages import code_among, language_code
from imdbnlp.text.nltk_data import find_corpus, read_corpus_file
from imdbnlp.text.tokenize import code_texts

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


def stop_words(language: str = "english") -> frozenset[str]:
    """The stop words of a language: scikit-learn's for English, stopwordsiso's for 57 others, none for the rest.

    language: ISO code or English name.  Raises UsageError if there is no such language.
    """
    if language_code(language) == "en":
        return frozenset(_ENGLISH.split())
    import stopwordsiso

    code = code_among(language, stopwordsiso.langs())
    if code is None:
        return frozenset()
    clean = partial(clean_standard, language=language_code(language))
    return _single_tokens(sorted(stopwordsiso.stopwords(code)), clean)


def _single_tokens(words: Sequence[str], clean: Callable[[str], bytes]) -> frozenset[str]:
    """The tokens of those words that are a single token."""
    single: set[str] = set()
    for block in code_texts(words, clean):
        first = block.ids.offsets[:-1][block.ids.lengths == 1]
        single.update(block.words[token] for token in block.ids.values[first].tolist())
    return frozenset(single)


def nltk_stop_words() -> frozenset[str]:
    """NLTK's English stop words.  Raises ResourceError if its stopwords data is missing."""
    listed = read_corpus_file(find_corpus("stopwords"), "english").decode()
    return frozenset(listed.split())
