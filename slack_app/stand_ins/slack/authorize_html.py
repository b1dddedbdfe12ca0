"""Markup of the authorize page: everything that is not ours is escaped here."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def text(words: str) -> str:
    """Return the words as text that cannot become markup."""
    return escape(words, quote=True)


def chooser(name: str, label: str, chosen_id: str, options: Sequence[tuple[str, str, str]]) -> str:
    """Show what is chosen, and as links what could be instead; an option is its id, its words and its address."""
    current = next(words for id_, words, _ in options if id_ == chosen_id)
    face = f'<span class="chooser-label">{text(label)}</span> <strong>{text(current)}</strong>'
    if len(options) == 1:
        return f'<p class="chooser" data-testid="authorize-{name}">{face}</p>'
    links = "".join(
        f'<li><a href="{text(address)}" data-testid="authorize-{name}-{text(id_)}"{mark}>{text(words)}</a></li>'
        for id_, words, address in options
        for mark in [' aria-current="true"' if id_ == chosen_id else ""]
    )
    return (
        f'<details class="chooser"><summary data-testid="authorize-{name}">{face}'
        f'<span class="change">Change</span></summary><ul>{links}</ul></details>'
    )
