"""Keeps who made which connection through the app, where one key serves all: the platform knows its key alone.

    slack_app:owners:<organization>   a hash: digest of the connection's id -> JSON: person, tool_key, since, gone_at;
                                      400 days after it was last read
    slack_app:key-explained:<organization>:<person>   a mark: told that the key is shared; 400 days

No account, label or id of the platform stands here. An outage fails as every other in the work: the job stays where it
is, and so nobody is shown what is not theirs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict

import structlog

from slack_app.adapters.redis import PREFIX, Client, redis_errors
from slack_app.adapters.round_trip import Command
from slack_app.errors import BROKEN_RECORD, UpstreamError
from slack_app.model.stored import read_record
from slack_app.model.tools import Ownership
from slack_app.model.users import SlackUser
from slack_app.ports.platform import Owners

KEPT_SECONDS = 400 * 24 * 3600
"""Longer than anybody stays away who comes back; an organization that is gone leaves nothing for ever."""

log = structlog.get_logger("slack_app.owners")


class RedisOwners(Owners):
    """The owners in Redis."""

    def __init__(self, redis: Client) -> None:
        self._redis = redis

    def of(self, organization_id: str) -> Mapping[str, Ownership]:
        stored: dict[str, str] = {}
        try:
            with redis_errors(), self._redis.pipeline(transaction=True) as pipe:
                pipe.hgetall(_key(organization_id))
                pipe.expire(_key(organization_id), KEPT_SECONDS)
                stored = pipe.execute()[0]
        except UpstreamError as exc:
            if exc.code != BROKEN_RECORD:
                raise
            log.error("redis.broken_record", code=exc.code)
        found: dict[str, Ownership] = {}
        for digest, text in stored.items():
            with suppress(ValueError):
                found[digest] = read_record(Ownership, text)
        return found

    def save(self, organization_id: str, owned: Mapping[str, Ownership]) -> None:
        if not owned:
            return
        with redis_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(_key(organization_id), mapping={key: json.dumps(asdict(one)) for key, one in owned.items()})
            pipe.expire(_key(organization_id), KEPT_SECONDS)
            pipe.execute()

    def forget(self, organization_id: str, digests: Sequence[str]) -> None:
        if digests:
            with redis_errors():
                self._redis.hdel(_key(organization_id), *digests)


def _key(organization_id: str) -> str:
    return f"{PREFIX}owners:{organization_id}"


def noting_told(organization_id: str, person: SlackUser) -> Command:
    """Return the command that notes that the person was told that the key is shared."""
    return ("SET", told_key(organization_id, person), "1", "EX", KEPT_SECONDS)


def told_key(organization_id: str, person: SlackUser) -> str:
    """Return the key of the mark that the person was told so."""
    return f"{PREFIX}key-explained:{organization_id}:{person.id}"
