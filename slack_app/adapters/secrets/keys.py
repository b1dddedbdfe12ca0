"""Keeps the API keys that people and workspaces bring, sealed for whose they are (layout in __init__.py)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from slack_app.adapters.redis import PREFIX, Client, each, key_of, keys_of, redis_errors
from slack_app.adapters.secrets.rotation import SecretLocation, rotate
from slack_app.adapters.secrets.vault import Vault
from slack_app.adapters.setups import RedisSetups, key_of_setup
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Setup
from slack_app.ports.keys import Keys, Secrets

INDEX = f"{PREFIX}keys"


class RedisKeys(Keys, Secrets):
    """The keys in Redis."""

    def __init__(self, redis: Client, vault: Vault, setups: RedisSetups) -> None:
        self._redis = redis
        self._vault = vault
        self._setups = setups

    def seal(self, person: SlackUser, key: str) -> str:
        return self._vault.seal(key, _owner(person))

    def unseal(self, person: SlackUser, sealed: str) -> str | None:
        opened = (self._vault.open(sealed, f"person:{whose}") for whose in keys_of(person))
        return next((key for key in opened if key is not None), None)

    def get(self, person: SlackUser) -> str | None:
        for place in self._places(person):
            with redis_errors():
                sealed = self._redis.hget(_key(place), person.user_id)
            if sealed and (key := self._vault.open(sealed, _owner(place))):
                return key
        return None

    def save(self, person: SlackUser, key: str) -> None:
        now, *before = self._places(person)
        sealed = self.seal(now, key)
        with redis_errors():
            self._redis.sadd(INDEX, f"{now.enterprise_id or ''}:{now.team_id}")
            self._redis.hset(_key(now), person.user_id, sealed)
            for place in before:
                self._redis.hdel(_key(place), person.user_id)

    def count_own(self, person: SlackUser) -> int:
        with redis_errors():
            return len({user_id for place in self._places(person) for user_id in self._redis.hkeys(_key(place))})

    def remove(self, person: SlackUser) -> bool:
        with redis_errors():
            return sum(int(self._redis.hdel(_key(place), person.user_id)) for place in self._places(person)) > 0

    def _places(self, person: SlackUser) -> list[SlackUser]:
        """Return where the person's key may be, the place of a new one first.

        That is under the workspace or the Grid whose setup counts, for it is of that organization; else under the
        workspace, as it was named before there was a setup of the Grid, or before it joined one. Raises UpstreamError.
        """
        setup = self._setups.for_user(person)
        where = replace(person, team_id=setup.workspace_id) if setup else person
        found = {key_of(place): place for place in (where, person, replace(person, enterprise_id=None))}
        return list(found.values())

    def shared(self, setup: Setup) -> str | None:
        sealed = self._setups.sealed_key(setup.workspace_id)
        return self._vault.open(sealed, _owner_of_shared(setup)) if sealed else None

    def seal_shared(self, setup: Setup, key: str) -> str:
        return self._vault.seal(key, _owner_of_shared(setup))

    def workspaces_of(self, enterprise_id: str) -> Sequence[str]:
        teams = {team for enterprise, team in self._workspaces() if enterprise == enterprise_id}
        return sorted({enterprise_id, *teams, *self._setups.of_grid(enterprise_id)})

    def forget(self, enterprise_id: str | None, team_id: str) -> None:
        for enterprise in {"", enterprise_id or ""}:  # it may have brought some before it joined the Grid
            with redis_errors():
                self._redis.delete(_key(SlackUser(enterprise, team_id, "")))
                self._redis.srem(INDEX, f"{enterprise}:{team_id}")
        self._setups.expire(team_id, enterprise_id)

    def locations(self) -> Iterator[SecretLocation]:
        """Return where the sealed texts stand. Raises UpstreamError."""
        setups = [(key_of_setup(setup.workspace_id), setup) for setup in self._setups.all()]
        for (key, setup), has_key in each(self._redis, setups, lambda pipe, one: pipe.hexists(one[0], "key")):
            if has_key:
                yield SecretLocation(key, _owner_of_shared(setup), "key")
        places = [(_key(SlackUser(*place, "")), place) for place in self._workspaces()]
        for (key, place), user_ids in each(self._redis, places, lambda pipe, one: pipe.hkeys(one[0])):
            yield from (SecretLocation(key, _owner(SlackUser(*place, user_id)), user_id) for user_id in user_ids)

    def rotate_all(self) -> int:
        """Encrypt each text with the newest key; return how many had another. Raises UpstreamError."""
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
