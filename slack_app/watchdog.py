"""Watches that the threads of a process move: what has not come round in time is stuck, and named.

A loop says `moved` each time that it comes round. What waits without end, and works between, says `moved` when it
begins and `rests` when it is done.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

LOOP_SECONDS = 90.0
"""A round of a loop ends sooner also while Redis hangs: the most patient command gives up after 46 s."""
WORK_SECONDS = 600.0
"""One job, or one poll of a link: each call to the outside has a deadline of 15 s at most, and nothing makes forty."""


class Watchdog:
    """Who is to come round by when. Thread-safe: each name is of one thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._due: dict[str, float] = {}

    def moved(self, name: str, within: float = LOOP_SECONDS) -> None:
        """Note that the thread moves, and is to do so again within so many seconds."""
        self._due[name] = self._clock() + within

    def rests(self, name: str) -> None:
        """Note that nothing is expected of the thread until it moves again."""
        self._due.pop(name, None)

    def stuck(self) -> Sequence[str]:
        """Return the threads that have not come round in time."""
        now = self._clock()
        return sorted(name for name, due in list(self._due.items()) if due < now)
