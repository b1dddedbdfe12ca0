"""Keeps the links that wait for their people, one per person and tool (layout in __init__.py)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import structlog

from slack_app.adapters.links import KEYS, link_key, scripts
from slack_app.adapters.links.records import read_link, read_message
from slack_app.adapters.redis import Client, keys_of, redis_errors
from slack_app.errors import BROKEN_RECORD, UpstreamError
from slack_app.model.jobs import RESPONSE_URL_SECONDS, Job
from slack_app.model.links import LATE_SECONDS, EphemeralRef, Outcome, PendingLink
from slack_app.model.messages import MessageRef
from slack_app.model.stored import read_number
from slack_app.model.tools import Connection
from slack_app.model.users import SlackUser
from slack_app.ports import Clock
from slack_app.ports.links import Links

KEPT_SECONDS = 24 * 3600
CLAIM_SECONDS = 30
TURN_SECONDS = 3600
MOST_ANSWERS = 3
ENDED = f"{KEYS}ended"

log = structlog.get_logger("slack_app.links")


class RedisLinks(Links):
    """The links in Redis."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._take_turn = redis.register_script(scripts.TAKE_TURN)
        self._release = redis.register_script(scripts.RELEASE)
        self._mark_finished = redis.register_script(scripts.MARK_FINISHED)
        self._correct = redis.register_script(scripts.CORRECT)
        self._write_script = redis.register_script(scripts.WRITE)
        self._swap = redis.register_script(scripts.SWAP)

    def take_turn(self, organization_id: str, connector_type: str, job: Job) -> bool:
        keys = [only_key(organization_id, connector_type), *turn_keys(organization_id, connector_type)]
        args = [job.id, job.accepted_at, self._clock(), CLAIM_SECONDS, TURN_SECONDS]
        with redis_errors():
            return bool(self._take_turn(keys=keys, args=args))

    def release_claim(self, organization_id: str, job: Job) -> None:
        keys = [*live_keys(job.person, job.connector_type), only_key(organization_id, job.connector_type)]
        with redis_errors():
            self._release(keys=keys, args=[f"job:{job.id}"])

    def leave_queue(self, organization_id: str, job: Job) -> None:
        with redis_errors(), self._redis.pipeline(transaction=True) as pipe:
            for key in turn_keys(organization_id, job.connector_type):
                pipe.zrem(key, job.id)
            pipe.execute()

    def release(self, person: SlackUser, connector_type: str, link_id: str) -> None:
        with redis_errors():
            self._release(keys=live_keys(person, connector_type), args=[f"link:{link_id}"])

    def pending(self, person: SlackUser, tool_keys: Sequence[str]) -> Mapping[str, PendingLink]:
        if not tool_keys:
            return {}
        with redis_errors():
            places = [(tool_key, key) for tool_key in tool_keys for key in live_keys(person, tool_key)]
            held = self._redis.mget([key for _, key in places])
        links: dict[str, PendingLink] = {}
        for (tool_key, _), value in zip(places, held, strict=True):
            kind, _, link_id = str(value).partition(":")
            if kind == "link" and (live := self.get(link_id)) and live.outcome is None:
                links.setdefault(tool_key, live)
        return links

    def get(self, link_id: str) -> PendingLink | None:
        try:
            with redis_errors(), self._redis.pipeline(transaction=True) as pipe:
                pipe.hgetall(link_key(link_id))
                pipe.lrange(answers_key(link_id), 0, -1)
                stored, answers = pipe.execute()
            return read_link(link_id, stored, answers) if "made" in stored else None
        except UpstreamError as exc:
            if exc.code != BROKEN_RECORD:
                raise
        except (ValueError, TypeError, KeyError, AttributeError):
            pass
        log.error("link.unreadable")
        return None

    def of_workspace(self, workspace_id: str) -> Sequence[PendingLink]:
        with redis_errors():
            ids: set[str] = self._redis.smembers(workspace_key(workspace_id))
        return [live for link_id in sorted(ids) if (live := self.get(link_id))]

    def set_message(self, link_id: str, dm: MessageRef) -> MessageRef | None:
        with redis_errors():
            before = self._swap(keys=[link_key(link_id)], args=["dm", json.dumps(asdict(dm))])
        return read_message(before) if before else None

    def leave_message(self, link_id: str) -> None:
        with redis_errors():
            self._redis.hdel(link_key(link_id), "dm")

    def add_ephemeral(self, link_id: str, ephemeral: EphemeralRef) -> None:
        with redis_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.rpush(answers_key(link_id), json.dumps(asdict(ephemeral)))
            pipe.ltrim(answers_key(link_id), -MOST_ANSWERS, -1)
            pipe.expireat(answers_key(link_id), int(ephemeral.given_at + RESPONSE_URL_SECONDS))
            pipe.execute()

    def rivals(self, live: PendingLink) -> Sequence[PendingLink]:
        with redis_errors():
            ids = self._redis.zrange(of_tool_key(live.link.organization_id, live.link.connector_type), 0, -1)
        others = [other for link_id in ids if link_id != live.id and (other := self.get(link_id))]
        return [
            other
            for other in others
            if other.link.expires_at + LATE_SECONDS > live.link.created_at
            and other.link.fingerprint in ("", live.link.fingerprint or other.link.fingerprint)
        ]

    def first_seen(self, link_id: str, connection_id: str) -> float:
        now, name = self._clock(), f"seen:{connection_id}"
        with redis_errors():
            self._write(link_id, "HSETNX", name, str(now))
            seen_at = read_number(self._redis.hget(link_key(link_id), name))
        return now if seen_at is None else seen_at

    def count_late_look(self, link_id: str) -> int:
        with redis_errors():
            return int(self._write(link_id, "HINCRBY", "late_looks", 1) or 1)

    def correct(self, live: PendingLink, connection: Connection) -> PendingLink | None:
        outcome = Outcome.CONNECTED.value
        stored = json.dumps({"outcome": outcome, "connection": asdict(connection)})
        with redis_errors():
            is_first = self._correct(keys=[link_key(live.id), ENDED], args=[stored, outcome])
        return self.get(live.id) if is_first else None

    def mark_finished(
        self, live: PendingLink, outcome: Outcome, connection: Connection | None = None
    ) -> PendingLink | None:
        stored = {"outcome": outcome.value, "connection": asdict(connection) if connection else None}
        tool = live.link.connector_type
        keys = [link_key(live.id), ENDED, *live_keys(live.person, tool), only_key(live.link.organization_id, tool)]
        with redis_errors():
            finished = self._mark_finished(keys=keys, args=[live.id, json.dumps(stored), outcome.value])
        return self.get(live.id) if finished else None

    def ended(self) -> Mapping[str, int]:
        """Count the links that ended, by outcome. Raises UpstreamError."""
        with redis_errors():
            counts: dict[str, str] = self._redis.hgetall(ENDED)
        ended: Counter[str] = Counter()
        for outcome, count in counts.items():
            with suppress(ValueError):
                # Version 0.1 counted two of them under other words.
                ended[Outcome(outcome).value] += int(read_number(count) or 0)
        return ended

    def claim_answer(self, link_id: str, fact: str, number: int) -> bool:
        with redis_errors():
            return bool(self._write(link_id, "HSETNX", f"answered:{fact}:{number}", "1"))

    def release_answer(self, link_id: str, fact: str, number: int) -> None:
        with redis_errors():
            self._redis.hdel(link_key(link_id), f"answered:{fact}:{number}")

    def answer_check(self, link_id: str, check_requested_at: float) -> bool:
        with redis_errors():
            before = self._swap(keys=[link_key(link_id)], args=["checked", str(check_requested_at)])
        return bool(before != str(check_requested_at))

    def _write(self, link_id: str, *command: object) -> Any:
        """Run a command on the link's record, while there is one."""
        return self._write_script(keys=[link_key(link_id)], args=[*command])


def workspace_key(workspace_id: str) -> str:
    """Return the key of the links of a workspace's people."""
    return f"{KEYS}workspace:{workspace_id}"


def of_tool_key(organization_id: str, connector_type: str) -> str:
    """Return the key of the organization's links to a tool."""
    return f"{KEYS}tool:{organization_id}:{connector_type}"


def answers_key(link_id: str) -> str:
    """Return the key of the private messages with the link."""
    return f"{KEYS}answers:{link_id}"


def live_keys(person: SlackUser, connector_type: str) -> list[str]:
    """Return where the person's link may stand, the place of a new one first."""
    return [f"{KEYS}live:{whose}:{connector_type}" for whose in keys_of(person)]


def only_key(organization_id: str, connector_type: str) -> str:
    """Return where the one link stands that an organization may have out to a tool."""
    return f"{KEYS}only:{organization_id}:{connector_type}"


def turn_keys(organization_id: str, connector_type: str) -> tuple[str, str]:
    """Return the keys of who is next for that, and of who still asks."""
    whose = f"{organization_id}:{connector_type}"
    return f"{KEYS}turn:{whose}", f"{KEYS}turn-asked:{whose}"
