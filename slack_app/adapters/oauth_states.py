"""Issues the states of installs, and lets each finish one; slack_sdk's interface, for Bolt's own OAuth flow.

A state is sealed with a key that is made of the client secret, and carries its time: whoever only looks at the page of
an install makes us write nothing.

    slack_app:install-taken:<digest>   a mark for twelve minutes, written in one step when a state comes back, so that
                                       of two who bring the same state one gets on

An outage fails closed: no install is finished.
https://docs.slack.dev/authentication/installing-with-oauth, https://cryptography.io/en/latest/fernet/
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from logging import Logger
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from slack_sdk.oauth import OAuthStateStore

from slack_app.adapters.redis import PREFIX, Client, redis_errors
from slack_app.adapters.slack import SILENT

STATE_SECONDS = 600
TAKEN_SECONDS = STATE_SECONDS + 120
"""Longer than Fernet takes any: it rounds to seconds, and takes one of a clock that is a minute ahead."""
LONGEST_STATE = 200


class RedisOAuthStates(OAuthStateStore):
    """The states; Redis knows those that were taken."""

    def __init__(self, redis: Client, client_secret: str) -> None:
        self._redis = redis
        key = hashlib.sha256(b"install-state\0" + client_secret.encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    @property
    def logger(self) -> Logger:
        """Return a logger that says nothing: a state is a secret while it lives."""
        return SILENT

    def issue(self, *_args: Any, **_options: Any) -> str:
        """Return a new state."""
        return self._fernet.encrypt(secrets.token_bytes(16)).decode().rstrip("=")

    def consume(self, state: str) -> bool:
        """Take the state, in one step; False when it was taken, has expired or is none of ours. Raises UpstreamError.

        https://redis.io/docs/latest/commands/set/
        """
        try:
            # Four characters of base64 are three bytes: what was cut off is known.
            padded = state.encode("ascii") + b"=" * (-len(state) % 4)
            nonce = self._fernet.decrypt(padded, ttl=STATE_SECONDS) if len(state) <= LONGEST_STATE else b""
        except (InvalidToken, UnicodeError):
            return False
        if not nonce:
            return False
        with redis_errors():
            taken = f"{PREFIX}install-taken:{hashlib.sha256(nonce).hexdigest()}"
            return bool(self._redis.set(taken, "1", nx=True, ex=TAKEN_SECONDS))
