"""Knows which organization a workspace belongs to: what was set at run time, else what the environment says.

    slack_app:organizations   hash: workspace or Enterprise Grid id -> organization id
                              no lifetime: it is the set-up itself, kept until an operator removes it

An outage fails closed: without the mapping nobody's request may reach any organization.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from slack_app.adapters.redis import PREFIX, Client, redis_errors
from slack_app.model import Person

KEY = f"{PREFIX}organizations"


class RedisOrganizations:
    """The mapping in Redis over the one in the environment."""

    def __init__(self, redis: Client, environment: Mapping[str, str]) -> None:
        self._redis = redis
        self._environment = environment

    def organization_of(self, person: Person) -> str | None:
        """Give the organization of the workspace, else of its Grid; Redis wins. Raises UpstreamError."""
        ids = [id_ for id_ in (person.team_id, person.enterprise_id) if id_]
        with redis_errors():
            stored = cast("list[str | None]", self._redis.hmget(KEY, ids))
        for workspace_id, organization_id in zip(ids, stored, strict=True):
            if found := organization_id or self._environment.get(workspace_id):
                return found
        return None

    def all(self) -> dict[str, str]:
        """Give every mapping in force. Raises UpstreamError."""
        with redis_errors():
            return {**self._environment, **self._redis.hgetall(KEY)}

    def set(self, workspace_id: str, organization_id: str) -> None:
        """Map the workspace. Raises UpstreamError."""
        with redis_errors():
            self._redis.hset(KEY, workspace_id, organization_id)

    def remove(self, workspace_id: str) -> bool:
        """Forget the mapping in Redis; False when there was none. Raises UpstreamError."""
        with redis_errors():
            return bool(self._redis.hdel(KEY, workspace_id))
