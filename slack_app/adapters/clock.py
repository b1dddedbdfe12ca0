"""Tells the time by Redis's clock, which all processes share: a machine whose own is wrong expires nobody's link.

https://redis.io/docs/latest/commands/time/
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import structlog

from slack_app.adapters.redis import PREFIX, Client, redis_errors
from slack_app.errors import UpstreamError
from slack_app.ports import Clock

ASK_AGAIN_SECONDS = 30.0
FAR_OFF_SECONDS = 5.0
"""From here on a machine's own clock is wrong enough to be told of: links live for minutes."""

_TIME = """
return redis.call('TIME')
"""

log = structlog.get_logger("slack_app.clock")


class RedisClock:
    """Seconds since the epoch as Redis counts them; the machine's own while Redis was never reached. Thread-safe."""

    def __init__(
        self,
        redis: Client,
        *,
        breaker: Callable[[], AbstractContextManager[None]] = nullcontext,
        local: Clock = time.time,
        monotonic: Clock = time.monotonic,
    ) -> None:
        self._time = redis.register_script(_TIME)
        self._breaker = breaker
        self._local = local
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._ask_at = float("-inf")
        self._started_at: float | None = None
        self._is_off = False

    def __call__(self) -> float:
        """Return the time."""
        now = self._monotonic()
        if now >= self._ask_at and self._lock.acquire(blocking=False):
            try:
                self._ask_at = now + ASK_AGAIN_SECONDS  # also after a failure: nobody waits for it again and again
                self._ask()
            finally:
                self._lock.release()
        return self._local() if self._started_at is None else self._started_at + self._monotonic()

    def _ask(self) -> None:
        try:
            with self._breaker(), redis_errors():  # in a script, since a Cluster would ask all its nodes
                seconds, microseconds = self._time(keys=[f"{PREFIX}clock"])
        except UpstreamError as exc:
            log.info("clock.not_read", code=exc.code)
            return
        now = int(seconds) + int(microseconds) / 1e6
        self._started_at = now - self._monotonic()  # it answered just now; before that may lie seconds without a Redis
        is_off = abs(now - self._local()) > FAR_OFF_SECONDS
        if is_off and not self._is_off:
            log.warning("clock.off", seconds=round(self._local() - now, 1))
        self._is_off = is_off
