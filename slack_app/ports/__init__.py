"""What features need from the outside, in the product's words; adapters provide it, tests replace it."""

from __future__ import annotations

from collections.abc import Callable

Clock = Callable[[], float]
"""Seconds since the epoch."""
