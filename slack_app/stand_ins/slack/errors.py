"""The answers of the Web API that say no: https://docs.slack.dev/apis/web-api/#evaluating"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


class ApiError(Exception):
    """An answer with `ok: false`: the error's name, and what Slack says besides."""

    def __init__(self, error: str, **more: str) -> None:
        super().__init__(error)
        self.more = more


class ViewError(ApiError):
    """Slack does not take a view."""


@dataclass(slots=True)
class Refusal:
    """What a method answers instead of doing anything; `times` how often still, `until` how long (None: always)."""

    error: str
    status: int = 200
    times: int | None = None
    until: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusals:
    """The methods of one workspace that say no; safe to use from any thread."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._by_method: dict[str, Refusal] = {}

    def play(self, method: str, error: str, *, status: int = 200, times: int | None = None) -> None:
        """Let the method answer with the error, so often, or until `stop`."""
        with self._lock:
            self._by_method[method] = Refusal(error, status, times)

    def limit(self, method: str, seconds: float) -> None:
        """Let the method be rate limited for so long: https://docs.slack.dev/apis/web-api/rate-limits"""
        with self._lock:
            self._by_method[method] = Refusal("ratelimited", 429, until=self._clock() + seconds)

    def stop(self, method: str) -> None:
        """Let the method do again what it does."""
        with self._lock:
            self._by_method.pop(method, None)

    def take(self, method: str) -> Refusal | None:
        """Return what the method answers now instead of doing anything; None for nothing."""
        with self._lock:
            refusal = self._by_method.get(method)
            left = 0.0 if refusal is None or refusal.until is None else refusal.until - self._clock()
            if refusal is None or refusal.times == 0 or (refusal.until is not None and left <= 0):
                return None
            if refusal.times is not None:
                refusal.times -= 1
            if refusal.until is not None:
                refusal.headers = {"Retry-After": str(math.ceil(left))}
            return refusal
