"""Finds tools by what people call them: one search for the command, the conversation, the menu and the App Home.

A key that exists wins over every likeness, and a nickname counts only where no tool has that name.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from slack_app.model.tools import Connector

ALIASES: Mapping[str, Sequence[str]] = {
    "confluence": ["atlassian"],
    "gcal": ["google_calendar"],
    "gdocs": ["google_docs", "google_drive"],
    "gdrive": ["google_drive"],
    "gh": ["github"],
    "gl": ["gitlab"],
    "googlemail": ["gmail"],
    "gsheets": ["google_sheets", "google_drive"],
    "jira": ["atlassian"],
    "mondaycom": ["monday"],
    "msteams": ["microsoft_teams"],
    "sfdc": ["salesforce"],
    "twitter": ["x"],
}
"""What people say, and the keys of the tools that may be meant; the first that is listed counts."""
LIKENESS = 0.6
"""Of difflib, from 0 to 1: "githib" is "GitHub" and "GitLab" by 0.83 and 0.67."""
MOST_NEAR = 3
MOST_FITTING = 5
"""So many buttons stand in one line on a desktop."""
LONGEST_RUN = 5
"""Words of a tool's name within a sentence."""
MOST_REMEMBERED = 8192
"""Names of tools in plain letters: a sentence is looked up among hundreds of them, run by run, while others wait."""


def exact(tool_key: str, connectors: Sequence[Connector]) -> Connector | None:
    """Return the connector with that very key, or None."""
    return next((c for c in connectors if c.tool_key == tool_key), None)


def called(typed: str, connectors: Sequence[Connector]) -> Sequence[Connector]:
    """Return the connectors that are called so, letter by letter; case, spaces and hyphens are forgiven."""
    if found := exact(typed, connectors):
        return [found]
    wanted = _folded(typed)
    by_key = [c for c in connectors if wanted and _joined(c.tool_key) == wanted]
    return by_key or [c for c in connectors if wanted and _joined(c.name) == wanted]


def lookup(typed: str, connectors: Sequence[Connector]) -> Sequence[Connector]:
    """Return the connectors that are meant by a name: several only where it is the name of each as much as the other's.

    Where none is called so, punctuation is forgiven too, and nicknames are known.
    """
    if found := called(typed, connectors):
        return found
    wanted = normalized(typed)
    names = [(c, (c.tool_key, c.name, f"{c.name} {c.tool_key}")) for c in connectors if wanted]  # as `labelled` says
    alike = [c for c, called_so in names if wanted in map(_plain, called_so)]
    return alike or [c for c in [_aliased(wanted, connectors)] if c]


def nearest(typed: str, connectors: Sequence[Connector]) -> Sequence[Connector]:
    """Return up to three connectors whose names are nearly that."""
    by_name: dict[str, Connector] = {}
    for c in connectors:
        for name in (_plain(c.tool_key), _plain(c.name)):
            by_name.setdefault(name, c)
    for nickname in ALIASES:
        if nickname not in by_name and (meant := _aliased(nickname, connectors)):
            by_name[nickname] = meant
    close = difflib.get_close_matches(normalized(typed), by_name, n=2 * MOST_NEAR, cutoff=LIKENESS)
    return _once(by_name[name] for name in close)[:MOST_NEAR]


def search(typed: str, connectors: Sequence[Connector]) -> Sequence[Connector]:
    """Return what fits the words typed so far: names first, then nicknames, categories and descriptions.

    Where nothing does, those with a similar name.
    """
    wanted = normalized(typed)
    if not wanted:
        return list(connectors) if not typed.strip() else []
    named = [c for c in connectors if any(wanted in _plain(name) for name in (c.name, c.tool_key))]
    nicknamed = [_aliased(nickname, connectors) for nickname in ALIASES if nickname.startswith(wanted)]
    words = [_singular(word) for word in _words(typed)]
    about = [c for c in connectors if words and all(_has(word, f"{c.category} {c.description}") for word in words)]
    return _once([*named, *(c for c in nicknamed if c), *about]) or nearest(typed, connectors)


def alternatives(typed: str, connectors: Sequence[Connector]) -> Mapping[str, str]:
    """Return the keys and names of the few tools that may be meant by what no tool is called."""
    found = nearest(typed, connectors) or search(typed, connectors)
    return labelled(found[:MOST_FITTING])


def labelled(connectors: Sequence[Connector]) -> Mapping[str, str]:
    """Return what they are called by their keys; two of one name have their keys beside it."""
    names = Counter(c.name for c in connectors)
    return {c.tool_key: c.name if names[c.name] == 1 else f"{c.name} ({c.tool_key})" for c in connectors}


def told_apart(connectors: Sequence[Connector]) -> Sequence[Connector]:
    """Return them with names by which people can tell them apart."""
    names = labelled(connectors)
    return [replace(c, name=names[c.tool_key]) for c in connectors]


def named_in(words: Sequence[str], connectors: Sequence[Connector], ignored: frozenset[str]) -> Sequence[Connector]:
    """Return the connectors that a sentence names, the longest name first where names overlap.

    A single word of `ignored` names none: it is said in every sentence.
    """
    found: list[Connector] = []
    at = 0
    while at < len(words):
        for end in range(min(len(words), at + LONGEST_RUN), at, -1):
            if end == at + 1 and words[at].lower() in ignored:
                continue
            if meant := lookup(" ".join(words[at:end]), connectors):
                found += meant
                at = end - 1
                break
        at += 1
    return _once(found)


def normalized(name: str) -> str:
    """Return the name without case, spaces and punctuation, in plain letters."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).casefold()


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", unicodedata.normalize("NFKC", name).strip()).casefold()


_plain, _joined = lru_cache(MOST_REMEMBERED)(normalized), lru_cache(MOST_REMEMBERED)(_folded)
"""The same of the tools' own names; what people type is not kept."""


def _aliased(nickname: str, connectors: Sequence[Connector]) -> Connector | None:
    """Return whom the nickname means; nobody where a tool has that name."""
    if any(nickname in (_plain(c.tool_key), _plain(c.name)) for c in connectors):
        return None
    return next((c for key in ALIASES.get(nickname, ()) if (c := exact(key, connectors))), None)


def _words(text: str) -> Sequence[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) > MOST_NEAR else word


def _has(word: str, text: str) -> bool:
    return any(other.startswith(word) for other in _words(text))


def _once(connectors: Sequence[Connector] | Iterator[Connector]) -> Sequence[Connector]:
    return list({c.tool_key: c for c in connectors}.values())
