"""Keeps the API keys that people and workspaces bring, sealed; each opens only for whom it was sealed.

    slack_app:keys:<enterprise>:<team>   hash: user id -> the person's own key, sealed
    slack_app:keys                       set: "<enterprise>:<team>" of each
                                         no lifetime: a key is kept until its person removes it, or the app is removed

The key that a workspace has for all stands in its set-up (setups.py), sealed for it and the organization that it was
accepted for. An outage fails closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slack_app.adapters.redis import PREFIX, Client, key_of, redis_errors
from slack_app.adapters.rotation import SecretLocation, rotate
from slack_app.adapters.setups import RedisSetups, key_of_setup
from slack_app.adapters.vault import Vault
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Setup

INDEX = f"{PREFIX}keys"


class RedisKeys:
    """The keys in Redis."""

    def __init__(self, redis: Client, vault: Vault, setups: RedisSetups) -> None:
        self._redis = redis
        self._vault = vault
        self._setups = setups

    def seal(self, person: SlackUser, key: str) -> str:
        """Seal what the person typed, for its way to the work. Raises UserError without an encryption key."""
        return self._vault.seal(key, _owner(person))

    def unseal(self, person: SlackUser, sealed: str) -> str | None:
        """Give what the person typed; None when it does not open, or is not theirs."""
        return self._vault.open(sealed, _owner(person))

    def get(self, person: SlackUser) -> str | None:
        """Give the person's own key; None when they have none that opens. Raises UpstreamError."""
        with redis_errors():
            sealed = self._redis.hget(_key(person), person.user_id)
        return self.unseal(person, sealed) if sealed else None

    def save(self, person: SlackUser, key: str) -> None:
        """Keep the person's own key. Raises UserError without an encryption key, UpstreamError."""
        sealed = self.seal(person, key)
        with redis_errors():
            self._redis.sadd(INDEX, f"{person.enterprise_id or ''}:{person.team_id}")
            self._redis.hset(_key(person), person.user_id, sealed)

    def remove(self, person: SlackUser) -> bool:
        """Forget the person's key; False when there was none. Raises UpstreamError."""
        with redis_errors():
            return bool(self._redis.hdel(_key(person), person.user_id))

    def shared(self, setup: Setup) -> str | None:
        """Give the key that the workspace has for all; None when it has none that opens. Raises UpstreamError."""
        sealed = self._setups.sealed_key(setup.workspace_id)
        return self._vault.open(sealed, _owner_of_shared(setup)) if sealed else None

    def seal_shared(self, setup: Setup, key: str) -> str:
        """Seal the key that the workspace has for all, as its set-up keeps it. Raises UserError as `seal` does."""
        return self._vault.seal(key, _owner_of_shared(setup))

    def workspaces_of(self, enterprise_id: str) -> Sequence[str]:
        """Give the workspaces of a Grid that brought keys or were set up, and the Grid itself. Raises UpstreamError."""
        teams = {team for enterprise, team in self._workspaces() if enterprise == enterprise_id}
        return sorted({enterprise_id, *teams, *self._setups.of_grid(enterprise_id)})

    def forget(self, team_id: str) -> None:
        """Delete the workspace's key and its people's: the app has left.

        How the workspace was set up is remembered for a while. Repeating it changes nothing. Raises UpstreamError.
        """
        for enterprise, team in self._workspaces():
            if team == team_id:
                with redis_errors():
                    self._redis.delete(_key(SlackUser(enterprise, team, "")))
                    self._redis.srem(INDEX, f"{enterprise}:{team}")
        self._setups.expire(team_id)

    def locations(self) -> Iterator[SecretLocation]:
        """Give where the sealed texts stand. Raises UpstreamError."""
        for setup in self._setups.all():
            if self._setups.sealed_key(setup.workspace_id) is None:
                continue
            yield SecretLocation(key_of_setup(setup.workspace_id), _owner_of_shared(setup), "key")
        for enterprise, team in self._workspaces():
            key = _key(SlackUser(enterprise, team, ""))
            with redis_errors():
                user_ids: list[str] = self._redis.hkeys(key)
            yield from (
                SecretLocation(key, _owner(SlackUser(enterprise, team, user_id)), user_id) for user_id in user_ids
            )

    def rotate_all(self) -> int:
        """Give each text the newest key; says how many had another. Raises UpstreamError."""
        return rotate(self._redis, self._vault, self.locations())

    def _workspaces(self) -> Sequence[tuple[str, str]]:
        with redis_errors():
            places: set[str] = self._redis.smembers(INDEX)
        return [(enterprise, team) for enterprise, _, team in (place.partition(":") for place in sorted(places))]


def _key(person: SlackUser) -> str:
    return f"{PREFIX}keys:{person.enterprise_id or ''}:{person.team_id}"


def _owner(person: SlackUser) -> str:
    return f"person:{key_of(person)}"


def _owner_of_shared(setup: Setup) -> str:
    return f"workspace:{setup.workspace_id}:{setup.organization_id}"
