"""What the app met and cannot put right by itself: kept for a day, for `slack-app doctor`.

    slack_app:{noticed}:commands   sorted set: the name of a command that Slack sent and nobody listens to
    slack_app:{noticed}:hosts      sorted set: whither a link led that AUTHORIZATION_HOSTS does not allow

Both -> when it was met last, by Redis's own time; ten at most; a day after the last of all.
An outage loses a note, and costs nobody anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slack_app.adapters.redis import PREFIX, Client, redis_errors
from slack_app.errors import UpstreamError
from slack_app.outside_text import cleaned

COMMANDS, HOSTS = "commands", "hosts"
KEPT_SECONDS = 24 * 3600
MOST_KEPT = 10
_NOTE = f"""
redis.call('ZADD', KEYS[1], redis.call('TIME')[1], ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -{MOST_KEPT + 1})
redis.call('EXPIRE', KEYS[1], {KEPT_SECONDS})
"""
_READ = f"""
local now = redis.call('TIME')[1]
local found = redis.call('ZRANGEBYSCORE', KEYS[1], now - {KEPT_SECONDS}, '+inf', 'WITHSCORES')
for i = 2, #found, 2 do found[i] = now - found[i] end
return found
"""


@dataclass(frozen=True, slots=True)
class Noticed:
    """What was met lately: by its name, how many seconds ago."""

    commands: Mapping[str, float]
    hosts: Mapping[str, float]


class RedisNoticed:
    """The notes in Redis."""

    def __init__(self, redis: Client) -> None:
        self._note = redis.register_script(_NOTE)
        self._read = redis.register_script(_READ)

    def command(self, name: str) -> None:
        """Note that Slack sent a command of that name."""
        self._keep(COMMANDS, name)

    def host(self, name: str) -> None:
        """Note that a link led there, and was refused."""
        self._keep(HOSTS, name)

    def lately(self) -> Noticed:
        """Return the notes. Raises UpstreamError."""
        return Noticed(self._lately(COMMANDS), self._lately(HOSTS))

    def _keep(self, what: str, name: str) -> None:
        try:
            with redis_errors():
                self._note(keys=[_key(what)], args=[name[:253]])
        except UpstreamError:
            pass

    def _lately(self, what: str) -> Mapping[str, float]:
        with redis_errors():
            found: Sequence[str] = self._read(keys=[_key(what)])
        return {cleaned(name): max(0.0, float(ago)) for name, ago in zip(found[::2], found[1::2], strict=True)}


def _key(what: str) -> str:
    return f"{PREFIX}{{noticed}}:{what}"
