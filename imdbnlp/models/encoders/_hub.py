"""Where a checkpoint is: a folder, or a model of the Hugging Face Hub that is downloaded into the hub's own cache.

    locate("checkpoints/minilm", SILENT)                                    # that folder
    locate("hf:sentence-transformers/all-MiniLM-L6-v2", SILENT).revision    # the commit that was downloaded

Nothing is downloaded unless the name begins with `hf:`; `hf:OWNER/NAME@REVISION` pins a branch, tag or commit.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imdbnlp.errors import ResourceError, UsageError
from imdbnlp.models.encoders._checkpoint import CONFIG, POOLING, TOKENIZER, WEIGHTS
from imdbnlp.progress import Advance, Reporter

PREFIX = "hf:"


@dataclass(frozen=True)
class Location:
    """folder: of the files.  revision: the commit of a model of the hub; empty for a folder of the user."""

    folder: Path
    revision: str = ""


def locate(checkpoint: str, reporter: Reporter) -> Location:
    """The folder of a checkpoint, downloaded if it begins with `hf:` and is not in the hub's cache.

    Raises UsageError if the model does not exist, ResourceError if the hub cannot be reached.
    """
    if not checkpoint.startswith(PREFIX):
        return Location(Path(checkpoint).expanduser())
    name, _, revision = checkpoint.removeprefix(PREFIX).partition("@")
    folder = _download(name, revision or None, reporter)
    return Location(folder, folder.name)


def _download(name: str, revision: str | None, reporter: Reporter) -> Path:
    hub = _library()
    try:
        with reporter.stage(f"download {name}", unit="bytes") as advance:
            folder = hub.snapshot_download(
                name, revision=revision, allow_patterns=[CONFIG, WEIGHTS, TOKENIZER, POOLING],
                tqdm_class=_bar_class(advance),
            )  # fmt: skip
    except hub.errors.HFValidationError:
        raise UsageError(f"{PREFIX}{name} is not the name of a model", hint="write hf:OWNER/NAME") from None
    except (hub.errors.RepositoryNotFoundError, hub.errors.RevisionNotFoundError):
        raise UsageError(
            f"the Hugging Face Hub has no model {name}{f' at {revision}' if revision else ''} that you may read",
            hint="check the name on https://huggingface.co/models",
        ) from None
    except OSError as error:  # of the network or the disk, errors of the hub included
        found = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ResourceError(
            f"{PREFIX}{name} cannot be downloaded: {found}",
            hint="check the network connection, or give a folder that holds the checkpoint",
        ) from None
    return Path(folder)


def _bar_class(advance: Advance) -> Any:
    """A progress bar for the hub that shows nothing and hands the bytes on."""
    from tqdm.auto import tqdm

    class Bar(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self.counts_bytes = kwargs.get("unit") == "B"
            kwargs.pop("name", None)
            super().__init__(*args, **{**kwargs, "disable": True})

        def update(self, n: float | None = 1) -> None:
            if self.counts_bytes:
                advance(int(n or 0))

    return Bar


def _library() -> Any:
    try:
        import huggingface_hub
        import huggingface_hub.errors
    except ImportError as error:
        raise ResourceError(
            f"{PREFIX} needs the package huggingface_hub: {error}", hint='pip install "imdbnlp[pretrained]"'
        ) from None
    return huggingface_hub
