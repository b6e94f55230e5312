"""From tables of sentence pairs to the folder of a cached dataset.

    settings = PairSettings(source_column="de", target_column="en", valid_file="val.csv")
    manifest = build_pairs("train.csv", settings, folder)

The steps, in order: read, drop (empty ones, duplicates), sample, divide, learn the tokens of the training pairs, code.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.pair_settings import PairSettings
from imdbnlp.data.pairs import write_pairs
from imdbnlp.data.parts import Copies, named_parts
from imdbnlp.data.selection import first_of_each
from imdbnlp.data.split import sample_rows, stratified_split
from imdbnlp.errors import DataError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.sources.pairs import Pairs, read_pairs
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.sources.split_names import TEST, TRAIN, VALID
from imdbnlp.storage.ragged import Ragged
from imdbnlp.text.fingerprints import Fingerprints, fingerprint_keys, group_codes, text_fingerprints
from imdbnlp.text.subwords import UNKNOWN, SubwordSettings, SubwordTokenizer
from imdbnlp.text.views import Preprocessing

_SHARE = 0.1  # of the pairs, for validation, and for the test


def build_pairs(path: str, settings: PairSettings, folder: Path, reporter: Reporter = SILENT) -> dict[str, Any]:
    """Write a dataset's files into an empty folder.  Returns the content part of its manifest.

    Raises DataError if the data are at fault, SettingsError for options that contradict each other.
    """
    columns = {"--source-column": settings.source_column, "--target-column": settings.target_column}
    source_settings = settings.subset(SourceSettings)

    def read(path: str, columns: dict[str, str | None]) -> tuple[Pairs, dict[str, int]]:
        return _whole(read_pairs(path, source_settings, columns, reporter))

    main, dropped = read(path, columns | {"--split-column": settings.split_column})
    main, dropped = _without_repeated(main, dropped, settings)
    main, dropped = _sampled(main, dropped, settings)
    others = {VALID: settings.valid_file, TEST: settings.test_file}
    files = {part: read(file, columns)[0] for part, file in others.items() if file}
    parts = np.concatenate([_divide(main, settings), *(np.full(len(one.rows), part) for part, one in files.items())])
    every = [main, *files.values()]
    texts = [[text for one in every for text in one.sources], [text for one in every for text in one.targets]]
    trained = np.flatnonzero(parts == TRAIN)
    if not len(trained):
        raise DataError(f"{path}: no training pairs are left", hint="make the other parts smaller")
    copies = Copies.among(_prints(texts[0]), parts)
    copies.warn(reporter)
    with reporter.stage("tokens", 2, "sides") as advance:
        tokenizers, coded = [], []
        for side in texts:
            tokenizers.append(SubwordTokenizer.train([side[row] for row in trained], settings.subset(SubwordSettings)))
            coded.append(tokenizers[-1].encode(side))
            advance(1)
    write_pairs(folder, texts, parts, np.concatenate([one.rows for one in every]), tokenizers, coded)
    return {
        "source": main.path.encode(errors="replace").decode(),
        "source_sha256": [one.sha256 for one in every],
        "columns": {"source": settings.source_column, "target": settings.target_column},
        "tokens": settings.tokens,
        "counts": {
            "read": main.n_records,
            "dropped": dropped,
            "leaked": int(copies.leaked.sum()),
            **copies.counts(),
            "source": _count(coded[0], tokenizers[0]),
            "target": _count(coded[1], tokenizers[1]),
        },
        "parts": {part: int((parts == part).sum()) for part in (TRAIN, VALID, TEST) if (parts == part).any()},
    }


def _whole(pairs: Pairs) -> tuple[Pairs, dict[str, int]]:
    """The pairs of which neither side is empty, and how many were dropped.  Raises DataError if none is left."""
    both = zip(pairs.sources, pairs.targets, strict=True)
    kept = [row for row, (source, target) in enumerate(both) if source.strip() and target.strip()]
    if not kept:
        raise DataError(
            f"{pairs.path}: in every pair one of the two sentences is empty",
            hint="check --source-column and --target-column",
        )
    return pairs.take(np.array(kept, dtype=np.int64)), {"empty": len(pairs.rows) - len(kept)}


def _without_repeated(pairs: Pairs, dropped: dict[str, int], settings: PairSettings) -> tuple[Pairs, dict[str, int]]:
    """The pairs for training that no earlier one is equal to, if the settings ask for it; the others whole."""
    if settings.duplicates == "keep":
        return pairs, dropped
    parts = named_parts(pairs.splits, len(pairs.rows), pairs.path, settings)
    sides = (fingerprint_keys(_prints(side)) for side in (pairs.sources, pairs.targets))
    first = first_of_each(parts == TRAIN, *sides)
    return pairs.take(first), dropped | {"duplicates": len(pairs.rows) - len(first)}


def _prints(sentences: Sequence[str]) -> Fingerprints:
    """(sentences, 2) equal for sentences with the same words."""
    return text_fingerprints(sentences, Preprocessing())


def _sampled(pairs: Pairs, dropped: dict[str, int], settings: PairSettings) -> tuple[Pairs, dict[str, int]]:
    if settings.sample is None:
        return pairs, dropped
    chosen = sample_rows(len(pairs.rows), settings.sample, settings.seed)
    return pairs.take(chosen), dropped | {"not sampled": len(pairs.rows) - len(chosen)}


def _divide(pairs: Pairs, settings: PairSettings) -> NDArray[np.str_]:
    """(pairs,) the part of each: as the file says, else assigned at random; equal sources stay together.

    Where a validation or test file is there, only what was asked for is taken from the training pairs.
    """
    parts = named_parts(pairs.splits, len(pairs.rows), pairs.path, settings)
    usual = 0.0 if pairs.splits or settings.valid_file or settings.test_file else _SHARE
    test_size = usual if settings.test_size is None else settings.test_size
    valid_size = settings.valid_size
    if valid_size is None:
        valid_size = 0.0 if settings.valid_file or (parts == VALID).any() else _SHARE
    free = np.flatnonzero(parts == TRAIN)
    groups = group_codes(_prints([pairs.sources[row] for row in free]))
    if (valid_size or test_size) and len(set(groups.tolist())) < 3:
        raise DataError(
            f"{pairs.path}: {len(free)} pairs are too few to divide", hint="add some, or --test-size 0 --valid-size 0"
        )
    parts[free] = stratified_split(
        np.zeros(len(free), dtype=np.int64), groups, {TEST: test_size, VALID: valid_size}, settings.seed
    )
    return parts


def _count(numbers: Ragged, tokenizer: SubwordTokenizer) -> dict[str, int]:
    """What one side holds."""
    return {
        "tokens": len(numbers.values),
        "unknown": int((numbers.values == UNKNOWN).sum()),
        "vocabulary": len(tokenizer.words),
        "longest": int(numbers.lengths.max()),
    }
