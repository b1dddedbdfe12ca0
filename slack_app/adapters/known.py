"""Remembers who somebody is, as Slack said or as their own request did, so that it is asked once an hour at most.

    slack_app:known:<where>:<user>   JSON: enterprise_id, role (null where only the request said so), team_ids; an hour.
                                     <where> is the workspace that Slack named, and once more their Enterprise Grid

An outage fails as every other in the work: the job stays where it is.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict

from slack_app.adapters.redis import PREFIX, Client, read_text, redis_errors
from slack_app.model.stored import read_record
from slack_app.model.users import Known, Role, SlackUser

KEPT_SECONDS = 3600


class KnownPeople:
    """The memory in Redis."""

    def __init__(self, redis: Client) -> None:
        self._redis = redis

    def recall(self, person: SlackUser) -> Known | None:
        """Return who the person is, None where nothing is remembered. Raises UpstreamError."""
        for key in _keys(person, person.enterprise_id):
            with suppress(ValueError):
                return read_record(Known, read_text(self._redis, key) or "null")
        return None

    def note(self, person: SlackUser) -> None:
        """Remember that the person is one of ours, for their request says so. Raises UpstreamError."""
        self._save(person, Known(person.enterprise_id, None), is_new=True)

    def save(self, person: SlackUser, known: Known) -> None:
        """Remember what Slack said of the person. Raises UpstreamError."""
        self._save(person, known, is_new=False)

    def _save(self, person: SlackUser, known: Known, *, is_new: bool) -> None:
        # Of a stranger the Grid that the request named is not theirs.
        keys = _keys(person, None if known.role is Role.NONE else known.enterprise_id)
        with redis_errors():
            for key in keys:
                self._redis.set(key, json.dumps(asdict(known)), ex=KEPT_SECONDS, nx=is_new)


def _keys(person: SlackUser, enterprise_id: str | None) -> list[str]:
    places = dict.fromkeys(filter(None, [person.team_id, enterprise_id]))
    return [f"{PREFIX}known:{place}:{person.user_id}" for place in places]
