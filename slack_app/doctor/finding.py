"""One line of the doctor's report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

MOST_NAMED = 5
"""Of what is named within a sentence."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about a subject, and what it means; `next_step` is what to do about it, empty for nothing.

    `is_right` is None where nothing is wrong yet, or nothing could be checked.
    """

    subject: str
    is_right: bool | None
    text: str
    next_step: str = ""

    @property
    def sign(self) -> str:
        """Return the word with which its line begins."""
        if self.is_right is None:
            return "to do" if self.next_step else "note"
        return "ok" if self.is_right else "WRONG"


def is_good(subject: str, text: str) -> Finding:
    """Return a finding of what is as it should be."""
    return Finding(subject, True, text)


def wrong(subject: str, text: str, next_step: str) -> Finding:
    """Return a finding of what keeps people from their link, or will."""
    return Finding(subject, False, text, next_step)


def to_do(subject: str, text: str, next_step: str) -> Finding:
    """Return a finding of what is not finished, or could not be checked without this step."""
    return Finding(subject, None, text, next_step)


def unfinished(finding: Finding) -> Finding:
    """Return the same as what is not finished: nothing to fail for."""
    return replace(finding, is_right=None) if finding.is_right is False else finding


def named(names: Sequence[str]) -> str:
    """Return the first few names, and how many more there are."""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"


def note(subject: str, text: str) -> Finding:
    """Return a finding that asks for nothing."""
    return Finding(subject, None, text)
