"""Knows how workspaces are set up: what was set at run time, else what the environment says.

    slack_app:setup:<id>   hash: setup (JSON), version, change (the id of what changed it last), key (sealed, where one
                           key is for all); <id> is a workspace's or an Enterprise Grid's. Of one that was removed
                           only its version, as `removed`, for 30 days: a dialog of before is of no later set-up
    slack_app:setups       set: the ids of the above

No lifetime: it is the set-up itself, kept until somebody removes it, or for 30 days after the app was removed.
Where admins change the rules of a mapping that is the operator's (the environment's, or a whole Grid's), the rules are
kept without an organization: that stays the operator's to change and to take away.
An outage fails closed: without the mapping nobody's request may reach any organization.
A process remembers for a second what it read, so that one job reads it once: so late a change holds everywhere.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace

from cachetools import TTLCache

from slack_app.adapters.redis import PREFIX, Client, each, redis_errors
from slack_app.model.stored import as_record, read_json, read_number
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import KeyMode, Setup
from slack_app.ports.workspaces import Setups

INDEX = f"{PREFIX}setups"
REMEMBERED_SECONDS = 30 * 24 * 3600
FRESH_SECONDS = 1.0
MOST_FRESH = 10_000
"""Set-ups of a few hundred bytes each."""
_FIELDS_IN_0_1 = {
    "way": "key_mode",
    "may_guests": "guests_allowed",
    "offered": "allowed_connectors",
    "notify": "admin_contacts",
    "set_by": "configured_by",
}
"""What version 0.1 called some of the fields that it stored."""

_SAVE = """
-- A job that is done again has saved it before.
if redis.call('HGET', KEYS[1], 'change') == ARGV[2] then return 1 end
-- Somebody else has changed it since the form was shown.
local version = tonumber(redis.call('HGET', KEYS[1], 'version') or 0) or 0
if ARGV[1] ~= '' and tonumber(ARGV[1]) ~= version then return 0 end
local last = math.max(version, tonumber(redis.call('HGET', KEYS[1], 'removed')) or 0)
redis.call('HDEL', KEYS[1], 'removed')
redis.call('HSET', KEYS[1], 'setup', ARGV[3], 'version', last + 1, 'change', ARGV[2])
if ARGV[4] == 'drop' then redis.call('HDEL', KEYS[1], 'key') end
if ARGV[4] == 'put' then redis.call('HSET', KEYS[1], 'key', ARGV[5]) end
redis.call('PERSIST', KEYS[1])
return 1
"""
_REMOVE = """
local version, removed = redis.pcall('HGET', KEYS[1], 'version'), redis.pcall('HGET', KEYS[1], 'removed')
if ARGV[1] ~= '' and version ~= ARGV[1] or not version and removed then return 0 end
local was_there = redis.call('DEL', KEYS[1])
if type(version) == 'string' then
  redis.call('HSET', KEYS[1], 'removed', version)
  redis.call('EXPIRE', KEYS[1], ARGV[2])
end
return was_there
"""


class RedisSetups(Setups):
    """The set-ups in Redis over the mapping in the environment."""

    def __init__(self, redis: Client, environment: Mapping[str, str]) -> None:
        self._redis = redis
        self._environment = environment
        self._fresh: TTLCache[str, tuple[int, Setup | None]] = TTLCache(MOST_FRESH, FRESH_SECONDS)
        self._lock = threading.Lock()
        self._save = redis.register_script(_SAVE)
        self._remove = redis.register_script(_REMOVE)

    def for_user(self, person: SlackUser) -> Setup | None:
        # Not by the Grid of which the workspace was part when its rules were kept: it may have left it.
        stored = self._remembered(person.team_id)
        own = self._in_force(person.team_id, stored, person.enterprise_id)
        return own or (self.get(person.enterprise_id) if person.enterprise_id else None)

    def get(self, workspace_id: str) -> Setup | None:
        stored = self._remembered(workspace_id)
        return self._in_force(workspace_id, stored, stored.enterprise_id if stored else None)

    def _in_force(self, workspace_id: str, stored: Setup | None, enterprise_id: str | None) -> Setup | None:
        organization_id, key_mode = self._environment.get(workspace_id, ""), KeyMode.OPERATOR
        if stored is None:
            return Setup(workspace_id, organization_id, is_inherited=True) if organization_id else None
        if stored.organization_id:
            return stored
        if not organization_id and enterprise_id and enterprise_id != workspace_id:
            grid = self.get(enterprise_id)
            if grid is None:
                return None
            organization_id, key_mode = grid.organization_id, grid.key_mode  # the operator's key goes only with theirs
        if not organization_id:
            return None
        return replace(stored, organization_id=organization_id, key_mode=key_mode, is_inherited=True)

    def _remembered(self, workspace_id: str) -> Setup | None:
        with self._lock:
            fresh = self._fresh.get(workspace_id)
        return fresh[1] if fresh else self._stored(workspace_id)

    def _stored(self, workspace_id: str) -> Setup | None:
        return self._read(workspace_id)[1]

    def _read(self, workspace_id: str) -> tuple[int, Setup | None]:
        with redis_errors():
            stored, version = self._redis.hmget(key_of_setup(workspace_id), ["setup", "version"])
        return self._kept(workspace_id, stored, version)

    def remember(self, workspace_ids: Iterable[str]) -> Sequence[tuple[str, Setup | None]]:
        """Read what is stored of each, in few round trips; who asks for it within a second is told that.

        Raises UpstreamError.
        """
        found = each(self._redis, workspace_ids, lambda pipe, id_: pipe.hmget(key_of_setup(id_), ["setup", "version"]))
        return [(workspace_id, self._kept(workspace_id, *stored)[1]) for workspace_id, stored in found]

    def _kept(self, workspace_id: str, stored: str | None, version: str | None) -> tuple[int, Setup | None]:
        found = int(read_number(version) or 0), _read(workspace_id, stored, version)
        with self._lock:
            known = self._fresh.get(workspace_id)
            if known is None or known[0] <= found[0]:  # another thread may have read it later, and be done before
                self._fresh[workspace_id] = found
        return found

    def _forget_fresh(self, workspace_id: str) -> None:
        with self._lock:
            self._fresh.pop(workspace_id, None)

    def operator_default(self, person: SlackUser) -> Setup | None:
        organization_id = self._environment.get(person.team_id)
        if organization_id:
            return Setup(person.team_id, organization_id, is_inherited=True)
        return self.get(person.enterprise_id) if person.enterprise_id else None

    def version_of(self, workspace_id: str) -> int:
        self._forget_fresh(workspace_id)  # whoever asks is about to change it, or to show a change
        return self._read(workspace_id)[0]

    def all(self) -> Sequence[Setup]:
        """Return every setup in force, by its id. Raises UpstreamError."""
        with redis_errors():
            ids = {*self._environment, *self._redis.smembers(INDEX)}
        known = ((id_, stored, stored.enterprise_id if stored else None) for id_, stored in self.remember(sorted(ids)))
        return [setup for one in known if (setup := self._in_force(*one))]

    def save(self, setup: Setup, change: str, *, sealed_key: str | None = None, is_forced: bool = False) -> bool:
        stored = {k: v for k, v in asdict(setup).items() if k not in ("workspace_id", "version", "is_inherited")}
        if setup.is_inherited:
            stored["organization_id"] = ""
        keeping = "put" if sealed_key else "keep" if setup.key_mode is KeyMode.SHARED else "drop"
        with redis_errors():
            args = ["" if is_forced else setup.version, change, json.dumps(stored), keeping, sealed_key or ""]
            is_saved = bool(self._save(keys=[key_of_setup(setup.workspace_id)], args=args))
            self._redis.sadd(INDEX, setup.workspace_id)  # after: what removes the one before takes it out
        self._forget_fresh(setup.workspace_id)
        return is_saved

    def sealed_key(self, workspace_id: str) -> str | None:
        with redis_errors():
            key: str | None = self._redis.hget(key_of_setup(workspace_id), "key")
        return key

    def remove(self, workspace_id: str, version: int | None = None) -> bool:
        with redis_errors():
            args = ["" if version is None else version, REMEMBERED_SECONDS]
            was_there = bool(self._remove(keys=[key_of_setup(workspace_id)], args=args))
            self._redis.srem(INDEX, workspace_id)
            if self._redis.hexists(key_of_setup(workspace_id), "version"):  # somebody else's, of just now
                self._redis.sadd(INDEX, workspace_id)
        self._forget_fresh(workspace_id)
        return was_there

    def expire(self, workspace_id: str, enterprise_id: str | None) -> None:
        """Forget the key now, and the rest in 30 days: the app was removed. Raises UpstreamError.

        What was set up while the workspace was part of another Grid stays.
        """
        stored = self._stored(workspace_id)
        if stored and enterprise_id and stored.enterprise_id not in ("", enterprise_id):
            return
        with redis_errors():
            self._redis.hdel(key_of_setup(workspace_id), "key")
            self._redis.expire(key_of_setup(workspace_id), REMEMBERED_SECONDS)

    def restore(self, workspace_id: str) -> None:
        for id_ in {workspace_id, *self.of_grid(workspace_id)}:
            if self._stored(id_):
                with redis_errors():
                    self._redis.persist(key_of_setup(id_))

    def of_grid(self, enterprise_id: str) -> Sequence[str]:
        """Return the workspaces of a Grid for which something is kept. Raises UpstreamError."""
        with redis_errors():
            ids: set[str] = self._redis.smembers(INDEX)
        kept = self.remember(sorted(ids))
        return [setup.workspace_id for _, setup in kept if setup and setup.enterprise_id == enterprise_id]


def key_of_setup(workspace_id: str) -> str:
    """Return the key under which a set-up is kept."""
    return f"{PREFIX}setup:{workspace_id}"


def _read(workspace_id: str, stored: str | None, version: str | None) -> Setup | None:
    try:
        fields = {_FIELDS_IN_0_1.get(name, name): value for name, value in read_json(stored or "null").items()}
        setup = as_record(Setup, {"workspace_id": workspace_id, **fields})
        return replace(
            setup,
            key_mode=KeyMode(setup.key_mode),
            allowed_connectors=tuple(setup.allowed_connectors),
            admin_contacts=tuple(setup.admin_contacts),
            version=int(read_number(version) or 0),
        )
    except (ValueError, TypeError, AttributeError):
        return None
