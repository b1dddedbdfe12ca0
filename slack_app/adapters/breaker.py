"""Stops asking a system that does not answer, so that those who wait behind the first get a clear answer at once.

One caller at a time tries again when the pause is over; no lock is held during a call.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from slack_app.errors import UpstreamError
from slack_app.instruments import BREAKERS_OPEN


class Breaker:
    """Opens after `failures` retryable errors in a row, for `pause` seconds at a time."""

    def __init__(
        self,
        service: str,
        *,
        failures: int = 1,
        pause: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._failures_allowed = failures
        self._pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._next_probe_at = 0.0
        self.last_error: UpstreamError | None = None
        """Why it opened, or would; None when the last call succeeded."""

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Guard one call; raises UpstreamError without calling while the breaker is open."""
        self._enter()
        try:
            yield
        except UpstreamError as exc:
            if exc.retryable:
                self._count_failure(exc)
            raise
        else:
            if self._failed:
                self._failed, self.last_error = 0, None
                BREAKERS_OPEN.labels(self._service).set(0)

    def _enter(self) -> None:
        with self._lock:
            if self._failed < self._failures_allowed:
                return
            if self._clock() < self._next_probe_at:
                raise UpstreamError(self._service, retryable=True, code="breaker_open")
            self._next_probe_at = self._clock() + self._pause  # this caller is the probe

    def _count_failure(self, exc: UpstreamError) -> None:
        with self._lock:
            self._failed += 1
            self.last_error = exc
            if self._failed == self._failures_allowed:
                BREAKERS_OPEN.labels(self._service).set(1)
            self._next_probe_at = self._clock() + self._pause
