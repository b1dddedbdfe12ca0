"""The part of Slack that hands out tokens: codes and refresh tokens work once, and only for the app's own secret.

https://docs.slack.dev/reference/methods/oauth.v2.access, https://docs.slack.dev/authentication/using-token-rotation
"""

from __future__ import annotations

import base64
import itertools
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

CLIENT_ID, CLIENT_SECRET = "1.2", "canaryc11ent5ecret"


@dataclass
class OAuthSlack:
    """What Slack would answer; `codes` are what people allowed, by code."""

    delay: float = 0.0
    is_down: bool = False
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    refresh_tokens: set[str] = field(default_factory=set)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self.app = Starlette(routes=[Route("/api/{method}", self._call, methods=["POST"])])

    def allow(self, code: str, team: dict[str, str] | None, enterprise: dict[str, str] | None = None) -> None:
        """Let a person allow the install of the app in a workspace, or without one in the whole Grid."""
        self.codes[code] = {
            "app_id": "A1",
            "authed_user": {"id": "U1"},
            "scope": "commands,chat:write,im:history,users:read",
            "token_type": "bot",
            "bot_user_id": "UBOT",
            "team": team,
            "enterprise": enterprise,
            "is_enterprise_install": team is None,
        }

    @property
    def methods(self) -> list[str]:
        return [method for method, _ in self.calls]

    async def _call(self, request: Request) -> Response:
        arguments = dict(parse_qsl((await request.body()).decode()))
        method, auth = request.path_params["method"], request.headers.get("authorization", "")
        return await run_in_threadpool(self._answer, method, arguments, auth)

    def _answer(self, method: str, arguments: dict[str, str], auth: str) -> Response:
        with self._lock:
            self.calls.append((method, arguments))
        time.sleep(self.delay)
        if self.is_down:
            return Response("down", 503)
        with self._lock:
            if method == "auth.test":
                return self._auth_test(auth.removeprefix("Bearer "))
            return self._access(arguments, auth)

    def _auth_test(self, token: str) -> Response:
        if token not in self.tokens:
            return JSONResponse({"ok": False, "error": "invalid_auth"})
        granted = {"x-oauth-scopes": "commands,chat:write,im:history,users:read"}
        team = self.tokens[token].get("team") or {"id": None, "name": None}
        answer = {"team_id": team["id"], "team": team["name"], "bot_id": "B1", "url": "https://acme.slack.com/"}
        return JSONResponse({"ok": True, **answer}, headers=granted)

    def _access(self, arguments: dict[str, str], auth: str) -> Response:
        if base64.b64decode(auth.removeprefix("Basic ")).decode() != f"{CLIENT_ID}:{CLIENT_SECRET}":
            return JSONResponse({"ok": False, "error": "bad_client_secret"})
        if arguments.get("grant_type") == "refresh_token":
            if arguments["refresh_token"] not in self.refresh_tokens:
                return JSONResponse({"ok": False, "error": "invalid_refresh_token"})
            self.refresh_tokens.remove(arguments["refresh_token"])
            answer: dict[str, Any] = {"token_type": "bot"}
        elif arguments.get("code") not in self.codes:
            return JSONResponse({"ok": False, "error": "invalid_code"})
        else:
            answer = self.codes.pop(arguments["code"])
        number = next(self._numbers)
        token, refresh_token = f"xoxe.xoxb-canary-{number}", f"xoxe-canary-{number}"
        self.tokens[token] = answer
        self.refresh_tokens.add(refresh_token)
        fresh = {"access_token": token, "refresh_token": refresh_token, "expires_in": 43200}
        return JSONResponse({"ok": True, **answer, **fresh})
