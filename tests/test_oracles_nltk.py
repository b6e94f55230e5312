"""Our own paths equal NLTK's and scikit-learn's, on real words and on random ones."""

import csv
import gzip
import re
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imdbnlp.text.contractions import NLTK_CONTRACTIONS
from imdbnlp.text.porter import porter_stems
from imdbnlp.text.stop_lists import nltk_stop_words, stop_words
from imdbnlp.text.wordnet import wordnet_noun_lemmas

BEGINNINGS = st.text(alphabet="aeioubcdlstwxyzyy'1éÉİß", max_size=6)
SUFFIXES = """
    s ss sses ies ied ed eed ing at bl iz y al ational tional enci anci izer bli alli entli eli ousli ization
    ation ator alism iveness fulness ousness aliti iviti biliti fulli logi icate ative alize iciti ical ful
    ness ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize e ll ly ally
"""
ENDINGS = st.lists(st.sampled_from(SUFFIXES.split()), max_size=3).map("".join)
WORDS = st.one_of(st.builds(str.__add__, BEGINNINGS, ENDINGS), st.text(max_size=8))


@pytest.fixture(scope="module")
def real_words(real_data: Path) -> list[str]:
    """The distinct words of 2,000 reviews, with their apostrophes."""
    with gzip.open(real_data / "imdb_train.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        texts = [" ".join(row) for row in islice(csv.reader(lines), 2_001)]
    return sorted(set(re.findall(r"[\w']+", " ".join(texts))))


def test_porter_stems_equal_nltk_on_real_words(real_words: list[str]) -> None:
    from nltk.stem import PorterStemmer

    stemmer = PorterStemmer()
    assert len(real_words) > 25_000
    assert porter_stems(real_words) == [stemmer.stem(word) for word in real_words]


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS.filter(lambda word: "*" not in word), max_size=10))
def test_porter_stems_equal_nltk_on_random_words(words: list[str]) -> None:
    from nltk.stem import PorterStemmer

    stemmer = PorterStemmer()
    assert porter_stems(words) == [stemmer.stem(word) for word in words]


def test_wordnet_lemmas_equal_nltk(real_words: list[str], nltk_in_process: None) -> None:
    from nltk.stem import WordNetLemmatizer

    lemmatizer = WordNetLemmatizer()
    words = [word.lower() for word in real_words] + ["men", "oxen", "ses", "s", "", "aardwolves", "better"]
    assert wordnet_noun_lemmas(words) == [lemmatizer.lemmatize(word) for word in words]


def test_nltk_stop_words_equal_nltk(nltk_in_process: None) -> None:
    from nltk.corpus import stopwords

    assert nltk_stop_words() == set(stopwords.words("english"))


@pytest.fixture
def nltk_in_process(nltk_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """NLTK reads $NLTK_DATA when it is imported, which may have been before."""
    import nltk

    monkeypatch.setattr(nltk.data, "path", [str(nltk_data)])


def test_english_stop_words_equal_scikit_learn() -> None:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    assert stop_words("english") == ENGLISH_STOP_WORDS


CONTRACTIONS = "cannot gimme gonna gotta lemme wanna whaddya whatcha dye moren tis twas dont cannots"
PLAIN_WORDS = st.one_of(
    st.sampled_from(CONTRACTIONS.split()),
    st.text(alphabet="abcdegilmnotwy019", min_size=1, max_size=8),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PLAIN_WORDS, max_size=10))
def test_contractions_are_all_that_nltk_parts_in_plain_words(words: list[str]) -> None:
    from nltk.tokenize import NLTKWordTokenizer

    pieces = [piece for word in words for piece in NLTK_CONTRACTIONS.get(word, (word,))]
    assert NLTKWordTokenizer().tokenize(" ".join(words)) == pieces
