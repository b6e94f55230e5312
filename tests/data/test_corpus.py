"""The coded corpus holds exactly the study's tokens, lemmas and stems."""

import csv
import gzip
import re
from itertools import islice
from pathlib import Path

from imdbnlp.data.corpus import Corpus, code_corpus
from imdbnlp.text.stop_lists import nltk_stop_words
from imdbnlp.text.views import Preprocessing


def view_of(corpus: Corpus, view: str) -> list[list[str]]:
    if view not in corpus.views:
        tokens, words = corpus.tokens, corpus.vocabulary
    else:
        tokens, words = corpus.views[view].apply(corpus.tokens), corpus.views[view].words
    return [[words[word] for word in tokens[row]] for row in range(len(tokens))]


def test_notebook_views_equal_the_studys_loop_over_nltk(real_data: Path, nltk_data: Path) -> None:
    from nltk.stem import PorterStemmer, WordNetLemmatizer
    from nltk.tokenize import word_tokenize

    with gzip.open(real_data / "imdb_train.csv.gz", "rt", encoding="utf-8", newline="") as file:
        reviews = [row["review"] for row in islice(csv.DictReader(file), 400)]
    stop, lemmatizer, stemmer = nltk_stop_words(), WordNetLemmatizer(), PorterStemmer()
    corpus = code_corpus(reviews, Preprocessing("notebook", "en", "words", stop))
    tokens = []
    for review in reviews:
        cleaned = re.sub(r"[^a-z0-9 ]", "", review.lower().replace("<br />", ""))
        tokens.append(word_tokenize(cleaned, preserve_line=True))
    assert view_of(corpus, "words") == tokens
    left = [[word for word in words if word not in stop] for words in tokens]
    assert view_of(corpus, "no-stop") == left
    assert view_of(corpus, "lemma") == [[lemmatizer.lemmatize(word) for word in words] for words in left]
    assert view_of(corpus, "stem") == [[stemmer.stem(word) for word in words] for words in left]


def test_view_sizes_count_distinct_words() -> None:
    corpus = code_corpus(["The cats and the cat", "loved loving"], Preprocessing(stop_words=frozenset({"the", "and"})))
    assert corpus.view_sizes == {"words": 6, "no-stop": 4, "lemma": 4, "stem": 4}


def test_blocks_and_threads_change_nothing() -> None:
    texts = [f"word{number} shared " * 40 for number in range(12_000)]
    one, two = (code_corpus(texts, Preprocessing(), threads) for threads in (1, 2))
    assert one.vocabulary == two.vocabulary
    assert (one.tokens.values == two.tokens.values).all() and (one.tokens.offsets == two.tokens.offsets).all()


def test_views_of_german_and_korean_texts_come_out_whole() -> None:
    german = code_corpus(["Die Häuser waren schön!"], Preprocessing(language="de", stop_words=frozenset({"die"})))
    assert view_of(german, "no-stop") == [["häuser", "waren", "schön", "!"]]
    assert view_of(german, "lemma")[0][1] == "haus" and view_of(german, "stem")[0][1] == "haus"
    korean = code_corpus(["이 영화 재미있어요"], Preprocessing(language="ko"))
    assert view_of(korean, "stem") == view_of(korean, "words") == [["이", "영화", "재미있어요"]]
