"""Slack's Web API, as far as the app and its tests use it: https://docs.slack.dev/reference/methods"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from slack_app.stand_ins.slack.arguments import Arguments, peer_of, read_arguments, token_in
from slack_app.stand_ins.slack.chat_api import ChatApi
from slack_app.stand_ins.slack.errors import ApiError
from slack_app.stand_ins.slack.installations import Grant
from slack_app.stand_ins.slack.model import APP_USER, Call, SlackFault
from slack_app.stand_ins.slack.store import Store
from slack_app.stand_ins.slack.team import BOT_ID, ORGANIZATION
from slack_app.stand_ins.slack.users_api import UsersApi
from slack_app.stand_ins.slack.views_api import ViewsApi

_NEEDS = {
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "users.info": "users:read",
    "users.list": "users:read",
}
"""The scope that a method needs; one that is not here needs none, or any of several."""
_NOBODY = Grant("", "")


class WebApi:
    """The methods of one workspace."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.routes = [Route("/api/{method}", self._call, methods=["GET", "POST"])]
        self._methods: dict[str, Callable[[Arguments], Arguments]] = {
            "api.test": self._test,
            "apps.connections.open": self._open_connection,
            **ChatApi(store).methods,
            **UsersApi(store).methods,
            **ViewsApi(store).methods,
        }

    async def _call(self, request: Request) -> Response:
        store, method = self._store, request.path_params["method"]
        body = await request.body()
        try:
            arguments, error = read_arguments(request, body), ""
        except ApiError as exc:
            arguments, error = {}, str(exc)
        token = token_in(request, arguments)
        arguments.pop("token", None)
        store.calls.append(Call(method, arguments, peer_of(request), store.clock()))
        await asyncio.sleep(store.delay)
        if store.fault is SlackFault.DOWN:
            return JSONResponse({"ok": False, "error": "service_unavailable"}, 503)
        if store.fault is SlackFault.RATE_LIMITED:
            return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "2"})
        if refusal := store.refusals.take(method):
            return JSONResponse({"ok": False, "error": refusal.error}, refusal.status, refusal.headers)
        grant = store.installations.find(token) or _NOBODY
        try:
            self._check(method, token)
            if error:
                raise ApiError(error)
            answer = {"ok": True, **self._answer(method, grant, arguments)}
        except ApiError as exc:
            answer = {"ok": False, "error": str(exc), **exc.more}
        return JSONResponse(answer, headers={"x-oauth-scopes": grant.scopes})

    def _answer(self, method: str, grant: Grant, arguments: Arguments) -> Arguments:
        return self._auth_test(grant) if method == "auth.test" else self._methods[method](arguments)

    def _check(self, method: str, token: str) -> None:
        """Check that the token may call the method. Raises ApiError."""
        if method not in self._methods and method != "auth.test":
            raise ApiError("unknown_method")
        if method == "api.test":
            return
        if not token:
            raise ApiError("not_authed")
        is_app = token == self._store.app.app_token
        if not is_app:
            grant = self._store.installations.checked(token)
            if grant.teams is not None and self._store.team_id not in grant.teams and method != "auth.test":
                raise ApiError("team_access_not_granted")
        if (method == "apps.connections.open") is not is_app:
            raise ApiError("not_allowed_token_type")
        needed = _NEEDS.get(method)
        if needed and needed not in grant.scopes.split(","):
            raise ApiError("missing_scope", needed=needed, provided=grant.scopes)

    def _test(self, arguments: Arguments) -> Arguments:
        if "error" in arguments:
            raise ApiError(arguments["error"])
        return {"args": arguments}

    def _auth_test(self, grant: Grant) -> Arguments:
        """Return who the app is: https://docs.slack.dev/reference/methods/auth.test

        For an organization's token Slack does not document the team; here it is the organization.
        """
        team, enterprise_id = self._store.team, self._store.enterprise_id
        is_org_wide = grant.is_org_wide and enterprise_id is not None
        return {
            "url": f"https://{team.domain}.{'enterprise.' if is_org_wide else ''}slack.com/",
            "team": ORGANIZATION if is_org_wide else team.name,
            "user": "freddy_connect",
            "team_id": enterprise_id if is_org_wide else team.team_id,
            "user_id": APP_USER,
            "bot_id": BOT_ID,
            "is_enterprise_install": is_org_wide,
            **({"enterprise_id": enterprise_id} if enterprise_id else {}),
        }

    def _open_connection(self, _arguments: Arguments) -> Arguments:
        server = self._store.base_url.replace("http", "ws", 1)
        return {"url": f"{server}/socket?ticket={self._store.issue_socket_ticket()}"}
