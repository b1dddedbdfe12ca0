"""All of Slack on one server: several workspaces, their organization, and the way in for an app of all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from slack_app.stand_ins.slack.arguments import peer_of, read_arguments
from slack_app.stand_ins.slack.authorize import PATH as AUTHORIZE_PATH
from slack_app.stand_ins.slack.authorize import Authorize
from slack_app.stand_ins.slack.errors import ApiError
from slack_app.stand_ins.slack.installations import SCOPES
from slack_app.stand_ins.slack.model import Call
from slack_app.stand_ins.slack.oauth import OAuth
from slack_app.stand_ins.slack.routing import Router
from slack_app.stand_ins.slack.workspace import Workspace

METHOD = "oauth.v2.access"


class Slack:
    """The stand-in with several workspaces; each keeps its own page, people, methods and signing secret.

    `redirect_uri` is where the app takes the browser back; set it when it is known. `calls` are the app's calls of
    oauth.v2.access, without its secrets; its other calls are with the workspace that they were for.
    """

    def __init__(
        self,
        workspaces: Sequence[Workspace],
        *,
        client_id: str,
        client_secret: str,
        redirect_uri: str = "",
        clock: Callable[[], float] = time.time,
        rotates: bool = False,
    ) -> None:
        self.workspaces = list(workspaces)
        if not self.workspaces or len({w.team_id for w in self.workspaces}) != len(self.workspaces):
            raise ValueError("every workspace needs a team_id of its own")
        stores = [workspace.store for workspace in self.workspaces]
        for store in stores:
            store.workspaces = stores
        self.calls: list[Call] = []
        self.oauth = OAuth(client_id, client_secret, clock, redirect_uri=redirect_uri, rotates=rotates)
        self._clock = clock
        self._router = Router(stores)
        self.app = Starlette(
            routes=[
                *Authorize(self.oauth, stores).routes,
                Route(f"/api/{METHOD}", self._access, methods=["GET", "POST"]),
                Route("/app_redirect", self._open),
                Mount("/", app=self._pass_on),
            ]
        )

    @property
    def base_url(self) -> str:
        """Return where it is served."""
        return self.workspaces[0].base_url

    @base_url.setter
    def base_url(self, base_url: str) -> None:
        for workspace in self.workspaces:
            workspace.base_url = base_url

    @property
    def request_url(self) -> str | None:
        """Return where the app listens."""
        return self.workspaces[0].request_url

    @request_url.setter
    def request_url(self, request_url: str | None) -> None:
        for workspace in self.workspaces:
            workspace.request_url = request_url

    def verify_request_url(self) -> bool:
        """Challenge the address where the app listens, which gets no events before; return whether it is right."""
        return all(workspace.verify_request_url() for workspace in self.workspaces)

    @property
    def redirect_uri(self) -> str:
        """Return where the app takes the browser back after an install."""
        return self.oauth.redirect_uri

    @redirect_uri.setter
    def redirect_uri(self, redirect_uri: str) -> None:
        self.oauth.redirect_uri = redirect_uri

    @property
    def shareable_url(self) -> str:
        """Return Slack's own link to the install, as *Manage Distribution* shows it: without a state.

        https://docs.slack.dev/app-management/distribution
        """
        asked = urlencode({"client_id": self.oauth.client_id, "scope": SCOPES, "user_scope": ""})
        return f"{self.base_url}{AUTHORIZE_PATH}?{asked}"

    def approve(self, place: str) -> None:
        """Approve what somebody of the workspace, or of the Grid, asked for. Raises KeyError."""
        self.oauth.requested.remove(place)
        self.oauth.approved.add(place)

    def workspace(self, team_id: str) -> Workspace:
        """Return a workspace by its id. Raises KeyError."""
        return {workspace.team_id: workspace for workspace in self.workspaces}[team_id]

    def end_streams(self) -> None:
        """End the stream of every open page, before the server stops."""
        for workspace in self.workspaces:
            workspace.end_streams()

    async def _open(self, request: Request) -> Response:
        """Open the conversation with the app: https://docs.slack.dev/interactivity/deep-linking"""
        known = {workspace.team_id for workspace in self.workspaces}
        team_id = request.query_params.get("team", "")
        return RedirectResponse(f"/?team={team_id}#dm" if team_id in known else "/#dm")

    async def _access(self, request: Request) -> Response:
        """https://docs.slack.dev/reference/methods/oauth.v2.access"""
        try:
            arguments = read_arguments(request, await request.body())
            told = {name: value for name, value in arguments.items() if name in ("grant_type", "redirect_uri")}
            self.calls.append(Call(METHOD, told, peer_of(request), self._clock()))
            answer = self.oauth.access(arguments, request.headers.get("authorization", ""))
        except ApiError as exc:
            return JSONResponse({"ok": False, "error": str(exc)})
        return JSONResponse({"ok": True, **answer})

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request to the workspace that it is for."""
        store, receive = await self._router.find(scope, receive)
        if store is not None:
            await self.workspace(store.team_id).app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
        else:
            await PlainTextResponse("There is no such workspace.", 404)(scope, receive, send)
