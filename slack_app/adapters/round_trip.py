"""Sends commands of several stores to Redis together: one after the other, in one round trip, and not as a transaction.

They may be in several slots of a Cluster, where each node gets its own; what has to be atomic is a script. A Redis that
was started anew has forgotten the scripts: all of them are loaded, and everything is sent once more. So only what may
be done twice is sent this way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, ClassVar

from redis.exceptions import NoScriptError

from slack_app.adapters.redis import Client, redis_errors

Command = Sequence[Any]


class Script:
    """A script, to be sent among other commands."""

    texts: ClassVar[list[str]] = []
    """Of all of them: loaded together, or one that is there would be done twice for another that is not."""

    def __init__(self, text: str) -> None:
        self.texts.append(text)
        self._sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def __call__(self, keys: Sequence[str], args: Sequence[Any]) -> Command:
        """Return the command that runs it: https://redis.io/docs/latest/commands/evalsha/"""
        return ("EVALSHA", self._sha, len(keys), *keys, *args)


class RoundTrip:
    """Sends commands together."""

    def __init__(self, redis: Client) -> None:
        self._redis = redis

    def __call__(self, *commands: Command) -> list[Any]:
        """Return the replies, in order. Raises UpstreamError when one fails; others may have been done then."""
        with redis_errors():
            try:
                return self._send(commands)
            except NoScriptError:
                for text in Script.texts:
                    self._redis.script_load(text)
                return self._send(commands)

    def _send(self, commands: Sequence[Command]) -> list[Any]:
        with self._redis.pipeline(transaction=False) as pipe:
            for command in commands:
                pipe.execute_command(*command)  # a Cluster's pipeline has no `evalsha` of its own, and yet takes it
            replies: list[Any] = pipe.execute()
        return replies
