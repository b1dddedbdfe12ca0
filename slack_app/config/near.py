"""Finds names that are likely typos of settings: a setting that is misspelt would silently be its default."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

NEAR = 0.88
"""As difflib counts: one letter of nine, or a pair that was swapped in a longer name."""
SHORTEST = 8
"""Of a setting's name: all kinds of things are called nearly HOST or PORT."""
OTHERS = re.compile(r"(HTTPS?|ALL|NO)_PROXY|OTEL_\w+|SLACK_API_TOKEN")
"""Names in their own right, in small letters, too; many tools call Slack's token by the last one."""


def near(names: Iterable[str], known: Sequence[str], in_files: Sequence[str]) -> Mapping[str, str]:
    """Return the setting that each of `names` is likely meant as; `in_files` are those that have a NAME_FILE, too."""
    ours = [*known, *(f"{name}_FILE" for name in in_files)]
    taken = {*ours, *(name.lower() for name in known)}
    meant = ((name, _meant(name, ours, known)) for name in sorted(names) if name not in taken)
    return {name: setting for name, setting in meant if setting}


def _meant(name: str, ours: Sequence[str], known: Sequence[str]) -> str | None:
    upper = name.upper().replace("-", "_")
    if OTHERS.fullmatch(upper):
        return None
    if (setting := upper.removesuffix("_FILE")) != upper and setting in known and len(setting) >= SHORTEST:
        return setting  # only secrets are read from files
    long = [setting for setting in ours if len(setting) >= SHORTEST]
    return next(iter(get_close_matches(upper, long, n=1, cutoff=NEAR)), None)
