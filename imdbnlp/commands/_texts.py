"""How commands show a text among others.

excerpt("A film that…")     # its first 200 characters
"""

SHOWN_CHARACTERS = 200


def excerpt(text: str) -> str:
    """The first characters of a text, with three dots where it goes on."""
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
