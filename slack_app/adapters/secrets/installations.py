"""Keeps the installations, sealed: the workspaces and whole Enterprise Grids that the app has a token of.

It is slack_sdk's interface, so that Bolt's own OAuth flow fills it (layout in __init__.py):
https://docs.slack.dev/tools/python-slack-sdk/oauth
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from logging import Logger
from typing import Any

from slack_sdk.oauth.installation_store import Bot, Installation, InstallationStore

from slack_app.adapters.redis import PREFIX, Client, redis_errors
from slack_app.adapters.secrets.rotation import SecretLocation, rotate
from slack_app.adapters.secrets.vault import Vault
from slack_app.adapters.slack import SILENT
from slack_app.errors import UpstreamError
from slack_app.model.stored import read_json, read_number
from slack_app.model.users import SlackUser
from slack_app.ports import Clock

KEYS = f"{PREFIX}{{installations}}:"
INDEX = f"{KEYS}all"
VERSION = 1
NEVER = 1e15
"""Seconds since the epoch, later than every event."""

CLOCKS_DIFFER_SECONDS = 300.0
"""How far our clock may be from Slack's: where it is further off, no request of Slack's is taken at all (web.py)."""

_REMOVE = """
-- The app was installed anew since this one was looked at.
if (redis.call('HGET', KEYS[1], 'installed_at') or '') ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('SREM', KEYS[2], ARGV[2])
return 1
"""
_RENEW = """
-- The app was installed anew while Slack refreshed the token of the installation before.
if redis.call('HGET', KEYS[1], 'installed_at') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'sealed', ARGV[2])
return 1
"""
_GRANT = """
-- Of a Grid that has removed the app nothing is noted; and events may come in any order.
local known = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0)
if redis.call('EXISTS', KEYS[1]) == 1 and tonumber(ARGV[2]) > known then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
end
"""


@dataclass(frozen=True, slots=True)
class StoredInstallation:
    """An installation as it is kept; `installed_at` is as Redis holds it, to be compared and not to be computed."""

    place: str
    installed_at: str
    installation: Installation = field(repr=False)


class RedisInstallations(InstallationStore):
    """The installations in Redis; `is_token_good` asks Slack, and raises UpstreamError while that does not say."""

    def __init__(self, redis: Client, vault: Vault, clock: Clock, is_token_good: Callable[[str], bool]) -> None:
        self._redis = redis
        self._vault = vault
        self._clock = clock
        self._is_token_good = is_token_good
        self._remove = redis.register_script(_REMOVE)
        self._renew = redis.register_script(_RENEW)
        self._grant = redis.register_script(_GRANT)

    @property
    def logger(self) -> Logger:
        """Return a logger that says nothing: what matters is logged by those who call."""
        return SILENT

    # slack_sdk's interface

    def save(self, installation: Installation) -> None:
        """Keep the installation in the place of an earlier one. Raises UserError without a key, and UpstreamError."""
        is_org_wide = bool(installation.is_enterprise_install)
        place = _place(installation.enterprise_id, None if is_org_wide else installation.team_id)
        stored = {"sealed": self._seal(place, installation), "installed_at": repr(self._clock())}
        with redis_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(_key(place), mapping=stored)
            pipe.sadd(INDEX, place)
            pipe.execute()

    def find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Return the bot's part of an installation. Raises UpstreamError."""
        found = self.find_installation(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        return found.to_bot() if found else None

    def find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """Return the workspace's installation, or the Grid's; with a user id only if it is that person's."""
        kept = self.load(_place(enterprise_id, None if is_enterprise_install else team_id))
        if kept is None or user_id not in (None, kept.installation.user_id):
            return None
        return kept.installation

    def delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget the installation. Raises UpstreamError."""
        self._forget(_place(enterprise_id, team_id))

    def delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Forget the installation; what is one person's is not kept here. Raises UpstreamError."""
        if user_id is None:
            self._forget(_place(enterprise_id, team_id))

    # What the app needs besides

    def for_user(self, person: SlackUser) -> StoredInstallation | None:
        """Return the installation that serves a person: their workspace's, else the Grid's. Raises UpstreamError."""
        for place in self._places(person.enterprise_id, person.team_id):
            if kept := self.load(place):
                return kept
        return None

    def load(self, place: str) -> StoredInstallation | None:
        """Return what is kept there. Raises UpstreamError; what no key opens is not taken for nothing."""
        with redis_errors():
            sealed, installed_at = self._redis.hmget(_key(place), "sealed", "installed_at")
        if sealed is None:
            return None
        try:
            stored: dict[str, Any] = read_json(self._vault.open(sealed, _owner(place)) or "")
            if stored.pop("v") != VERSION:
                raise ValueError("of another version")
            return StoredInstallation(place, installed_at or "", Installation(**stored))
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise UpstreamError("slack", retryable=True, code="token_unreadable") from exc

    def renew(self, kept: StoredInstallation, refreshed: Bot) -> bool:
        """Put a refreshed token into the installation; False when another took its place. Raises UpstreamError."""
        stored = {
            **vars(kept.installation),
            "bot_token": refreshed.bot_token,
            "bot_refresh_token": refreshed.bot_refresh_token,
            "bot_token_expires_at": refreshed.bot_token_expires_at,
        }
        sealed = self._seal(kept.place, Installation(**stored))
        with redis_errors():
            return bool(self._renew(keys=[_key(kept.place)], args=[kept.installed_at, sealed]))

    def installed_at(self, place: str) -> float | None:
        """Return since when the app is installed there, in seconds since the epoch. Raises UpstreamError."""
        with redis_errors():
            return read_number(self._redis.hget(_key(place), "installed_at"))

    def forget_installer(self, place: str, user_id: str) -> bool:
        """Take out who installed the app, if it was that person; False if it was not. Raises UpstreamError."""
        kept = self.load(place)
        if kept is None or kept.installation.user_id != user_id:
            return False
        sealed = self._seal(place, Installation(**{**vars(kept.installation), "user_id": ""}))
        with redis_errors():
            return bool(self._renew(keys=[_key(place)], args=[kept.installed_at, sealed]))

    def remove(self, enterprise_id: str | None, team_id: str | None, event_at: float) -> bool:
        """Forget the workspace's installation, or without a team all of the Grid's; raises UpstreamError.

        False when it was installed after the event (seconds, Slack's clock): nothing is removed then. Where the two
        clocks cannot tell, Slack does: the token of an app that was removed is good no more.
        https://docs.slack.dev/reference/events/app_uninstalled
        """
        for place in _places(enterprise_id, team_id)[:2] if team_id else [_place(enterprise_id, None)]:
            if not self._forget(place, event_at):
                return False
        if enterprise_id and not team_id:
            for place in self.all():
                if place.startswith(f"{enterprise_id}:"):
                    self._forget(place, event_at)
        return True

    def grant(self, enterprise_id: str, team_id: str, event_at: float) -> None:
        """Note that a workspace joined its Grid's installation. Raises UpstreamError."""
        with redis_errors():
            self._grant(keys=[_key(_place(enterprise_id, None))], args=[f"granted:{team_id}", repr(event_at)])

    def is_granted_since(self, enterprise_id: str, team_id: str, event_at: float) -> bool:
        """Return whether the workspace joined, or its Grid installed, after the event. Raises UpstreamError.

        Two events are told apart by Slack's clock; our own may differ from it.
        """
        with redis_errors():
            key = _key(_place(enterprise_id, None))
            granted_at, installed_at = map(read_number, self._redis.hmget(key, f"granted:{team_id}", "installed_at"))
        return (granted_at or 0.0) > event_at or (installed_at or 0.0) - CLOCKS_DIFFER_SECONDS > event_at

    def serves(self, enterprise_id: str | None, team_id: str, *, by_grid: bool = True) -> bool:
        """Return whether its own installation, or `by_grid` its Grid's, serves a workspace. Raises UpstreamError."""
        places = _places(enterprise_id, team_id)
        with redis_errors():
            return bool(self._redis.exists(*(_key(place) for place in (places if by_grid else places[:2]))))

    def grid_of(self, team_id: str) -> str | None:
        places = (place.partition(":") for place in self.all())
        return next((enterprise_id for enterprise_id, _, team in places if enterprise_id and team == team_id), None)

    def serves_grid(self, enterprise_id: str) -> bool:
        return any(place.startswith(f"{enterprise_id}:") for place in self.all())

    def grids(self) -> Sequence[str]:
        """Return the Grids that have an org-wide installation. Raises UpstreamError."""
        return [place.removesuffix(":") for place in self.all() if place.endswith(":")]

    def all(self) -> Sequence[str]:
        """Return the place of each installation. Raises UpstreamError."""
        with redis_errors():
            return sorted(self._redis.smembers(INDEX))

    def locations(self) -> Iterator[SecretLocation]:
        """Return where the sealed texts stand. Raises UpstreamError."""
        return (SecretLocation(_key(place), _owner(place), "sealed") for place in self.all())

    def rotate_all(self) -> int:
        """Encrypt each text with the newest key; return how many had another. Raises UpstreamError."""
        return rotate(self._redis, self._vault, self.locations())

    def _places(self, enterprise_id: str | None, team_id: str) -> Iterator[str]:
        """Yield where the installation may stand that serves a workspace. Raises UpstreamError.

        Not every request of a Grid names it: then what is the workspace's own is looked for under any.
        """
        yield from _places(enterprise_id, team_id)
        if not enterprise_id:
            yield from (place for place in self.all() if place.endswith(f":{team_id}"))

    def _seal(self, place: str, installation: Installation) -> str:
        return self._vault.seal(json.dumps({"v": VERSION, **vars(installation)}), _owner(place))

    def _forget(self, place: str, event_at: float = NEVER) -> bool:
        with redis_errors():
            installed_at = self._redis.hget(_key(place), "installed_at") or ""
        if self._is_newer(place, read_number(installed_at), event_at):
            return False
        with redis_errors():
            return bool(self._remove(keys=[_key(place), INDEX], args=[installed_at, place]))

    def _is_newer(self, place: str, installed_at: float | None, event_at: float) -> bool:
        if installed_at is None:
            return False
        if abs(installed_at - event_at) > CLOCKS_DIFFER_SECONDS:
            return installed_at > event_at
        kept = self.load(place)
        return kept is not None and self._is_token_good(kept.installation.bot_token or "")


def _place(enterprise_id: str | None, team_id: str | None) -> str:
    return f"{enterprise_id or ''}:{team_id or ''}"


def _places(enterprise_id: str | None, team_id: str) -> Sequence[str]:
    """Return where an installation may stand; the second is of a workspace that installed before it joined its Grid."""
    if not enterprise_id:
        return [_place(None, team_id)]
    return [_place(enterprise_id, team_id), _place(None, team_id), _place(enterprise_id, None)]


def _key(place: str) -> str:
    return f"{KEYS}of:{place}"


def _owner(place: str) -> str:
    return f"installation:{place}"
