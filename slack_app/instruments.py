"""What one process counts of itself, for Prometheus; metrics.py shows it, with what all processes count in Redis.

No label holds what somebody typed, nor whose it is: each has some dozens of values at most. Where several web processes
share a port (WEB_CONCURRENCY), prometheus_client keeps all of this in files, and each of them shows the sum:
https://prometheus.github.io/client_python/multiprocess/
"""

from __future__ import annotations

import time
from http import HTTPStatus

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
_STATUSES = frozenset(HTTPStatus)

ANSWERS = Counter("slack_app_answers", "Answers to Slack, by status.", ["status"], registry=REGISTRY)
ANSWER_SECONDS = Histogram(
    "slack_app_answer_seconds",
    "Time until Slack had its answer (Slack waits 3 s).",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3),
    registry=REGISTRY,
)
REFUSED = Counter(
    "slack_app_acknowledgements_refused",
    "Requests that Slack signed and that were not taken on, by reason.",
    ["reason"],
    registry=REGISTRY,
)
for _reason in ("redis", "clock", "defect", "malformed"):
    REFUSED.labels(_reason)  # from 0, for alerts: Prometheus sees no increase in a figure that begins with its first
UPSTREAM_SECONDS = Histogram(
    "slack_app_upstream_seconds",
    "Time of each call to Slack or the platform; the status is HTTP's, or what happened instead of an answer.",
    ["service", "method", "status"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15),
    registry=REGISTRY,
)
DIRECT_MESSAGES_FAILED = Counter(
    "slack_app_direct_messages_failed",
    "Direct messages that Slack did not take, by its error code.",
    ["code"],
    registry=REGISTRY,
)
REDIS_ERRORS = Counter(
    "slack_app_redis_errors", "What was asked of Redis in vain, by the kind of error.", ["code"], registry=REGISTRY
)
BREAKERS_OPEN = Gauge(
    "slack_app_breakers_open",
    "Breakers that are open: of Redis, and of the platform one for each key that gets no answers.",
    ["service"],
    multiprocess_mode="livesum",
    registry=REGISTRY,
)


def status_label(status: int) -> str:
    """Return the label of HTTP's status; those that HTTP does not know count as one for each hundred."""
    return str(status) if status in _STATUSES else f"{status // 100}xx"


def milliseconds_since(began: float) -> int:
    """Return how long that took which began at this time of `time.perf_counter`, for the log."""
    return round(1000 * (time.perf_counter() - began))


def count_answer(status: int, seconds: float) -> None:
    """Count one answer to Slack."""
    ANSWERS.labels(str(status)).inc()
    ANSWER_SECONDS.observe(seconds)
