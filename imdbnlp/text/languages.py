"""Languages by code or by name.

    language_code("German")     # 'de'
    language_code("ko")         # 'ko'
"""

from imdbnlp.errors import UsageError
from imdbnlp.settings import nearest

_NAMES = {
    "af": "afrikaans", "ar": "arabic", "ast": "asturian", "bg": "bulgarian", "bn": "bengali", "br": "breton",
    "ca": "catalan", "cs": "czech", "cy": "welsh", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "gl": "galician", "gu": "gujarati", "ha": "hausa", "he": "hebrew", "hi": "hindi",
    "hr": "croatian", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "is": "icelandic", "it": "italian",
    "ja": "japanese", "ka": "georgian", "ko": "korean", "ku": "kurdish", "la": "latin", "lb": "luxembourgish",
    "lt": "lithuanian", "lv": "latvian", "mk": "macedonian", "mr": "marathi", "ms": "malay", "nb": "bokmal",
    "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sk": "slovak", "sl": "slovenian", "so": "somali", "sq": "albanian", "sr": "serbian",
    "st": "sesotho", "sv": "swedish", "sw": "swahili", "ta": "tamil", "th": "thai", "tl": "tagalog", "tr": "turkish",
    "uk": "ukrainian", "ur": "urdu", "vi": "vietnamese", "yi": "yiddish", "yo": "yoruba", "zh": "chinese",
    "zu": "zulu",
}  # fmt: skip
_CODES = {name: code for code, name in _NAMES.items()}


def language_code(name: str) -> str:
    """The ISO 639 code of a language.  Raises UsageError naming the nearest one."""
    wanted = name.strip().lower()
    if wanted in _NAMES:
        return wanted
    if wanted in _CODES:
        return _CODES[wanted]
    raise UsageError(f"--language {name}: unknown", hint=nearest(wanted, [*_CODES, *_NAMES]))


def language_name(code: str) -> str:
    """The English name of a language, in lower case."""
    return _NAMES[code]
