"""Hands out connections: the last one used first, and each to whoever has waited longest.

The standard queue does not: a thread that gives one back and wants one again is faster than any that has to wake up
first, and on a busy process somebody always found none in time.
"""

from __future__ import annotations

import threading
from collections import deque
from queue import Empty, LifoQueue
from typing import Any


class FairLifoQueue(LifoQueue[Any]):
    """A `LifoQueue` whose callers take turns."""

    def _init(self, maxsize: int) -> None:
        super()._init(maxsize)
        self._waiting: deque[threading.Condition] = deque()

    def _put(self, item: Any) -> None:
        super()._put(item)
        self._call_next()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Return an item when it is the caller's turn. Raises Empty when that is not in time."""
        with self.mutex:
            if self.queue and not self._waiting:
                return self._get()
            if not block:
                raise Empty
            turn = threading.Condition(self.mutex)
            self._waiting.append(turn)
            try:
                if turn.wait_for(lambda: self.queue and self._waiting[0] is turn, timeout):
                    return self._get()
                raise Empty
            finally:
                self._waiting.remove(turn)
                self._call_next()

    def _call_next(self) -> None:
        if self.queue and self._waiting:
            self._waiting[0].notify()
