"""`/connect help`."""

from __future__ import annotations

from slack_app.features.help import Help
from slack_app.listeners.words import Typed

WORDS = frozenset(["help", "?", "-h", "--help"])


def is_asked_for(typed: Typed) -> bool:
    """Say whether the person asked what can be typed."""
    return typed.words[0].lower() in WORDS


def answer() -> Help:
    """Answer at once; there is nothing to hand over."""
    return Help()
