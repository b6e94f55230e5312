"""Word vectors of the workspace: what `train-w2v` keeps, and what networks start from.

source = find_vectors(workspace, "w2v")            # or a file of word2vec or GloVe
source.digest, source.read({"good", "film"})
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from imdbnlp.errors import UsageError
from imdbnlp.features.embeddings import WordVectors, read_vectors
from imdbnlp.progress import Reporter
from imdbnlp.settings import canonical_digest, nearest
from imdbnlp.storage.files import reading, sha256_file, write_json
from imdbnlp.storage.manifest import read_entry
from imdbnlp.storage.stated import read_stated
from imdbnlp.tasks.base import PreprocessingShape
from imdbnlp.text.documents import read_documents
from imdbnlp.text.views import Preprocessing
from imdbnlp.workspace.workspace import Workspace, full_name

SUMMARY = "summary.json"
LATEST = "latest"
_RECIPE = "preprocessing.json"
_KIND, _REMEDY = "set of word vectors", "imdbnlp train-w2v"


@dataclass(frozen=True)
class TrainedVectors:
    """vectors: of words.  preprocessing: how a text's words become theirs."""

    vectors: WordVectors
    preprocessing: Preprocessing

    def words_of(self, text: str) -> list[str]:
        """What a text's words are called here: cleaned, lemmatised or stemmed as those that were trained on."""
        documents = read_documents([text], self.preprocessing)
        return [documents.words[number] for number in documents.tokens.values]

    def save(self, folder: Path) -> None:
        """Write the vectors and the preprocessing."""
        self.vectors.save(folder)
        write_json(folder / _RECIPE, self.preprocessing.stored())

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Read what save wrote; its checksums have been verified."""
        with reading(folder / _RECIPE):
            preprocessing = Preprocessing.restored(read_stated(folder / _RECIPE, PreprocessingShape))
        return cls(WordVectors.open(folder), preprocessing)


def open_vectors(workspace: Workspace, name: str | None = None) -> TrainedVectors:
    """Vectors of the workspace, verified; the latest where none are named.  Raises UsageError or ArtefactError."""
    store = workspace.vectors
    found = workspace.choose(_KIND, store.names(), name, _REMEDY)
    folder = store.path(found)
    return read_entry(folder, lambda manifest: TrainedVectors.open(folder))


@dataclass(frozen=True)
class VectorSource:
    """digest: of the vectors and their words.  read: gets at least those of the wanted words.  preprocessing: of the
    texts that they were trained on, dataset: the key of their dataset, and dimensions: of a vector; all None for
    vectors from a file."""

    digest: str
    read: Callable[[Collection[str]], WordVectors]
    preprocessing: Preprocessing | None = None
    dataset: str | None = None
    dimensions: int | None = None


def find_vectors(workspace: Workspace, name: str) -> VectorSource:
    """Vectors by their name in the workspace, `latest` for those made last, or by the path of a file.

    Raises UsageError if there are none.
    """
    path, store = Path(name), workspace.vectors
    known = store.names()
    if name == LATEST:
        name = workspace.choose(_KIND, known, None, _REMEDY)
    if path.is_file() and name not in known:
        return VectorSource(sha256_file(path), lambda wanted: read_vectors(path, wanted))
    if not any(one.startswith(name) for one in known if name):
        hint = nearest(name, known) if known else f"make some: {_REMEDY} --name w2v"
        raise UsageError(f"there are no word vectors '{name}', and no such file", hint=hint)
    return _source(workspace, full_name(_KIND, name, known))


def vectors_like(
    workspace: Workspace, dataset: str, preprocessing: Preprocessing, dimensions: int | None, reporter: Reporter
) -> VectorSource | None:
    """The latest vectors of a dataset's texts, read in the same way; None if there are none.

    dataset: its key.  dimensions: of the vectors, None for any.
    """
    store = workspace.vectors
    for name in store.names():
        if store.manifest(name)["dataset"] != dataset:
            continue
        source = _source(workspace, name)
        if source.preprocessing == preprocessing and dimensions in (None, source.dimensions):
            reporter.note(f"embeddings start from the word vectors {name}; --embeddings none starts from random ones")
            return source
    return None


def _source(workspace: Workspace, name: str) -> VectorSource:
    """Vectors of the workspace, verified."""
    folder = workspace.vectors.path(name)
    manifest, trained = read_entry(folder, lambda manifest: (manifest, TrainedVectors.open(folder)))
    digest = canonical_digest([manifest["files"][name]["sha256"] for name in ("vectors.npy", "words.json")])
    return VectorSource(
        digest, lambda wanted: trained.vectors, trained.preprocessing, str(manifest["dataset"]),
        trained.vectors.dimensions,
    )  # fmt: skip
