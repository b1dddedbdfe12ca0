"""Reads what was typed after the command: words, `key=value` pairs, quotes of every keyboard.

Phones and macOS turn straight quotes into curly ones, and Slack escapes three characters in the text
(https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling), so neither shlex nor a
plain split serves. Any text can be read: a quote that is never closed reaches to the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from slack_app.outside_text import cleaned

_CLOSED_BY = {
    '"': '"',
    "“": '”“"',
    "”": '”“"',
    "„": '“”"',
    "«": "»",
    "»": "«",
    "'": "'",
    "‘": "’'",
    "’": "’'",
}
_KEY = re.compile(r"([^\W\d]\w*(?:-\w+)*)=")


@dataclass(frozen=True, slots=True)
class CommandText:
    """What a person typed: bare words in order, and the pairs."""

    words: Sequence[str]
    pairs: Mapping[str, str]

    def matches(self, words: Set[str]) -> bool:
        """Return whether the first word is one of these."""
        return bool(self.words) and self.words[0].lower() in words


def parse(text: str) -> CommandText:
    """Read the text of a command; never fails.

    A word of which there is nothing to see counts as none, and the last of several values for a key counts.
    """
    words: list[str] = []
    pairs: dict[str, str] = {}
    for key, word in _tokens(_unescaped(text)):
        if key is None:
            words += [word] if cleaned(word) else []
        else:
            pairs[key] = word
    return CommandText(words, pairs)


def quote(value: str) -> str:
    """Return the value as it can be typed, so that `parse` reads it back."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _tokens(text: str) -> Iterator[tuple[str | None, str]]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        key = _KEY.match(text, at)
        word, at = _word(text, key.end() if key else at)
        yield (key.group(1) if key else None), word


def _word(text: str, at: int) -> tuple[str, int]:
    """Read one word from `at`, quoted or not; return it and where it ends."""
    closed_by = _CLOSED_BY.get(text[at : at + 1])
    if closed_by is None:
        end = next((n for n in range(at, len(text)) if text[n].isspace()), len(text))
        return text[at:end], end
    word, at = [], at + 1
    while at < len(text) and text[at] not in closed_by:
        if text[at] == "\\" and text[at + 1 : at + 2] in ('"', "\\"):
            at += 1
        word.append(text[at])
        at += 1
    return "".join(word), at + 1
