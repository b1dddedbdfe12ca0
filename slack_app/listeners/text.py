"""Reads what was typed, after the command or to the app itself: words, and details such as `key=value`.

What follows `:=` is JSON (`count:=3`), and a dot in a key leads into an object (`site.id=x`).

What stands around the words is not meant: Slack's markup and marks, punctuation, and what keyboards make of quotes,
hyphens and letters. The value of a detail stays as it was typed. Any text can be read: a quote that is never closed
reaches to the end.

In a message `<…>` is always Slack's markup, for what a person typed is escaped; a command may have either.
https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages,
https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from slack_app.model.parameters import TYPOGRAPHIC_QUOTES, read_value
from slack_app.outside_text import JOINERS, cleaned
from slack_app.secret_shapes import is_like_a_key

_CLOSED_BY = {
    '"': '"',
    "＂": '＂"',
    "“": '”“"',
    "”": '”“"',
    "„": '“”"',
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
    "'": "'",
    "‘": "’'",
    "’": "’'",
    "‚": "‘’'",
}
_MARKUP = re.compile(r"<((?:[@#!]|[A-Za-z][A-Za-z0-9+.-]*:)[^<>|]*)(?:\|([^<>]*))?>")
_BEFORE_VALUE = frozenset(["=", "＝", *_CLOSED_BY])
_DECODER = json.JSONDecoder()
_UNREADABLE = object()
_NUMBER = re.compile(r"\s*\d{1,2}[.)]\s")
_SPACES = re.compile(r"\s+")
_EMOJI = re.compile(r":[\w+'-]+:(?::skin-tone-\d:)?")
_MARKS = "*_~`"
"""Bold, italic, strike and code: https://docs.slack.dev/messaging/formatting-message-text#basic-formatting"""
_UNSEEN = "".join(map(chr, [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]))
"""Format characters that come with what is copied, and with keyboards of both directions."""
_HYPHENS = "‐‑‒–−﹣－"
_TYPOGRAPHIC = str.maketrans(
    {**dict.fromkeys(JOINERS), **dict.fromkeys(_HYPHENS, "-"), "—": "--", "―": "--", "İ": "I", "ı": "i"}
)
"""A long dash is what keyboards make of two hyphens; the last two are what Turkish ones make of an i."""
# Possessive, so that no text makes the search slow.
_KEY = re.compile(
    rf"(?P<key>[^\W\d][\w＿{_UNSEEN}]*+(?:[-{_HYPHENS}][\w＿{_UNSEEN}]++)*+"
    rf"(?P<dots>(?:\.[\w＿{_UNSEEN}]++(?:[-{_HYPHENS}][\w＿{_UNSEEN}]++)*+)++)?)"
    rf"(?:(?P<json>\s*+[:：][=＝])|(?P<tight>[=＝])(?=\S)|\s*+[=＝]"
    rf"|(?(dots)(?!)|\s*+[:：](?=\s++\S|[{''.join(_CLOSED_BY)}])))\s*+"
)


@dataclass(frozen=True, slots=True)
class CommandText:
    """What a person typed: bare words in order, and the pairs; `said` is all of it, without the command.

    `unreadable` are the keys of those pairs that say `:=` and hold no JSON.
    """

    words: Sequence[str]
    pairs: Mapping[str, Any]
    unreadable: Sequence[str] = ()
    said: str = field(default="", compare=False)

    def matches(self, words: Set[str]) -> bool:
        """Return whether the first word is one of these."""
        return bool(self.words) and self.words[0].lower() in words


def parse(text: str, command: str = "/connect") -> CommandText:
    """Read a text; never fails.

    The command itself, and its first name, count for nothing at the beginning. The last of several values for a key
    counts.
    """
    words: list[str] = []
    pairs: dict[str, Any] = {}
    shown = _without_markup(text)
    for key, word in _tokens(shown, frozenset(["connect", command.lstrip("/").lower()])):
        if key is None:
            words.append(word)
        else:
            pairs[key] = word
    unreadable = tuple(key for key, value in pairs.items() if value is _UNREADABLE)
    return CommandText(words, pairs, unreadable, _without_command(shown, command))


def quote(value: str) -> str:
    """Return the value as it can be typed, so that `parse` reads it back."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _without_markup(text: str) -> str:
    """Return the text as the person saw it when they typed it."""
    text = _MARKUP.sub(_shown, text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _without_command(shown: str, command: str) -> str:
    """Return the text in one line; the command, or its first name, stays where it is all there is."""
    text = cleaned(shown).strip(_MARKS + " ")
    begun = re.match(rf"/?(?:{re.escape(command.lstrip('/'))}|connect)[\s:]+(?=\S)", text, re.IGNORECASE)
    return (text[begun.end() :] if begun else text).removeprefix("/")


def _shown(markup: re.Match[str]) -> str:
    """Return what stood there: the label, which is what was typed, else the address.

    Nothing for an app, a person or everybody: whom a text speaks to is no part of what it says, unless it is a detail.
    """
    target, label = markup.groups()
    is_mention = target[0] in "@!" and not target.startswith("!date^")
    if is_mention and markup.string[max(markup.start() - 1, 0)] not in _BEFORE_VALUE:
        return ""
    sign = target[0] if target[0] in "@#" else ""
    if label:
        return label if label.startswith(sign) else f"{sign}{label}"
    return re.sub(r"^(?:mailto|tel):", "", target).replace("!", "@")


def _tokens(text: str, command_words: Set[str]) -> Iterator[tuple[str | None, Any]]:
    """Yield the words, and the details with their keys."""
    number = _NUMBER.match(text)
    at = number.end() if number else 0
    opened = ""
    is_begun = False
    plain = text.translate(TYPOGRAPHIC_QUOTES)
    while at < len(text):
        if text[at].isspace() or text[at] in _UNSEEN:
            at += 1
        elif text[at] in _MARKS:
            opened += text[at] if text[at] not in opened else ""
            at += 1
        elif (key := _KEY.match(text, at)) and key["json"]:
            value, at = _json(text, plain, key.end())
            yield _folded(key["key"]), value
        elif key and (key["tight"] or is_begun):
            value, at = _value(text, key, opened)
            name, parts = _folded(key["key"]), value.split()
            if key["tight"] or not any(is_like_a_key(part) for part in parts):
                yield name, value
            else:  # somebody speaks of their key
                yield from ((None, word) for word in [name, *parts])
        else:
            word, at = _word(text, at)
            closed = word[len(word.rstrip(_MARKS)) :]
            opened = "".join(mark for mark in opened if mark not in closed)
            for part in [] if _EMOJI.fullmatch(word) else _folded(word).split():
                if is_begun or part.lower() not in command_words:
                    is_begun = True
                    yield None, part


def _value(text: str, key: re.Match[str], opened: str) -> tuple[str, int]:
    """Read the value of a detail; return it and where it ends. Marks that were opened before it end there.

    Directly after the key it is one word; apart from it, as in `key: value`, it is the line up to the next detail.
    """
    at = key.end()
    if at < len(text) and (text[at] in _CLOSED_BY or (text[at] == "`" and text.find("`", at + 1) > 0)):
        return _word(text, at, {**_CLOSED_BY, "`": "`"})
    if key["tight"]:
        value, end = _word(text, at)
    else:
        following = _KEY.match(text, at)
        end = at if following and (following["tight"] or following["json"]) else _end_of_value(text, at)
        value = text[at:end].rstrip(",;")
    return (value.rstrip(opened) if opened else value).strip(_UNSEEN), end


def _json(text: str, plain: str, at: int) -> tuple[Any, int]:
    """Read a JSON value, quoted or not; return it and where it ends. `plain` is the text with straight quotes."""
    closing = _CLOSED_BY.get(text[at : at + 1])
    for quoted in (text, plain):
        for start, ends in [(at, ""), *([(at + 1, closing)] if closing else [])]:
            with suppress(ValueError, RecursionError):
                _, end = _DECODER.raw_decode(quoted, start)
                after = text[end : end + 1]
                if (after in ends) if ends and after else not after or after.isspace():
                    return read_value(quoted[start:end]), end + len(ends and after)
    word, end = _word(text, at)
    try:
        return read_value(word), end
    except ValueError:
        return _UNREADABLE, end


def _end_of_value(text: str, at: int) -> int:
    for space in _SPACES.finditer(text, at):
        if "\n" in space.group() or space.end() == len(text) or _KEY.match(text, space.end()):
            return space.start()
    return len(text)


def _word(text: str, at: int, closed_by: Mapping[str, str] = _CLOSED_BY) -> tuple[str, int]:
    """Read one word from `at`, quoted or not; return it and where it ends."""
    closing = closed_by.get(text[at : at + 1])
    if closing is None:
        end = next((n for n in range(at, len(text)) if text[n].isspace()), len(text))
        return text[at:end], end
    word, at = [], at + 1
    while at < len(text) and text[at] not in closing:
        if text[at] == "\\" and text[at + 1 : at + 2] in ('"', "\\"):
            at += 1
        word.append(text[at])
        at += 1
    return "".join(word), at + 1


def _folded(word: str) -> str:
    """Return the word in plain letters, without what cannot be seen, and what stands around it.

    Empty for one without a letter or a digit, but for a question mark, which asks for help.
    https://www.unicode.org/reports/tr15/ (NFKC folds full-width letters)
    """
    plain = cleaned(unicodedata.normalize("NFKC", word)).translate(_TYPOGRAPHIC)
    meant = [n for n, character in enumerate(plain) if character.isalnum()]
    if not meant:
        return "?" if plain and not plain.strip("?") else ""
    start = next(n for n, character in enumerate(plain) if character.isalnum() or character in "-.")
    return plain[start : meant[-1] + 1]
