"""Names the state in which Redis does not take what it is asked, for whoever has to mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slack_app.errors import UpstreamError

_WORDS: Mapping[str, Sequence[str]] = {
    "password": ("AuthenticationError", "WRONGPASS", "NOAUTH", "without any password configured"),
    "permission": ("NoPermissionError", "NOPERM", "ACL failure", "can't run this command"),
    "memory": ("OutOfMemoryError", "OOM"),
    "replica": ("ReadOnlyError", "READONLY"),
    "disk": ("MISCONF",),
    "replicas": ("NOREPLICAS",),
    "clients": ("max number of clients",),
    "database": ("DB index",),
    "busy": ("busy running a script",),
    "loading": ("BusyLoadingError", "LOADING"),
    "no_primary": ("MasterNotFoundError",),
    "not_a_cluster": ("cluster support disabled", "Cluster mode is not enabled"),
    "cluster": ("MovedError", "MOVED", "AskError", "ClusterDownError", "CLUSTERDOWN"),
    "tls": ("SSL", "CERTIFICATE", "certificate verify"),
    "name": ("Name or service not known", "name resolution", "nodename nor servname", "No address associated"),
    "silent": ("TimeoutError", "timed out", "Timeout"),
}
"""What is wrong, by words of redis-py's classes and of Redis's answers; within a script Redis wraps the latter."""
_MISSING: Mapping[str, str] = {
    "memory": "redis memory",
    "replica": "redis primary",
    "permission": "redis permission",
    "password": "redis permission",
    "disk": "redis disk",
    "replicas": "redis replicas",
}
"""What `/readyz` says of those in which Redis answers, and takes nothing."""


def word_for(exc: BaseException) -> str:
    """Return our word for what is wrong, `refused` for what is none of those."""
    said, cause = "", exc
    while cause is not None:
        said, cause = f"{said} {type(cause).__name__} {cause}", cause.__cause__  # type: ignore[assignment]
    return next((word for word, marks in _WORDS.items() if any(mark in said for mark in marks)), "refused")


def missing_of(exc: UpstreamError) -> str:
    """Return what is missing of Redis; `redis` alone when it does not answer at all."""
    return _MISSING.get(word_for(exc), "redis")
