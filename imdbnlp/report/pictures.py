"""A picture: drawn once, saved as PNG, SVG or PDF, or put into a page whose colours it takes on.

    picture = Picture(6, 3, lambda figure: figure.subplots().plot([1, 3, 2], color=BLUE))
    picture.save(Path("curve.png"), Path("curve.svg"))
    picture.inline("Loss of each epoch")           # '<svg …>', text and lines in the page's own colours

The drawing is matplotlib's.
"""

import io
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from imdbnlp.errors import UsageError
from imdbnlp.report.fonts import use_installed_fonts
from imdbnlp.storage.output import is_regular, replacing

PICTURE_ENDINGS = (".png", ".svg", ".pdf")
INK, GREY, PALE, BLUE, ORANGE = "#262626", "#8a8a8a", "#e4e4e4", "#2f6db3", "#d9772b"
COLOURS = [BLUE, ORANGE, "#3c9157", "#a14f9c", "#b8443f", "#5b5fa8", "#7c6a2c", "#2a8f97"]
_VARIABLES = {INK: "ink", GREY: "grey", PALE: "pale", BLUE: "blue", ORANGE: "orange"}
# svg.fonttype none: text stays text, in the reader's own fonts
_STYLE: dict[Any, Any] = {
    "font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": GREY,
    "axes.titlesize": 10, "axes.titlelocation": "left", "legend.frameon": False, "svg.hashsalt": "imdbnlp",
    "text.color": INK, "axes.labelcolor": INK, "axes.titlecolor": INK, "xtick.color": GREY, "ytick.color": GREY,
    "xtick.labelcolor": INK, "ytick.labelcolor": INK, "svg.fonttype": "none",
}  # fmt: skip
_IDS = re.compile(r' id="(?:[a-zA-Z.]+_\d+)"')  # what matplotlib calls its groups; what is referred to has other names
_FAMILY = re.compile(r" ?font-family: [^;\"]*;?")  # a page has its own
_FONT = re.compile(r"font: (?:[\w]+ )?([\d.]+)px [^;\"]*")  # how matplotlib before 3.11 wrote size and family


@dataclass(frozen=True)
class Picture:
    """width, height: inches.  draw: puts everything into an empty matplotlib figure."""

    width: float
    height: float
    draw: Callable[[Any], None]

    def save(self, *paths: Path) -> None:
        """Write the picture in the format of each name; PNG to a pipe or device.  Raises UsageError for others."""
        formats = [_format(path) for path in paths]
        with self._drawn() as figure:
            for path, kind in zip(paths, formats, strict=True):
                buffer = io.BytesIO()
                metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind)
                figure.savefig(buffer, format=kind, dpi=150, metadata=metadata)
                with replacing(path, binary=True) as file:
                    file.write(buffer.getbuffer())

    def inline(self, title: str) -> str:
        """The picture as an SVG element of a page, which gives it colours as variables (--ink, --blue, …)."""
        with self._drawn() as figure:
            figure.patch.set_visible(False)
            for axes in figure.axes:
                axes.patch.set_visible(False)
            buffer = io.StringIO()
            figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
        text = buffer.getvalue()
        text = _FAMILY.sub("", _FONT.sub(r"font-size: \1px", _IDS.sub("", text[text.index("<svg") :])))
        for colour, name in _VARIABLES.items():
            text = text.replace(colour, f"var(--{name})")
        return text.replace("<svg", f'<svg role="img" aria-label="{escape(title)}"', 1)

    @contextmanager
    def _drawn(self) -> Iterator[Any]:
        import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.rcsetup import cycler

        with matplotlib.rc_context(_STYLE | {"axes.prop_cycle": cycler(color=COLOURS)}), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing")
            figure = Figure(figsize=(self.width, self.height), layout="constrained")
            FigureCanvasAgg(figure)
            self.draw(figure)
            use_installed_fonts(figure)
            yield figure


def _format(path: Path) -> str:
    kind = path.suffix.lower()
    if kind in PICTURE_ENDINGS:
        return kind[1:]
    if is_regular(str(path)):
        raise UsageError(
            f"cannot write {path}: expected a name that ends in .png, .svg or .pdf", hint="rename the picture"
        )
    return "png"


def plain(text: str) -> str:
    """Text that matplotlib does not read as a formula."""
    return text.replace("$", r"\$")
