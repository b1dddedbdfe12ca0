"""How a code becomes a token, and a refresh token the next: https://docs.slack.dev/authentication/installing-with-oauth

https://docs.slack.dev/reference/methods/oauth.v2.access and https://docs.slack.dev/authentication/using-token-rotation
"""

from __future__ import annotations

import base64
import binascii
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

from slack_app.stand_ins.slack.arguments import Arguments
from slack_app.stand_ins.slack.errors import ApiError
from slack_app.stand_ins.slack.installations import Grant
from slack_app.stand_ins.slack.model import APP_USER
from slack_app.stand_ins.slack.store import Store
from slack_app.stand_ins.slack.team import APP_ID

CODE_SECONDS = 600.0
TOKEN_SECONDS = 43_200


@dataclass(frozen=True, slots=True)
class Choice:
    """What an admin allowed: in which workspaces, all of one organization where it `is_org_wide`."""

    workspaces: tuple[Store, ...]
    is_org_wide: bool
    user_id: str
    scopes: str
    redirect_uri: str
    """As it was asked for; empty where it was not."""


class OAuth:
    """The codes and tokens of one app; safe to use from any thread.

    `redirect_uri` is where the app takes the browser back; set it when it is known. `requested` are the workspaces
    whose members asked for the app, `approved` those whose admin said that everybody may install it.
    """

    def __init__(
        self, client_id: str, client_secret: str, clock: Callable[[], float], *, redirect_uri: str, rotates: bool
    ) -> None:
        self.client_id = client_id
        self.redirect_uri = redirect_uri
        self._client_secret = client_secret
        self._clock = clock
        self._rotates = rotates
        self._lock = threading.Lock()
        self.requested: set[str] = set()
        self.approved: set[str] = set()
        self._codes: dict[str, tuple[Choice, float]] = {}
        self._used: set[str] = set()
        self._refreshing: dict[str, tuple[Choice, Grant]] = {}

    def issue_code(self, choice: Choice) -> str:
        """Make a code that is good once, for ten minutes."""
        code = f"{secrets.randbelow(10**10)}.{secrets.randbelow(10**12)}.{secrets.token_hex(32)}"
        with self._lock:
            self._codes[code] = (choice, self._clock())
        return code

    def access(self, arguments: Arguments, authorization: str) -> Arguments:
        """Return a token for a code, or for a refresh token. Raises ApiError."""
        self._check_client(arguments, authorization)
        with self._lock:
            if arguments.get("grant_type") == "refresh_token":
                return self._refreshed(str(arguments.get("refresh_token", "")))
            choice = self._spend(str(arguments.get("code", "")), str(arguments.get("redirect_uri", "")))
            answer = self._installed(choice, self._grant(choice))
        return answer | {"authed_user": {"id": choice.user_id}}

    def _check_client(self, arguments: Arguments, authorization: str) -> None:
        client_id, client_secret = arguments.get("client_id"), arguments.get("client_secret")
        if authorization.startswith("Basic "):
            try:
                pair = base64.b64decode(authorization.removeprefix("Basic "), validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                pair = ""
            client_id, _, client_secret = pair.partition(":")
        if client_id != self.client_id:
            raise ApiError("invalid_client_id")
        if client_secret != self._client_secret:
            raise ApiError("bad_client_secret")

    def _spend(self, code: str, redirect_uri: str) -> Choice:
        if code in self._used:
            raise ApiError("code_already_used")
        choice, issued_at = self._codes.get(code, (None, 0.0))
        if choice is None or self._clock() > issued_at + CODE_SECONDS:
            raise ApiError("invalid_code")
        if choice.redirect_uri and choice.redirect_uri != redirect_uri:
            raise ApiError("bad_redirect_uri")
        del self._codes[code]
        self._used.add(code)
        return choice

    def _refreshed(self, refresh_token: str) -> Arguments:
        """Return the next pair; the old access token stays good until it expires."""
        choice, grant = self._refreshing.pop(refresh_token, (None, None))
        if choice is None or grant is None or grant.is_revoked:
            raise ApiError("invalid_refresh_token")
        return self._installed(choice, self._new_grant(grant.scopes, choice.is_org_wide))

    def _grant(self, choice: Choice) -> Grant:
        """Return the present token with more scopes, or a new one where tokens rotate or none is good."""
        standing = choice.workspaces[0].installations.current()
        if self._rotates or standing is None or standing.is_org_wide is not choice.is_org_wide:
            return self._new_grant(choice.scopes, choice.is_org_wide)
        standing.scopes = ",".join(dict.fromkeys([*standing.scopes.split(","), *choice.scopes.split(",")]))
        return standing

    def _new_grant(self, scopes: str, is_org_wide: bool) -> Grant:
        if not self._rotates:
            return Grant(f"xoxb-{secrets.token_hex(20)}", scopes, is_org_wide)
        expires_at = self._clock() + TOKEN_SECONDS
        return Grant(f"xoxe.xoxb-1-{secrets.token_hex(20)}", scopes, is_org_wide, expires_at)

    def _installed(self, choice: Choice, grant: Grant) -> Arguments:
        for workspace in choice.workspaces:
            workspace.install(grant)
        team = choice.workspaces[0].team
        answer: Arguments = {
            "app_id": APP_ID,
            "access_token": grant.token,
            "token_type": "bot",
            "scope": grant.scopes,
            "bot_user_id": APP_USER,
            "team": None if choice.is_org_wide else {"id": team.team_id, "name": team.name},
            "enterprise": team.enterprise,
            "is_enterprise_install": choice.is_org_wide,
        }
        if grant.expires_at is None:
            return answer
        refresh_token = f"xoxe-1-{secrets.token_hex(20)}"
        self._refreshing[refresh_token] = (choice, grant)
        return answer | {"refresh_token": refresh_token, "expires_in": TOKEN_SECONDS}
