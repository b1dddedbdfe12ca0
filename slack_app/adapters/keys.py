"""Keeps the API keys that people and workspaces bring, sealed; each opens only for whom it was sealed.

    slack_app:keys:<enterprise>:<team>   hash: user id -> the person's own key, sealed
                                         no lifetime: a key is kept until its person removes it, or the app is removed

The key that a workspace has for all stands in its set-up (setups.py), sealed for it and the organization that it was
accepted for. An outage fails closed.
"""

from __future__ import annotations

from slack_app.adapters.redis import PREFIX, Client, key_of, redis_errors
from slack_app.adapters.setups import RedisSetups
from slack_app.model import Person, Setup
from slack_app.ports import Vault


class RedisKeys:
    """The keys in Redis."""

    def __init__(self, redis: Client, vault: Vault, setups: RedisSetups) -> None:
        self._redis = redis
        self._vault = vault
        self._setups = setups

    def seal(self, person: Person, key: str) -> str:
        """Seal what the person typed, for its way to the work. Raises UserError without an encryption key."""
        return self._vault.seal(key, _owner(person))

    def unseal(self, person: Person, sealed: str) -> str | None:
        """Give what the person typed; None when it does not open, or is not theirs."""
        return self._vault.open(sealed, _owner(person))

    def of(self, person: Person) -> str | None:
        """Give the person's own key; None when they have none that opens. Raises UpstreamError."""
        with redis_errors():
            sealed = self._redis.hget(_key(person), person.user_id)
        return self.unseal(person, sealed) if sealed else None

    def keep(self, person: Person, key: str) -> None:
        """Keep the person's own key. Raises UserError without an encryption key, UpstreamError."""
        sealed = self.seal(person, key)
        with redis_errors():
            self._redis.hset(_key(person), person.user_id, sealed)

    def remove(self, person: Person) -> bool:
        """Forget the person's key; False when there was none. Raises UpstreamError."""
        with redis_errors():
            return bool(self._redis.hdel(_key(person), person.user_id))

    def for_all(self, setup: Setup) -> str | None:
        """Give the key that the workspace has for all; None when it has none that opens. Raises UpstreamError."""
        sealed = self._setups.sealed_key(setup.workspace_id)
        return self._vault.open(sealed, _owner_for_all(setup)) if sealed else None

    def seal_for_all(self, setup: Setup, key: str) -> str:
        """Seal the key that the workspace has for all, as its set-up keeps it. Raises UserError as `seal` does."""
        return self._vault.seal(key, _owner_for_all(setup))

    def forget_all(self, enterprise_id: str | None, team_id: str) -> None:
        """Forget the own keys of everybody in the workspace. Raises UpstreamError."""
        with redis_errors():
            self._redis.delete(_key(Person(enterprise_id, team_id, "")))


def _key(person: Person) -> str:
    return f"{PREFIX}keys:{person.enterprise_id or ''}:{person.team_id}"


def _owner(person: Person) -> str:
    return f"person:{key_of(person)}"


def _owner_for_all(setup: Setup) -> str:
    return f"workspace:{setup.workspace_id}:{setup.organization_id}"
