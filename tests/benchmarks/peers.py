"""What others do with the same texts, each as a process of its own.

    python tests/benchmarks/peers.py sklearn-nbsvm train.csv test.csv

reads two CSV files with the columns review and sentiment, trains on the first, answers the second, and prints one
JSON line: accuracy, and the seconds that answering took.  Settings are those that each tool's own documentation
or the literature gives for sentiment; every peer gets the texts in lower case without tags.
"""

import csv
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

TAG = re.compile(r"<[^<>]*+>")
WORD = r"[^\W_]+(?:'[^\W_]+)*|[!?]"

Answer = Callable[[Sequence[str]], Sequence[str]]


def read(path: str) -> tuple[list[str], list[str]]:
    with open(path, encoding="utf-8", newline="") as file:
        rows = [(TAG.sub(" ", row["review"]).lower(), row["sentiment"]) for row in csv.DictReader(file)]
    return [text for text, _ in rows], [label for _, label in rows]


def sklearn_nbsvm(texts: list[str], labels: list[str]) -> Answer:
    """CountVectorizer of binary 1-3-grams, log-count ratios, LogisticRegression(liblinear): `nbsvm`'s settings."""
    import numpy as np
    from scipy.sparse import diags
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = CountVectorizer(ngram_range=(1, 3), binary=True, min_df=2, token_pattern=WORD, dtype=np.float32)
    counts = vectorizer.fit_transform(texts)
    names = sorted(set(labels))
    codes = np.array([names.index(label) for label in labels])
    inside, outside = counts[codes == 1].sum(axis=0) + 1, counts[codes == 0].sum(axis=0) + 1
    ratios = diags(np.asarray(np.log(inside / inside.sum()) - np.log(outside / outside.sum()))[0])
    model = LogisticRegression(C=1.0, solver="liblinear").fit(counts @ ratios, codes)
    return lambda queries: [names[code] for code in model.predict(vectorizer.transform(queries) @ ratios)]


def sklearn_tfidf_svc(texts: list[str], labels: list[str]) -> Answer:
    """TfidfVectorizer of 1-2-grams + LinearSVC, the usual baseline."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=WORD)
    return make_pipeline(vectorizer, LinearSVC()).fit(texts, labels).predict


def fasttext(texts: list[str], labels: list[str]) -> Answer:
    """Bigrams, 10 dimensions, 10 epochs (Joulin et al. 2016)."""
    import fasttext as library

    names = sorted(set(labels))
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        for text, label in zip(texts, labels, strict=True):
            file.write(f"__label__{names.index(label)} {' '.join(re.findall(WORD, text))}\n")
        file.flush()
        model = library.train_supervised(file.name, dim=10, epoch=10, wordNgrams=2, lr=0.5, thread=2, verbose=0)

    def answer(queries: Sequence[str]) -> list[str]:
        lines = [" ".join(re.findall(WORD, query)) + "\n" for query in queries]
        found = [model.f.predict(line, 1, 0.0, "strict") for line in lines]  # its own predict fails on NumPy 2
        return [names[int(pairs[0][1].removeprefix("__label__"))] for pairs in found]

    return answer


def vowpal_wabbit(texts: list[str], labels: list[str]) -> Answer:
    """Trigrams, 3 passes, 2^24 weights, logistic loss."""
    from vowpalwabbit import pyvw

    names = sorted(set(labels))
    cache = Path(tempfile.mkdtemp()) / "cache"
    examples = cache.with_name("train.txt")
    lines = [f"{2 * names.index(label) - 1} {vw_line(text)}" for text, label in zip(texts, labels, strict=True)]
    examples.write_text("\n".join(lines) + "\n", encoding="utf-8")
    options = f"--loss_function logistic --ngram 3 -b 24 --passes 3 --holdout_off -d {examples} --cache_file {cache} -k"
    model = pyvw.Workspace(f"{options} --quiet")
    model.run_parser()
    return lambda queries: [names[int(model.predict(vw_line(query)) > 0)] for query in queries]


def vw_line(text: str) -> str:
    return "| " + " ".join(re.findall(WORD, text))


PEERS: dict[str, Callable[[list[str], list[str]], Answer]] = {
    "sklearn-nbsvm": sklearn_nbsvm,
    "sklearn-tfidf-svc": sklearn_tfidf_svc,
    "fasttext": fasttext,
    "vowpal-wabbit": vowpal_wabbit,
}


def nltk_loop(path: str, n_reviews: int) -> None:
    """The IMDB study's own preprocessing: regular expressions, tokens, stop words, lemmas and stems, word by word."""
    from nltk.corpus import stopwords
    from nltk.stem import PorterStemmer, WordNetLemmatizer
    from nltk.tokenize import word_tokenize

    stop, lemmatizer, stemmer = set(stopwords.words("english")), WordNetLemmatizer(), PorterStemmer()
    with open(path, encoding="utf-8", newline="") as file:
        texts = [row["review"] for _, row in zip(range(n_reviews), csv.DictReader(file), strict=False)]
    for text in texts:
        words = word_tokenize(re.sub(r"[^a-z0-9 ]", "", text.lower().replace("<br />", "")), preserve_line=True)
        [word for word in words if word not in stop]
        [lemmatizer.lemmatize(word) for word in words]
        [stemmer.stem(word) for word in words]


def main(name: str, *arguments: str) -> None:
    if name == "nltk-loop":
        nltk_loop(arguments[0], int(arguments[1]))
        return
    train, test = arguments
    answer = PEERS[name](*read(train))
    texts, labels = read(test)
    began = time.perf_counter()
    answers = answer(texts)
    seconds = time.perf_counter() - began
    right = sum(one == other for one, other in zip(answers, labels, strict=True))
    print(json.dumps({"accuracy": right / len(labels), "predict_seconds": seconds, "texts": len(texts)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
