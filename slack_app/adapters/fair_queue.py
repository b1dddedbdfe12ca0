"""Hands out connections: the last one used first, at once to whoever asks, and for sure to whoever has waited.

The standard queue never gives one for sure: a thread that gives one back and wants one again is faster than any that
has to wake up first, and on a busy process somebody always found none in time. Strict turns are slow: each connection
then lies unused until a thread has woken up. So others may pass for a moment, as with Go's mutex
(https://pkg.go.dev/sync#Mutex, in its source "Mutex fairness").
"""

from __future__ import annotations

import threading
import time
from queue import Empty, LifoQueue
from typing import Any

PATIENT_SECONDS = 0.01
"""Who has waited longer is not passed by others any more."""


class FairLifoQueue(LifoQueue[Any]):
    """A `LifoQueue` in which nobody who waits is passed for long."""

    def _init(self, maxsize: int) -> None:
        super()._init(maxsize)
        self._waiting: dict[threading.Condition, float] = {}

    def _put(self, item: Any) -> None:
        super()._put(item)
        self._call_next()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Return an item, those first who have waited longest. Raises Empty when there is none in time."""
        with self.mutex:
            if self.queue and not self._is_due():
                return self._get()
            if not block:
                raise Empty
            turn = threading.Condition(self.mutex)
            self._waiting[turn] = time.monotonic()
            try:
                if turn.wait_for(lambda: self.queue and self._first() is turn, timeout):
                    return self._get()
                raise Empty
            finally:
                del self._waiting[turn]
                self._call_next()

    def _first(self) -> threading.Condition | None:
        return next(iter(self._waiting), None)

    def _is_due(self) -> bool:
        """Whether somebody has waited so long that the next item is theirs."""
        first = self._first()
        return first is not None and time.monotonic() - self._waiting[first] > PATIENT_SECONDS

    def _call_next(self) -> None:
        if self.queue and (first := self._first()):
            first.notify()
