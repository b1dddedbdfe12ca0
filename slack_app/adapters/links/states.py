"""Keeps the OAuth states that are out with people; each is consumed in one step (layout in __init__.py)."""

from __future__ import annotations

import json

from slack_app.adapters.redis import PREFIX, Client, redis_errors
from slack_app.adapters.round_trip import Command
from slack_app.model.links import Link
from slack_app.model.users import SlackUser
from slack_app.ports.links import States


class RedisStates(States):
    """The states in Redis."""

    def __init__(self, redis: Client) -> None:
        self._redis = redis

    def remember(self, link: Link, person: SlackUser) -> None:
        with redis_errors():
            self._redis.execute_command(*remembering(link, person))

    def take(self, state: str) -> bool:
        """Consume the state, in one step; False when it was taken or has expired. Raises UpstreamError.

        https://redis.io/docs/latest/commands/getdel/
        """
        with redis_errors():
            return self._redis.getdel(f"{PREFIX}state:{state}") is not None


def remembering(link: Link, person: SlackUser) -> Command:
    """Return the command that keeps the link's state until the link expires."""
    stored = {
        "enterprise_id": person.enterprise_id,
        "team_id": person.team_id,
        "user_id": person.user_id,
        "organization_id": link.organization_id,
        "connector_type": link.connector_type,
        "created_at": link.created_at,
    }
    return ("SET", f"{PREFIX}state:{link.state}", json.dumps(stored), "PXAT", int(link.expires_at * 1000))
