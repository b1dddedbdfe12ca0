"""Cleans names and words that somebody outside chose: what cannot be seen, or changes how others read, is taken out.

Tools, connections and what is typed are cleaned as they come in (model/tools.py, listeners/text.py), and every word
once more before it stands in a sentence (wording/text.py): what was stored by an earlier version comes that way.
"""

from __future__ import annotations

import unicodedata

INVISIBLE = frozenset(["Cc", "Cf", "Cs"])
"""Controls, format characters (the bidirectional marks are among them), halves of surrogates, which UTF-8 has not.

https://www.unicode.org/reports/tr44/#General_Category_Values
"""
JOINERS = "\u200c\u200d"
"""Stand inside Persian words and many emoji, so they stay; alone they are nothing."""
FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and a symbol by their category, and blank to the eye."""


def cleaned(text: str) -> str:
    """Return the text in one line as it can be seen; empty when there is nothing to see."""
    kept = "".join(_kept(character) for character in text)
    return " ".join(kept.split()) if any(_is_visible(character) for character in kept) else ""


def _kept(character: str) -> str:
    if character in JOINERS or unicodedata.category(character) not in INVISIBLE:
        return character
    return " " if character.isspace() else ""


def _is_visible(character: str) -> bool:
    if character in JOINERS or character in FILLERS or character.isspace():
        return False
    return not unicodedata.category(character).startswith("M")  # marks stand on something
