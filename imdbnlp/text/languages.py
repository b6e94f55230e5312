"""Names of languages.

    language_code("German")     # 'de'
    language_code("ko")         # 'ko'

The table holds every language that simplemma, PyStemmer or stopwordsiso knows, and those whose lower case or whose
script without spaces is known to the tokenizer.  Codes are of ISO 639-1, or of 639-3 where 639-1 has none.
"""

from collections.abc import Collection

from imdbnlp.errors import UsageError
from imdbnlp.settings import nearest

_TABLE = """
    af afrikaans, sq albanian, grc ancient greek, ar arabic, hy armenian, ast asturian, az azerbaijani, az azeri,
    eu basque,
    bn bengali, nb bokmal, bs bosnian, br breton, bg bulgarian, my burmese, ca catalan, zh chinese, hr croatian,
    cs czech, da danish, nl dutch, en english, eo esperanto, et estonian, fi finnish, fr french,
    gl galician, ka georgian, de german, el greek, gu gujarati, ha hausa, he hebrew, hi hindi,
    hu hungarian, is icelandic, id indonesian, ga irish, it italian, ja japanese, km khmer, ko korean, ku kurdish,
    lo lao, la latin, lv latvian, lt lithuanian, lb luxembourgish, mk macedonian, ms malay, ml malayalam,
    gv manx, mr marathi, enm middle english, ne nepali, se northern sami, no norwegian, nn nynorsk,
    fa persian, pl polish, pt portuguese, ro romanian, ru russian, gd scottish gaelic, sr serbian,
    hbs serbo-croatian, st sesotho, sk slovak, sl slovenian, so somali, es spanish, sw swahili,
    sv swedish, tl tagalog, ta tamil, th thai, tr turkish, uk ukrainian, ur urdu, vi vietnamese,
    cy welsh, yi yiddish, yo yoruba, zu zulu
"""
CODE_OF_NAME: dict[str, str] = {
    name: code for code, _, name in (" ".join(entry.split()).partition(" ") for entry in _TABLE.split(","))
}

# A package may know a language by the code of the whole group, or of its main written form.
_STAND_INS = {"no": "nb", "nb": "no", "nn": "no", "hr": "hbs", "sr": "hbs", "bs": "hbs"}


def language_code(name: str) -> str:
    """The code of a language given by code or English name, in any case.  Raises UsageError if unknown."""
    wanted = name.strip().lower()
    if wanted in CODE_OF_NAME.values():
        return wanted
    if wanted in CODE_OF_NAME:
        return CODE_OF_NAME[wanted]
    hint = nearest(wanted, CODE_OF_NAME) if wanted else ""
    if not hint.startswith("did you mean"):
        hint = "give an ISO code such as de, or an English name such as german"
    raise UsageError(f"unknown language '{name}'", hint=hint)


def code_among(language: str, known: Collection[str]) -> str | None:
    """The code by which a package that knows these codes calls a language, None if it does not know it.

    Raises UsageError for an unknown language.
    """
    code = language_code(language)
    for candidate in (code, _STAND_INS.get(code)):
        if candidate in known:
            return candidate
    return None
