"""Which encodings a text may be in: those that decode it to letters as languages use them.

likely_encodings("这是一部很好的电影。".encode("gbk"))      # ['gb18030']
"""

import codecs
import re
from dataclasses import dataclass

_MAX_BYTES = 1 << 16
_MIN_SCORE, _NEARLY, _MAX_SUGGESTED = 0.7, 0.97, 2


@dataclass(frozen=True)
class _Script:
    """letters: a class of characters.  common: the most frequent ones, and their share in running text."""

    letters: str
    common: str
    share: float


_WESTERN = _Script("À-ÿŒœŠšŸŽž‘’“”–—…€«»°£§", "éèàùâêîôûçëïüöäÖÄÜßñáíóúãõåæøÉÀœ‘’“”–—…€«»°£", 0.9)
_CENTRAL = _Script("À-ž‘’“”„–—…", "ąćęłńóśźżáčďéěíňřšťúůýžäôőűĄĆĘŁŃÓŚŹŻÁČĎÉĚÍŇŘŠŤÚŮÝŽ„“”’–…", 0.95)
_TURKISH = _Script("À-ž‘’“”–—…", "ğışçöüİĞŞÇÖÜâ‘’“”–…", 0.97)
_CYRILLIC = _Script("А-яЁё«»“”„–—…№", "оеаинтсрвл", 0.55)
_GREEK = _Script("Ά-ώ«»", "αοετιηνσρ", 0.5)
_HEBREW = _Script("\u05d0-\u05ea", "יוהלאמרבתש", 0.6)
_ARABIC = _Script("\u0621-\u064a،؛؟", "اليمونرتبد", 0.6)
_THAI = _Script("\u0e01-\u0e5b", "านรกอเงม่ยลวด้ท", 0.55)
_JAPANESE = _Script(
    "\u3040-\u30ff\u4e00-\u9fff\u3000-\u3002ー！？", "のにをはがたてとしでるいなんれっさだもまかう、。", 0.3
)
_KOREAN = _Script("\uac00-\ud7a3", "이다는고가을지에은도한하의기아나로리", 0.22)
_SIMPLIFIED = _Script(
    "\u4e00-\u9fff\u3000-\u3002，！？：；（）“”",
    "的一是不了人我在有他这个上们来到时大地为子中你说生国好就和很也都要看片，。",
    0.25,
)
_TRADITIONAL = _Script(
    "\u4e00-\u9fff\u3000-\u3002，！？：；（）「」",
    "的一是不了人我在有他這個上們來到時大地為子中你說生國好就和很也都要看片，。",
    0.25,
)

_CANDIDATES: tuple[tuple[str, _Script], ...] = (
    ("gb18030", _SIMPLIFIED), ("big5", _TRADITIONAL), ("cp932", _JAPANESE), ("euc_jp", _JAPANESE), ("cp949", _KOREAN),
    ("cp1251", _CYRILLIC), ("koi8-r", _CYRILLIC), ("cp866", _CYRILLIC), ("iso8859-5", _CYRILLIC),
    ("cp1252", _WESTERN), ("cp1250", _CENTRAL), ("iso8859-2", _CENTRAL), ("cp1254", _TURKISH), ("cp1253", _GREEK),
    ("cp1255", _HEBREW), ("cp1256", _ARABIC), ("cp874", _THAI), ("mac_roman", _WESTERN), ("cp850", _WESTERN),
)  # fmt: skip
_LATIN = (_WESTERN, _CENTRAL, _TURKISH)
_WIDE = ("utf-16-le", "utf-16-be")


def likely_encodings(data: bytes) -> list[str]:
    """The best encodings for this beginning of a file, most likely first; empty if none gives sensible text."""
    data = data[:_MAX_BYTES]
    if b"\x1b$" in data or b"\x1b(J" in data:
        return ["iso2022_jp"]
    if data.count(0) > len(data) / 50:
        return _likely_wide(data)
    scores = {encoding: _score(data, encoding, script) for encoding, script in _CANDIDATES}
    best = max(scores.values())
    likely = [encoding for encoding in scores if scores[encoding] >= max(_MIN_SCORE, _NEARLY * best)]
    return sorted(likely, key=lambda encoding: -scores[encoding])[:_MAX_SUGGESTED]


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8 with at least three characters outside of ASCII; the last one may be cut off."""
    text = _decoded(data, "utf-8")
    return text is not None and sum(not character.isascii() for character in text) >= 3


def _likely_wide(data: bytes) -> list[str]:
    marks = {encoding: (_decoded(data, encoding) or "") for encoding in _WIDE}
    counts = {encoding: sum(text.count(mark) for mark in ("\n", ",", " ", "\t")) for encoding, text in marks.items()}
    best = max(counts, key=lambda encoding: counts[encoding])
    return [best] if counts[best] else []


def _decoded(data: bytes, encoding: str) -> str | None:
    """The text; a character may be cut off at its end."""
    try:
        return codecs.getincrementaldecoder(encoding)("strict").decode(data)
    except UnicodeError:
        return None


def _score(data: bytes, encoding: str, script: _Script) -> float:
    """0 to 1: how much the text looks like the languages of the encoding."""
    text = _decoded(data, encoding)
    foreign = [character for character in text or "" if not character.isascii()]
    if text is None or not foreign:
        return 0.0
    letters = re.compile(f"[{script.letters}]")
    n_letters = sum(bool(letters.match(character)) for character in foreign)
    n_common = sum(character in script.common for character in foreign)
    score = 0.5 * n_letters / len(foreign) + 0.5 * min(1.0, n_common / len(foreign) / script.share)
    if script in _LATIN:  # accents stand between plain letters
        score *= 1 - max(0.0, 1.5 * (_share_in_pairs(text) - 0.35))
    if script is _KOREAN or script is _JAPANESE:
        score *= min(1.0, n_letters / len(foreign) / 0.85) ** 3
    if script is _JAPANESE and not re.search("[\u3040-\u30ff]", text):
        score *= 0.5
    return score


def _share_in_pairs(text: str) -> float:
    """The share of letters outside of ASCII that follow another one."""
    n_letters = sum(character.isalpha() and not character.isascii() for character in text)
    n_pairs = sum(
        one.isalpha() and other.isalpha() and not one.isascii() and not other.isascii()
        for one, other in zip(text, text[1:], strict=False)
    )
    return n_pairs / n_letters if n_letters > 3 else 0.0
