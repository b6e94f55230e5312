"""WordNet's noun lemmas, as NLTK's WordNetLemmatizer finds them.

    wordnet_noun_lemmas(["movies", "churches", "loved"])     # ['movie', 'church', 'loved']

Only the nouns' index and their exceptions are read (0.2 s); loading all of WordNet through NLTK takes 6 s.

Source: WordNet's morphy, as nltk.stem.WordNetLemmatizer().lemmatize(word) applies it.
"""

from collections.abc import Sequence

from imdbnlp.text.nltk_data import read_corpus_file

_ENDINGS = (
    ("s", ""), ("ses", "s"), ("ves", "f"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"),
    ("men", "man"), ("ies", "y"),
)  # fmt: skip


def wordnet_noun_lemmas(words: Sequence[str]) -> list[str]:
    """(words,) the shortest noun that WordNet knows each word to be a form of; else the word itself.

    Raises ResourceError if WordNet is not there.
    """
    nouns, exceptions = _read_nouns(), _read_exceptions()
    return [_lemma(word, nouns, exceptions) for word in words]


def _lemma(word: str, nouns: set[str], exceptions: dict[str, list[str]]) -> str:
    forms = exceptions.get(word)
    if forms is None:
        forms = [word[: -len(old)] + new for old, new in _ENDINGS if word.endswith(old)]
    known = [form for form in (word, *forms) if form in nouns]
    return min(known, key=len) if known else word


def _read_nouns() -> set[str]:
    """The first field of each line of the index; lines that begin with a space are its licence."""
    lines = read_corpus_file("wordnet", "index.noun").split("\n")
    return {line[: line.index(" ")] for line in lines if line and line[0] != " "}


def _read_exceptions() -> dict[str, list[str]]:
    lines = (line.split() for line in read_corpus_file("wordnet", "noun.exc").splitlines())
    return {fields[0]: fields[1:] for fields in lines if fields}
