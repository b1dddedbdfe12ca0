"""Remembers who has looked at the App Home lately, and what they looked for there; and who was welcomed.

    slack_app:home_off:<enterprise>:<team>   1 where the App Home is turned off; an hour
    slack_app:home:<person>       JSON: query, category; a day after it was last published
    slack_app:welcomed:<person>   the job that brought the first message of ours to the person's conversation with the
                                  app; a year: who comes back after that may be welcomed again

Only these people's App Home is kept up to date; opening it brings it up to date in any case. An outage fails as every
other in the work: the job stays where it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict

from slack_app.adapters.redis import PREFIX, Client, key_of, keys_of, read_text, redis_errors
from slack_app.adapters.round_trip import Command
from slack_app.model.messages import HomeFilter
from slack_app.model.stored import read_record
from slack_app.model.users import SlackUser
from slack_app.ports.home import Homes

KEPT_SECONDS = 24 * 3600
OFF_SECONDS = 3600
"""So long nothing is published where the App Home is off; whoever turns it on sees it after that."""
WELCOMED_SECONDS = 365 * 24 * 3600


class RedisHomes(Homes):
    """The memory in Redis."""

    def __init__(self, redis: Client) -> None:
        self._redis = redis

    def remember(self, person: SlackUser, home_filter: HomeFilter) -> None:
        with redis_errors():
            self._redis.set(f"{PREFIX}home:{key_of(person)}", json.dumps(asdict(home_filter)), ex=KEPT_SECONDS)

    def keep(self, person: SlackUser) -> None:
        with redis_errors():
            for whose in keys_of(person):
                self._redis.expire(f"{PREFIX}home:{whose}", KEPT_SECONDS)

    def turn_off(self, person: SlackUser) -> bool:
        with redis_errors():
            return bool(self._redis.set(_off(person), "1", nx=True, ex=OFF_SECONDS))

    def is_off(self, person: SlackUser) -> bool:
        with redis_errors():
            return bool(self._redis.exists(_off(person)))

    def filter_of(self, person: SlackUser) -> HomeFilter | None:
        return filter_in([read_text(self._redis, f"{PREFIX}home:{whose}")] for whose in keys_of(person))

    def claim_welcome(self, person: SlackUser, job_id: str) -> bool:
        ids = (person.id, f"{person.team_id}:{person.user_id}")  # of now, and of before the workspace joined its Grid
        if any(read_text(self._redis, f"{PREFIX}welcomed:{whose}") not in (None, job_id) for whose in ids):
            return False
        with redis_errors():
            if self._redis.execute_command(*noting_welcome(person, job_id)):
                return True
            return bool(self._redis.get(f"{PREFIX}welcomed:{person.id}") == job_id)


def reading(person: SlackUser) -> Sequence[Command]:
    """Return the commands that read what the person looks for; what they say `filter_in` reads."""
    return [("MGET", f"{PREFIX}home:{whose}") for whose in keys_of(person)]  # what is no text counts as nothing


def filter_in(replies: Iterable[Sequence[str | None]]) -> HomeFilter | None:
    """Return what the person looks for; None when they have not opened the App Home lately."""
    for [text] in replies:
        with suppress(ValueError):
            return read_record(HomeFilter, text or "null")
    return None


def noting_welcome(person: SlackUser, job_id: str) -> Command:
    """Return the command that notes which job brought the first message; it says nothing where there was one."""
    return ("SET", f"{PREFIX}welcomed:{person.id}", job_id, "NX", "EX", WELCOMED_SECONDS)


def _off(person: SlackUser) -> str:
    return f"{PREFIX}home_off:{person.enterprise_id or ''}:{person.team_id}"
