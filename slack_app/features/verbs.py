"""What somebody wants done with a tool, read from their words alone: which tool it is, the work finds (understand.py).

A word that ends something counts before one that begins something: "remove the link to GitHub".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

MOST_WORDS = 60
LONGEST_TEXT = 300
"""Letters: the longest name that the platform's client keeps."""


class Verb(StrEnum):
    """What is to be done; the words are stored with jobs."""

    NONE = ""
    CONNECT = "connect"
    DISCONNECT = "disconnect"
    TURN_ON = "on"
    TURN_OFF = "off"
    RENAME = "rename"


_VERBS: Mapping[Verb, frozenset[str]] = {
    Verb.DISCONNECT: frozenset(
        """
        disconnect disconnecting disconnected unlink unlinking remove removing logout logoff signout signoff revoke
        revoking delete deleting uninstall uninstalling deauthorize deauthorise unauthorize unauthorise detach erase
        forget rid stop unconnect deregister unsubscribe
        """.split()
    ),
    Verb.TURN_OFF: frozenset("off disable disabling pause pausing deactivate deactivating mute suspend".split()),
    Verb.TURN_ON: frozenset("enable enabling resume resuming activate activating reactivate unpause unmute".split()),
    Verb.RENAME: frozenset("rename renaming relabel".split()),
    Verb.CONNECT: frozenset(
        """
        connect connecting reconnect reconnecting add adding link linking relink login signin authorize authorise
        authorizing integrate integrating install installing
        """.split()
    ),
}
"""In the order in which they count."""
_PARTED: Mapping[tuple[str, str], Verb] = {
    **{(first, last): Verb.DISCONNECT for first in ("log", "sign") for last in ("out", "off")},
    **{(first, "in"): Verb.CONNECT for first in ("log", "sign")},
    **{("set", "up"): Verb.CONNECT, ("hook", "up"): Verb.CONNECT, ("take", "away"): Verb.DISCONNECT},
    **{(first, "on"): Verb.TURN_ON for first in ("turn", "switch")},
    **{(first, "off"): Verb.TURN_OFF for first in ("turn", "switch")},
}
"""Verbs of two words, between which others may stand: "log me out of GitHub"."""
_NEGATIONS = frozenset("not dont never didnt doesnt without".split())
_QUESTIONS = frozenset("are did does has is should was were when why".split())
"""As the first word."""
FILLERS = frozenset(
    """
    a access account accounts again all an and any app application as at be can connection could do does everything
    for freddy from get give hello hey hi how i id im in integration into is it its kindly let lets like link me my
    need now of on our out please pls so some thanks thank that the their there these this to tool up us wanna want
    we what will with would you your
    """.split()
)
"""What stands around a tool's name in a sentence, and names none there by itself."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was typed: `text` as the person saw it, and its `words`; `rest` without the verb, `name` without fillers.

    `is_doubtful`: it was asked whether, or said not to. `is_command`: it was typed after the command.
    """

    text: str = field(default="", repr=False)
    words: Sequence[str] = field(default=(), repr=False)
    verb: Verb = Verb.NONE
    rest: Sequence[str] = field(default=(), repr=False)
    name: Sequence[str] = field(default=(), repr=False)
    is_doubtful: bool = False
    is_command: bool = False


def read(words: Sequence[str], text: str = "", *, is_command: bool = False) -> Said:
    """Read the words; never fails."""
    words = [word[:LONGEST_TEXT] for word in words[:MOST_WORDS]]
    plain = [re.sub(r"[\W_]+", "", word).casefold() for word in words]
    verb, at = _verb_in(plain)
    rest = [word for n, word in enumerate(words) if n not in at]
    return Said(
        text=text[:LONGEST_TEXT],
        words=words,
        verb=verb,
        rest=rest,
        name=[word for word in rest if re.sub(r"[\W_]+", "", word).casefold() not in FILLERS],
        is_doubtful=not _NEGATIONS.isdisjoint(plain) or bool(plain and plain[0] in _QUESTIONS),
        is_command=is_command,
    )


def _verb_in(words: Sequence[str]) -> tuple[Verb, set[int]]:
    """Return the verb that counts, and where it stands."""
    found: dict[Verb, set[int]] = {}
    for (first, last), verb in _PARTED.items():
        if first in words and last in words[words.index(first) + 1 :]:
            start = words.index(first)
            found.setdefault(verb, {start, words.index(last, start + 1)})
    for verb, forms in _VERBS.items():
        at = next((n for n, word in enumerate(words) if word in forms), None)
        if at is not None:
            found.setdefault(verb, {at})
    if words and "on" in (words[0], words[-1]):  # in between it is a preposition
        found.setdefault(Verb.TURN_ON, {0 if words[0] == "on" else len(words) - 1})
    leading = next((verb for verb, at in found.items() if 0 in at and verb is not Verb.CONNECT), None)
    verb = leading or next((verb for verb in _VERBS if verb in found), Verb.NONE)
    return verb, found.get(verb, set())
