"""What a process says of itself to an operator: the figures, whether it moves, and whether commands can be taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from slack_app.adapters import redis
from slack_app.adapters.breaker import Breaker
from slack_app.adapters.breakers import OPEN
from slack_app.adapters.clock import RedisClock
from slack_app.adapters.jobs.producer import JobProducer
from slack_app.adapters.links.figures import RedisLinkFigures
from slack_app.adapters.links.pending import RedisLinks
from slack_app.adapters.redis_states import missing_of
from slack_app.errors import UpstreamError
from slack_app.health import Health, Readiness
from slack_app.metrics import Metrics
from slack_app.watchdog import Watchdog

NO_WORKER = "no worker"


def build_metrics(fast: redis.Client, health: Health) -> Metrics:
    """Build the figures of a process."""
    links = RedisLinks(fast, RedisClock(fast))
    return Metrics(JobProducer(fast).facts, RedisLinkFigures(fast, links), health.readiness)


def build_health(
    fast: redis.Client, breaker: Breaker, watchdog: Watchdog, others: Callable[[], Sequence[str]] = tuple
) -> Health:
    """Build what probes are told; `others` names what is missing beside Redis.

    While the breaker is open no command is taken: what is missing is what opened it, whoever found that.
    """
    queue = JobProducer(fast)

    def readiness() -> Readiness:
        try:
            with breaker():
                workers, waiting = queue.probe()
        except UpstreamError as exc:
            found = breaker.last_error if exc.code == OPEN else exc
            return Readiness([missing_of(found or exc), *others()])
        return Readiness(others(), [NO_WORKER] if waiting and not workers else [])

    return Health(readiness, watchdog.stuck)
