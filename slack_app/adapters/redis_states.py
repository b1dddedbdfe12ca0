"""Names the state in which Redis does not take what it is asked, for whoever has to mend it."""

from __future__ import annotations

from slack_app.errors import UpstreamError

_STATES = {
    "redis memory": ("OutOfMemoryError", "OOM"),
    "redis primary": ("ReadOnlyError", "READONLY"),
    "redis permission": ("NoPermissionError", "ACL failure", "NOPERM", "AuthenticationError", "can't run this command"),
    "redis disk": ("MISCONF",),
    "redis replicas": ("NOREPLICAS",),
}
"""By words of redis-py's classes and of Redis's answers; within a script, Redis wraps the latter."""


def missing_of(exc: UpstreamError) -> str:
    """Return what is missing of Redis; `redis` alone when it does not answer at all."""
    said = f"{type(exc.__cause__).__name__} {exc.__cause__}"
    return next((state for state, words in _STATES.items() if any(word in said for word in words)), "redis")
