"""Keeps the connectors that the platform offers, so that names are known without asking it each time.

    slack_app:catalogue:<organization>         JSON: read_at, connectors; a day (a stale list is better than none)
    slack_app:catalogue-asked:<organization>   a mark for ten minutes: it was read behind somebody's answer

An outage fails as every other in the work: the job stays where it is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from slack_app.adapters.redis import PREFIX, Client, redis_errors
from slack_app.model import Connector
from slack_app.ports import Clock

CONNECTORS_SECONDS = 24 * 3600
ASK_AGAIN_SECONDS = 600


class RedisCatalogue:
    """The kept list in Redis; what cannot be read counts as never read."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock

    def connectors(self, organization_id: str) -> Sequence[Connector] | None:
        """Give the organization's connectors as last read; None when they never were. Raises UpstreamError."""
        with redis_errors():
            text = self._redis.get(f"{PREFIX}catalogue:{organization_id}")
        try:
            return [Connector(**stored) for stored in json.loads(text or "{}")["connectors"]]
        except (ValueError, KeyError, TypeError):
            return None

    def keep(self, organization_id: str, connectors: Sequence[Connector]) -> None:
        """Keep the connectors, read just now. Raises UpstreamError."""
        stored = {"read_at": self._clock(), "connectors": [asdict(connector) for connector in connectors]}
        with redis_errors():
            self._redis.set(f"{PREFIX}catalogue:{organization_id}", json.dumps(stored), ex=CONNECTORS_SECONDS)

    def may_ask(self, organization_id: str) -> bool:
        """Say, once in ten minutes, that the connectors are to be read anew. Raises UpstreamError."""
        with redis_errors():
            key = f"{PREFIX}catalogue-asked:{organization_id}"
            return bool(self._redis.set(key, "1", nx=True, ex=ASK_AGAIN_SECONDS))
