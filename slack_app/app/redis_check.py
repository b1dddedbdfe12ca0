"""Says in the log what is wrong with how Redis is set up; the process starts and works all the same."""

from __future__ import annotations

import threading
import time

import structlog

from slack_app.adapters import redis
from slack_app.adapters.probes.redis import look_at_redis
from slack_app.doctor.redis import REDIS_VERSION
from slack_app.doctor.redis import check_redis as findings_about
from slack_app.errors import UpstreamError

AGAIN_SECONDS = 2.0

log = structlog.get_logger("slack_app.app")


def check_redis(url: str) -> None:
    """Check in the background: a Redis that is away at the start is checked when it is there."""
    threading.Thread(target=_check, args=[url], name="redis-check", daemon=True).start()


def _check(url: str) -> None:
    client = redis.open_fast(url, 1)
    while not _answers(client):
        time.sleep(AGAIN_SECONDS)
    for finding in findings_about(look_at_redis(client)):
        if finding.is_right is False and finding.subject == REDIS_VERSION:
            log.error("redis.too_old", reason=f"{finding.text}. {finding.next_step}")
        elif finding.is_right is False:
            log.warning("redis.misconfigured", reason=f"{finding.text}. {finding.next_step}")
    client.close()


def _answers(client: redis.Client) -> bool:
    try:
        with redis.redis_errors():
            client.ping()
    except UpstreamError:
        return False
    return True
