"""Leaves a method of Slack alone as long as Slack says: one pause for each installation and method, in this process.

    30 links end while Slack says `Retry-After: 30` for chat.update: one call is made, and 29 know without one.

Slack counts by method, workspace and app: https://docs.slack.dev/apis/web-api/rate-limits. Each process finds the limit
out by a call of its own: one more refusal for each, in a pause of many seconds. To share the pause would cost each call
a round trip to Redis, and the refused call is tried again in any case.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable

from slack_app.adapters.slack_errors import LONGEST_PAUSE
from slack_app.errors import Meaning, UpstreamError

UNSAID_SECONDS = 1.0
"""The pause where Slack does not say how long."""


class SlackPauses:
    """The pauses of one process; thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def check(self, token: str, url: str) -> None:
        """Raise UpstreamError, as Slack itself would refuse the call, while the method is left alone."""
        key, now = _key(token, url), self._clock()
        with self._lock:
            left = self._until.get(key, now) - now
            if left <= 0:
                self._until.pop(key, None)
                return
        raise UpstreamError("slack", status=429, meaning=Meaning.TRY_AGAIN, retry_after=left, code="ratelimited")

    def begin(self, token: str, url: str, seconds: float | None) -> None:
        """Leave the method alone for so long."""
        pause = UNSAID_SECONDS if seconds is None else min(seconds, LONGEST_PAUSE)
        now = self._clock()
        with self._lock:
            self._until = {key: until for key, until in self._until.items() if until > now}
            self._until[_key(token, url)] = now + pause


def _key(token: str, url: str) -> tuple[str, str]:
    """Return what tells installation and method from others; no token stays in memory for it."""
    return hashlib.sha256(token.encode()).hexdigest(), url.partition("?")[0]
