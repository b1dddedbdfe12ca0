"""Keeps the states of installs that somebody has begun; slack_sdk's interface, for Bolt's own OAuth flow.

    slack_app:install-state:<state>   a mark for ten minutes; taken in one step, so that of two who bring the same state
                                      one gets on

An outage fails closed: without its state no install is finished.
https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import re
import secrets
from logging import Logger
from typing import Any

from slack_sdk.oauth import OAuthStateStore

from slack_app.adapters.redis import PREFIX, Client, redis_errors
from slack_app.adapters.slack import SILENT

STATE_SECONDS = 600
STATE = re.compile(r"[A-Za-z0-9_-]{43}")


class RedisOAuthStates(OAuthStateStore):
    """The states in Redis."""

    def __init__(self, redis: Client) -> None:
        self._redis = redis

    @property
    def logger(self) -> Logger:
        """Return a logger that says nothing: a state is a secret while it lives."""
        return SILENT

    def issue(self, *_args: Any, **_options: Any) -> str:
        """Return a new state. Raises UpstreamError."""
        state = secrets.token_urlsafe(32)
        with redis_errors():
            self._redis.set(f"{PREFIX}install-state:{state}", "1", ex=STATE_SECONDS)
        return state

    def consume(self, state: str) -> bool:
        """Take the state, in one step; False when it was taken, has expired or is none of ours. Raises UpstreamError.

        https://redis.io/docs/latest/commands/getdel/
        """
        if not STATE.fullmatch(state):
            return False
        with redis_errors():
            return self._redis.getdel(f"{PREFIX}install-state:{state}") is not None
