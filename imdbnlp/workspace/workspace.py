"""The folder that holds datasets and runs.

    workspace = Workspace.find()               # $IMDBNLP_WORKSPACE or ./imdbnlp-work
    dataset = workspace.dataset()              # the one made or asked for last
    run = workspace.run("nbsvm-1a2b3c4d")

What is opened has been verified: every file has the checksum that its manifest states.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self, TypeVar

from imdbnlp.data.base import BaseDataset
from imdbnlp.data.dataset import Dataset
from imdbnlp.data.pairs import PairDataset
from imdbnlp.errors import ArtefactError, UsageError
from imdbnlp.models.registry import announce_import
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.settings import nearest
from imdbnlp.storage.manifest import read_entry
from imdbnlp.storage.store import Store
from imdbnlp.workspace.run import Run

Kind = TypeVar("Kind", bound=BaseDataset)
Wanted = Callable[[dict[str, Any]], bool]
_TITLES = {"texts": "dataset", "pairs": "dataset of pairs"}
_MAKERS = {
    "texts": "imdbnlp preprocess FILE",
    "pairs": "imdbnlp preprocess FILE --source-column NAME --target-column NAME",
}
_KEY = "-[0-9a-f]{8}"
VARIABLE, DEFAULT = "IMDBNLP_WORKSPACE", "imdbnlp-work"


@dataclass(frozen=True)
class Workspace:
    """root: the folder.  reporter: is told which dataset or run was chosen."""

    root: Path
    reporter: Reporter = field(default=SILENT)

    @classmethod
    def find(cls, folder: Path | None = None, reporter: Reporter = SILENT) -> Self:
        """The given folder, else the environment's, else one below the current folder."""
        return cls(folder or Path(os.environ.get(VARIABLE) or DEFAULT), reporter)

    @property
    def datasets(self) -> Store:
        return self._store("datasets")

    @property
    def runs(self) -> Store:
        return replace(self._store("runs"), repairs=False)  # a damaged run may be restored from a copy

    @property
    def features(self) -> Store:
        return self._store("features")

    @property
    def vectors(self) -> Store:
        return self._store("vectors")

    @property
    def indexes(self) -> Store:
        return self._store("indexes")

    @property
    def pictures(self) -> Store:
        return self._store("pictures")

    def _store(self, kind: str) -> Store:
        return Store(self.root / kind, self.reporter.note)

    def dataset(self, name: str | None = None) -> Dataset:
        """Open a dataset of labelled texts, verified; the latest if none is named.  Raises as open_dataset does."""
        return self.open_dataset(Dataset, name)

    def pairs(self, name: str | None = None) -> PairDataset:
        """Open a dataset of pairs, verified; the latest if none is named.  Raises as open_dataset does."""
        return self.open_dataset(PairDataset, name)

    def open_dataset(self, kind: type[Kind], name: str | None = None) -> Kind:
        """Open a dataset of a kind, verified; the latest if none is named.

        Raises UsageError if there is none, or it is of another kind, ArtefactError if it is damaged.
        """
        known = _wanted(self.datasets, lambda manifest: manifest.get("kind") == kind.kind, name)
        name = self.choose(_TITLES[kind.kind], known, name, _MAKERS[kind.kind], keyed=True)
        folder, found = self.datasets.path(name), self.datasets.manifest(name).get("kind")
        if found != kind.kind:
            raise UsageError(
                f"{name} is a {_TITLES.get(str(found), 'folder of another kind')}, not a {_TITLES[kind.kind]}",
                hint="see `imdbnlp datasets`",
            )
        return read_entry(folder, lambda manifest: kind.open(folder, manifest))

    def run(self, name: str | None = None, ready: bool = False, task: str = "classification") -> Run:
        """Open a run of a task by name or folder, verified; the latest if none is named.

        ready: see any_run.  Raises UsageError if there is none, or it is of another task.
        """
        run = self.any_run(name, lambda manifest: manifest.get("task") == task, ready)
        run.check_task(task)
        return run

    def any_run(self, name: str | None = None, wanted: Wanted = lambda manifest: True, ready: bool = False) -> Run:
        """Open a run of any task by name or folder, verified; the latest that is wanted if none is named.

        ready: load its model as well, so that record and model are of one run even if it is replaced meanwhile.
        """
        known = self.runs.names()
        if name and name not in known and Path(name).is_dir():
            folder = Path(name).resolve()
        else:
            known = _wanted(self.runs, wanted, name)
            folder = self.runs.path(self.choose("run", known, name, "imdbnlp train --model nbsvm"))
        return read_entry(folder, lambda manifest: _opened(folder, ready, self.reporter))

    def dataset_of(self, run: Run, name: str | None = None) -> Dataset:
        """The dataset that a run was trained on, verified.  name: which one it should be, None for any of its name.

        Raises UsageError if it is another, or not in the workspace.
        """
        stated, key = run.record["dataset"]["name"], run.dataset_key
        if name is not None:
            dataset = self.dataset(name)
            if dataset.key != key:
                raise UsageError(
                    f"run {run.name} was trained on another dataset, {stated}, not on {dataset.name}",
                    hint="leave --dataset out, or train a run on it: imdbnlp train --model nbsvm",
                )
            return dataset
        damage = None
        for one in self.datasets.names():
            try:
                if self.datasets.manifest(one).get("key") == key:
                    return self.dataset(one)
            except ArtefactError as error:
                damage = error if one == stated else damage
        if damage:
            raise damage
        raise UsageError(
            f"the dataset {stated} that run {run.name} was trained on is not in {self.root}",
            hint="make it again with the same imdbnlp preprocess command, or copy it there",
        )

    def each_run(self) -> Iterator[tuple[str, Run | ArtefactError]]:
        """Every run, the latest first, or what is wrong with it.

        Its record, figures and predictions have been verified; its model has not, which would take too long for a list.
        """
        for name in self.runs.names():
            try:
                run = self._listed_run(self.runs.path(name))
            except ArtefactError as error:
                yield name, error
            else:
                yield name, run

    def _listed_run(self, folder: Path) -> Run:
        return read_entry(folder, lambda manifest: Run.open(folder), skip="model")

    def choose(self, kind: str, known: Sequence[str], name: str | None, remedy: str, keyed: bool = False) -> str:
        """The entry that is meant by a name; the latest, which is reported, if none is given.  Raises UsageError."""
        if not known:
            raise UsageError(f"there is no {kind} in {self.root}", hint=f"make one: {remedy}")
        if name is None:
            self.reporter.note(f"{kind}: {known[0]} (the latest of {len(known)})")
            return known[0]
        found = full_name(kind, name, known, keyed)
        n_of_name = len(_named(name, known))
        if keyed and found != name and n_of_name > 1:
            self.reporter.note(f"{kind}: {found} (the latest of {n_of_name} named '{name}')")
        return found


def _opened(folder: Path, ready: bool, reporter: Reporter) -> Run:
    run = Run.open(folder)
    if ready:
        announce_import(run.library, reporter)
        _ = run.trained
    return run


def _wanted(store: Store, wanted: Wanted, name: str | None) -> list[str]:
    """All entries if one is named; else those that are wanted, and the damaged ones: the latest is not passed over."""

    def is_wanted(entry: str) -> bool:
        try:
            return wanted(store.manifest(entry))
        except ArtefactError:
            return True

    return [entry for entry in store.names() if name is not None or is_wanted(entry)]


def full_name(kind: str, name: str, known: Sequence[str], keyed: bool = False) -> str:
    """The entry that is meant by a name.  known: all entries, the latest first.

    The entry of exactly this name; else, if entries are keyed, the latest of those called NAME-KEY, which were made
    under this name; else the only one whose name begins with it.  Raises UsageError if there is none, or if several do.
    """
    if name in known:
        return name
    if keyed and _named(name, known):
        return _named(name, known)[0]
    matches = [one for one in known if name and one.startswith(name)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise UsageError(f"'{name}' begins several names: {', '.join(matches)}", hint="give a longer part of the name")
    raise UsageError(f"there is no {kind} '{name}'", hint=nearest(name, known))


def _named(name: str, known: Sequence[str]) -> list[str]:
    """The entries called NAME-KEY."""
    return [one for one in known if re.fullmatch(re.escape(name) + _KEY, one)]
