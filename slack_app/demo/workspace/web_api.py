"""Slack's Web API, as far as the app and its tests use it: https://docs.slack.dev/reference/methods"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from slack_app.demo.workspace.arguments import ApiError, Arguments, read_arguments, token_in
from slack_app.demo.workspace.chat_api import ChatApi
from slack_app.demo.workspace.people_api import PeopleApi
from slack_app.demo.workspace.requests_to_app import BOT_ID
from slack_app.demo.workspace.room import APP_USER, Call, SlackTrouble
from slack_app.demo.workspace.views import ViewError
from slack_app.demo.workspace.views_api import ViewsApi

if TYPE_CHECKING:
    from slack_app.demo.workspace.stand_in import Workspace

SCOPES = "commands,chat:write,im:history,users:read"


class WebApi:
    """The methods of one workspace."""

    def __init__(self, workspace: Workspace, bot_token: str, app_token: str, ticket: Callable[[], str]) -> None:
        self._workspace = workspace
        self._ticket = ticket
        self._tokens = {bot_token: "bot", **({app_token: "app"} if app_token else {})}
        self.routes = [Route("/api/{method}", self._call, methods=["GET", "POST"])]
        self._methods: dict[str, Callable[[Arguments], Arguments]] = {
            "api.test": self._test,
            "auth.test": self._auth_test,
            "apps.connections.open": self._open_connection,
            **ChatApi(workspace).methods,
            **PeopleApi(workspace).methods,
            **ViewsApi(workspace).methods,
        }

    async def _call(self, request: Request) -> Response:
        workspace, method = self._workspace, request.path_params["method"]
        peer = f"{request.client.host}:{request.client.port}" if request.client else ""
        body = await request.body()
        try:
            arguments, error = read_arguments(request, body), ""
        except ApiError as exc:
            arguments, error = {}, str(exc)
        token = token_in(request, arguments)
        arguments.pop("token", None)
        workspace.calls.append(Call(method, arguments, peer, workspace.clock()))
        await asyncio.sleep(workspace.delay)
        if workspace.slack_trouble is SlackTrouble.DOWN:
            return JSONResponse({"ok": False, "error": "service_unavailable"}, 503)
        if workspace.slack_trouble is SlackTrouble.RATE_LIMITED:
            return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "2"})
        try:
            self._check_token(method, token)
            if error:
                raise ApiError(error)
            answer = {"ok": True, **self._methods[method](arguments)}
        except ApiError as exc:
            answer = {"ok": False, "error": str(exc), **exc.more}
        except ViewError as exc:
            answer = {"ok": False, "error": str(exc)}
        return JSONResponse(answer, headers={"x-oauth-scopes": SCOPES})

    def _check_token(self, method: str, token: str) -> None:
        if method not in self._methods:
            raise ApiError("unknown_method")
        if method == "api.test":
            return
        if not token:
            raise ApiError("not_authed")
        if token not in self._tokens:
            raise ApiError("invalid_auth")
        if (method == "apps.connections.open") is not (self._tokens[token] == "app"):
            raise ApiError("not_allowed_token_type")

    def _test(self, arguments: Arguments) -> Arguments:
        if "error" in arguments:
            raise ApiError(arguments["error"])
        return {"args": arguments}

    def _auth_test(self, _arguments: Arguments) -> Arguments:
        return {
            "url": "https://freddy-demo.slack.com/",
            "team": "Freddy Demo",
            "user": "freddy_connect",
            "team_id": self._workspace.team_id,
            "user_id": APP_USER,
            "bot_id": BOT_ID,
            "is_enterprise_install": False,
            **({"enterprise_id": self._workspace.enterprise_id} if self._workspace.enterprise_id else {}),
        }

    def _open_connection(self, _arguments: Arguments) -> Arguments:
        return {"url": f"{self._workspace.base_url.replace('http', 'ws', 1)}/socket?ticket={self._ticket()}"}
