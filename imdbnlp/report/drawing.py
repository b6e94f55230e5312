"""A network as a drawing: its layers as boxes from input to classes, in SVG, without graphviz.

draw_network([Layer("words", "InputLayer", "(batch, length)", 0, [])], "lstm")      # '<svg …'
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT, _GAP, _MARGIN = 260, 52, 30, 40
_STYLE = (
    "svg{background:#fff;font:13px system-ui,sans-serif}"
    ".box{fill:#eef3fa;stroke:#2f6db3}.learned{fill:#fdf1e7;stroke:#d9772b}"
    ".line{fill:none;stroke:#8a8a8a;stroke-width:1.4}text{fill:#222;text-anchor:middle}.small{font-size:11px;fill:#555}"
)


@dataclass(frozen=True)
class Layer:
    """name, kind: what it is.  shape: of what it gives.  weights: how many numbers it learned.  inputs: which layers
    it reads."""

    name: str
    kind: str
    shape: str
    weights: int
    inputs: list[str]


def draw_network(layers: Sequence[Layer], title: str) -> str:
    """The layers, each below all that it reads, as an SVG picture."""
    ranks = _ranks(layers)
    rows: dict[int, list[Layer]] = {}
    for layer in layers:
        rows.setdefault(ranks[layer.name], []).append(layer)
    widest = max(len(row) for row in rows.values())
    width = widest * (_WIDTH + _GAP) - _GAP + 2 * _MARGIN
    height = len(rows) * (_HEIGHT + _GAP) + 2 * _MARGIN
    places = {}
    for rank, row in rows.items():
        left = (width - len(row) * (_WIDTH + _GAP) + _GAP) / 2
        for column, layer in enumerate(row):
            places[layer.name] = (left + column * (_WIDTH + _GAP), _MARGIN + 20 + rank * (_HEIGHT + _GAP))
    lines = [
        (_line if ranks[layer.name] == ranks[name] + 1 else _detour)(places[name], places[layer.name])
        for layer in layers
        for name in layer.inputs
    ]
    boxes = [_box(layer, *places[layer.name]) for layer in layers]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" role="img"><title>{escape(title)}</title><style>{_STYLE}</style>\n'
        f'<text x="{width / 2:g}" y="{_MARGIN}">{escape(title)}</text>\n' + "\n".join([*lines, *boxes]) + "\n</svg>\n"
    )


def _ranks(layers: Sequence[Layer]) -> dict[str, int]:
    """The row of each layer: one below the lowest that it reads.  Layers come after those that they read."""
    ranks: dict[str, int] = {}
    for layer in layers:
        ranks[layer.name] = max((ranks[name] + 1 for name in layer.inputs), default=0)
    return ranks


def _line(start: tuple[float, float], end: tuple[float, float]) -> str:
    x1, y1, x2, y2 = start[0] + _WIDTH / 2, start[1] + _HEIGHT, end[0] + _WIDTH / 2, end[1]
    middle = (y1 + y2) / 2
    return f'<path class="line" d="M{x1:g} {y1:g} C{x1:g} {middle:g} {x2:g} {middle:g} {x2:g} {y2:g}"/>'


def _detour(start: tuple[float, float], end: tuple[float, float]) -> str:
    """Around the layers between."""
    x1, y1, x2, y2 = start[0] + _WIDTH, start[1] + _HEIGHT / 2, end[0] + _WIDTH, end[1] + _HEIGHT / 2
    aside = max(x1, x2) + _MARGIN
    return f'<path class="line" d="M{x1:g} {y1:g} C{aside:g} {y1:g} {aside:g} {y2:g} {x2:g} {y2:g}"/>'


def _box(layer: Layer, x: float, y: float) -> str:
    kind = "learned" if layer.weights else "box"
    middle = x + _WIDTH / 2
    below = f"{layer.shape}" + (f", {layer.weights:,} weights" if layer.weights else "")
    return (
        f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{_WIDTH}" height="{_HEIGHT}" rx="6"/>'
        f'<text x="{middle:g}" y="{y + 22:g}">{escape(layer.kind)}</text>'
        f'<text class="small" x="{middle:g}" y="{y + 40:g}">{escape(below)}</text>'
    )
