"""Says what can be typed; the fact is all there is to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Help:
    """The person asked what they can do."""
