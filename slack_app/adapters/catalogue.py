"""Keeps what the platform offers and what each person has connected, so that a menu can be shown without asking it.

    slack_app:catalogue:<organization>         JSON: read_at, connectors; a day (a stale list is better than none)
    slack_app:catalogue-asked:<organization>   a mark for ten minutes: it was read behind somebody's answer
    slack_app:connected:<person>               JSON: the connections that the person may see, as last read, without ids;
                                               an hour
    slack_app:connections:<credentials>:<tool>   JSON: the connections of one tool, with their ids, or a random mark
                                               of a change, which no older list replaces; five minutes
    slack_app:health:<connection>              healthy, unhealthy or unknown, as the platform said; a minute

An outage fails as every other in the work: the job stays where it is.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict

from cachetools import TTLCache

from slack_app.adapters.redis import PREFIX, Client, key_of, keys_of, read_text, redis_errors
from slack_app.adapters.round_trip import Command, RoundTrip, Script
from slack_app.model.stored import as_record, read_json, read_record
from slack_app.model.tools import Connection, Connector
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Credentials
from slack_app.ports import Clock
from slack_app.ports.platform import Catalogue

KEPT_SECONDS = 24 * 3600
ASK_AGAIN_SECONDS = 600
ACCOUNTS_SECONDS = 3600
CONNECTIONS_SECONDS = 300
HEALTH_SECONDS = 60
FRESH_SECONDS = 5.0
MOST_FRESH = 200
"""Lists that a process remembers for a moment: to read one of a hundred tools costs more than all else of a link."""
KEEP = Script("""
-- A list that was read before a change, and comes after it, would bring back what was changed.
local before = redis.pcall('GET', KEYS[1])
if type(before) == 'table' then before = '' end
if (before or '') == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
""")


class RedisCatalogue(Catalogue):
    """The kept list in Redis; what cannot be read counts as never read."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._send = RoundTrip(redis)
        self._fresh: TTLCache[str, Sequence[Connector]] = TTLCache(MOST_FRESH, FRESH_SECONDS)
        self._lock = threading.Lock()

    def connectors(self, organization_id: str) -> Sequence[Connector] | None:
        with self._lock:
            fresh = self._fresh.get(organization_id)
        if fresh is not None:
            return fresh
        found = self._connectors(organization_id)
        if found is not None:
            self._remember(organization_id, found)
        return found

    def _remember(self, organization_id: str, connectors: Sequence[Connector]) -> None:
        with self._lock:
            self._fresh[organization_id] = connectors

    def _connectors(self, organization_id: str) -> Sequence[Connector] | None:
        text = read_text(self._redis, f"{PREFIX}catalogue:{organization_id}")
        try:
            return as_record(list[Connector], read_json(text or "{}")["connectors"])
        except (ValueError, KeyError, TypeError):
            return None

    def save(self, organization_id: str, connectors: Sequence[Connector]) -> None:
        stored = {"read_at": self._clock(), "connectors": [asdict(connector) for connector in connectors]}
        with redis_errors():
            self._redis.set(f"{PREFIX}catalogue:{organization_id}", json.dumps(stored), ex=KEPT_SECONDS)
        self._remember(organization_id, list(connectors))

    def claim_refresh(self, organization_id: str) -> bool:
        return bool(self._send(claiming_refresh(organization_id))[0])

    def accounts(self, person: SlackUser) -> Sequence[Connection] | None:
        for whose in keys_of(person):
            with suppress(ValueError):
                return read_record(list[Connection], read_text(self._redis, f"{PREFIX}connected:{whose}") or "null")
        return None

    def connections(
        self,
        credentials: Credentials,
        tool_key: str,
        ask: Callable[[], Sequence[Connection]],
        is_current: Callable[[Sequence[Connection]], bool],
    ) -> Sequence[Connection]:
        before = read_text(self._redis, connections_key(credentials.fingerprint, tool_key))
        kept = connections_in(before)
        if kept is not None and is_current(kept):
            return kept
        found = ask()
        self.keep_connections(credentials, tool_key, before or "", found)
        return found

    def keep_connections(
        self, credentials: Credentials, tool_key: str, before: str, connections: Sequence[Connection]
    ) -> None:
        self._send(keeping(credentials.fingerprint, tool_key, before, connections))

    def forget_connections(self, credentials: Credentials, tool_key: str) -> None:
        with redis_errors():
            self._redis.set(
                connections_key(credentials.fingerprint, tool_key), secrets.token_hex(8), ex=CONNECTIONS_SECONDS
            )

    def health(self, credential_id: str, ask: Callable[[], bool | None]) -> bool | None:
        key = f"{PREFIX}health:{credential_id}"
        known = read_text(self._redis, key)
        if known is None:
            is_healthy = ask()
            known = "unknown" if is_healthy is None else "healthy" if is_healthy else "unhealthy"
            with redis_errors():
                self._redis.set(key, known, ex=HEALTH_SECONDS)
        return {"healthy": True, "unhealthy": False}.get(known)

    def save_accounts(self, person: SlackUser, accounts: Sequence[Connection]) -> None:
        stored = json.dumps([asdict(account) for account in accounts])
        with redis_errors():
            self._redis.set(f"{PREFIX}connected:{key_of(person)}", stored, ex=ACCOUNTS_SECONDS)


def keeping(fingerprint: str, tool_key: str, before: str, connections: Sequence[Connection]) -> Command:
    """Return the command that keeps a tool's connections, unless what was kept `before` they were read has changed."""
    stored = json.dumps([asdict(connection) for connection in connections])
    return KEEP([connections_key(fingerprint, tool_key)], [before, stored, CONNECTIONS_SECONDS])


def claiming_refresh(organization_id: str) -> Command:
    """Return the command that says something once in ten minutes, and nothing the other times."""
    return ("SET", f"{PREFIX}catalogue-asked:{organization_id}", "1", "NX", "EX", ASK_AGAIN_SECONDS)


def connections_in(text: str | None) -> Sequence[Connection] | None:
    """Return the connections of a tool as they are kept; None for what is none."""
    try:
        return read_record(list[Connection], text or "null")
    except ValueError:
        return None


def connections_key(fingerprint: str, tool_key: str) -> str:
    """Return where the connections of a tool are kept."""
    return f"{PREFIX}connections:{fingerprint}:{tool_key}"
