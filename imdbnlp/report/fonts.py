"""Fonts for the texts of a picture: for characters that matplotlib's own font lacks, installed fonts that have them.

    use_installed_fonts(figure)              # every text of the figure falls back to the fonts that it needs
    note_on_missing_glyphs(["영화", "film"])   # None, or a sentence for the user

A PNG or PDF shows an empty box for a character that no font has; an SVG keeps the text, in the reader's own fonts.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any

_OWN_FONT = "DejaVu Sans"  # matplotlib brings it along
_PACKAGES = {"CJK": "fonts-noto-cjk", "HANGUL": "fonts-noto-cjk", "HIRAGANA": "fonts-noto-cjk",
             "KATAKANA": "fonts-noto-cjk", "emoji": "fonts-symbola"}  # fmt: skip
_SHOWN = {"CJK": "Chinese characters"}


def use_installed_fonts(figure: Any) -> None:
    """Let every text of a matplotlib figure fall back to installed fonts for what the first one lacks."""
    from matplotlib.text import Text

    texts = figure.findobj(Text)
    needed = _beyond_own_font("".join(text.get_text() for text in texts))
    if not needed:
        return
    families = [_OWN_FONT, *_fonts_for(needed)[0], "sans-serif"]
    for text in texts:
        text.set_fontfamily(families)


def note_on_missing_glyphs(texts: Iterable[str]) -> str | None:
    """Which scripts of these texts no installed font has, and what to do about it; None if there are none."""
    missing = _fonts_for(_beyond_own_font("".join(texts)))[1]
    if not missing:
        return None
    scripts = sorted({_script(character) for character in missing})
    shown = ", ".join(_SHOWN.get(script, script.capitalize() if script != "emoji" else script) for script in scripts)
    packages = " ".join(sorted({_PACKAGES.get(script, "fonts-noto-core") for script in scripts}))
    return (
        f"no installed font has {shown}: PNG and PDF show boxes, SVG keeps the text; install a font, "
        f"on Debian or Ubuntu: apt-get install {packages}"
    )


def _beyond_own_font(text: str) -> frozenset[str]:
    """The visible characters that matplotlib's own font lacks."""
    characters = {character for character in set(text) if not character.isascii() and character.isprintable()}
    if not characters:
        return frozenset()
    from matplotlib import font_manager

    own = _characters_of(font_manager.findfont(_OWN_FONT))
    return frozenset(
        character for character in characters if ord(character) not in own and not _is_invisible(character)
    )


def _is_invisible(character: str) -> bool:
    return unicodedata.name(character, "").startswith("VARIATION SELECTOR")


@cache
def _fonts_for(characters: frozenset[str]) -> tuple[list[str], frozenset[str]]:
    """Families that together have as many of these characters as there are fonts for, and the others."""
    families: list[str] = []
    missing = set(characters)
    for path, family in _candidates() if missing else []:
        has = _characters_of(path)
        found = {character for character in missing if ord(character) in has}
        if found:
            families.append(family)
            missing -= found
        if not missing:
            break
    return families, frozenset(missing)


@cache
def _candidates() -> list[tuple[str, str]]:
    """Path and family of the fonts of normal style, sans-serif and regular weights first.

    matplotlib remembers which fonts there were when it first looked; those installed since are added.
    """
    from matplotlib import font_manager

    manager = font_manager.fontManager
    known = {entry.fname for entry in manager.ttflist}
    for path in sorted(set(font_manager.findSystemFonts()) - known):
        try:
            manager.addfont(path)
        except (OSError, RuntimeError, ValueError):  # a bitmap font or a damaged file
            continue
    upright = [entry for entry in manager.ttflist if entry.style == "normal"]
    upright.sort(key=lambda entry: ("Sans" not in entry.name, abs(_weight(entry.weight) - 400), entry.name))
    return [(entry.fname, entry.name) for entry in {entry.name: entry for entry in reversed(upright)}.values()][::-1]


def _weight(weight: Any) -> int:
    from matplotlib import font_manager

    return int(font_manager.weight_dict.get(weight, 400)) if isinstance(weight, str) else int(weight)


@cache
def _characters_of(path: str) -> frozenset[int]:
    """The code points that a font has outlines for; none for a font that matplotlib cannot draw with."""
    from matplotlib.ft2font import FT2Font

    try:
        font = FT2Font(path)
        if not font.scalable:
            return frozenset()
        font.set_size(10, 72)
        return frozenset(font.get_charmap())
    except (OSError, RuntimeError):
        return frozenset()


def _script(character: str) -> str:
    """The script of a letter by its Unicode name; emoji for a symbol."""
    if unicodedata.category(character) in ("So", "Sk", "Cn"):
        return "emoji"
    return unicodedata.name(character, "emoji").split()[0].split("-")[0]
