"""The platform's API as its reference describes it; errors come before anything is done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from slack_app.demo.platform.answers import good, parsed, refused, unprocessable
from slack_app.demo.platform.catalogue import CATALOGUE
from slack_app.demo.platform.connections import Connections
from slack_app.demo.platform.consent import STATIC, Consent
from slack_app.demo.platform.troubles import Trouble, play
from slack_app.demo.platform.world import Call, Connection, Pending, Progress, World

ROOT = "/v1/personal-connectors"
_MESSAGES = {
    Progress.INITIATED: "The person has not finished yet.",
    Progress.ACTIVE: "Connected.",
    Progress.FAILED: "The person declined.",
    Progress.EXPIRED: "The link has expired.",
}

Handler = Callable[[Request, str], Awaitable[Response]]


class Platform:
    """The stand-in. `keys` says which organization each API key may act for; `trouble` is played on authorize."""

    def __init__(self, keys: Mapping[str, str], clock: Callable[[], float] = time.time) -> None:
        self._keys = dict(keys)
        self._clock = clock
        self._world = World(clock)
        self.trouble = Trouble.NONE
        self.trouble_left: int | None = None
        self.retry_after = 3
        self.delay = 0.0
        self.calls: list[Call] = []
        consent, connections = Consent(self._world), Connections(self._world)
        self.app = Starlette(
            routes=[
                self._route("/authorize", "POST", self._authorize),
                self._route("/complete-oauth", "POST", self._complete),
                self._route("/available", "GET", self._available),
                self._route("/available/{tool_key}", "GET", self._one_available),
                Route(f"{ROOT}/auth/{{name}}", self._branded_link),
                Route(f"{ROOT}/callback", consent.callback),
                self._route("", "GET", connections.mine),
                self._route("/connections/{tool_key}", "GET", connections.mine_of_one_tool),
                self._route("/connections/{id}/active", "PATCH", connections.switch),
                self._route("/connections/{id}", "PATCH", connections.rename),
                self._route("/connections/{id}", "DELETE", connections.disconnect),
                self._route("/{id}/health", "GET", connections.health, needs_organization=False),
                Route("/consent/{tool_key}", consent.page, methods=["GET"]),
                Route("/consent/{tool_key}", consent.decide, methods=["POST"]),
                Mount("/static", StaticFiles(directory=STATIC)),
            ]
        )

    @property
    def pending(self) -> dict[str, Pending]:
        """The links that are out, by state."""
        return self._world.pending

    @property
    def connections(self) -> dict[str, Connection]:
        """The connected accounts, by credential id."""
        return self._world.connections

    def _route(self, path: str, method: str, handler: Handler, *, needs_organization: bool = True) -> Route:
        async def endpoint(request: Request) -> Response:
            key = request.headers.get("x-api-key")
            peer = f"{request.client.host}:{request.client.port}" if request.client else ""
            body = parsed(await request.body())
            query = dict(request.query_params)
            self.calls.append(
                Call(method, request.url.path, query, body, key, peer, "cookie" in request.headers, self._clock())
            )
            await asyncio.sleep(self.delay)
            return self._gate(key, request, needs_organization) or await handler(request, key or "")

        return Route(f"{ROOT}{path}", endpoint, methods=[method])

    def _gate(self, key: str | None, request: Request, needs_organization: bool) -> Response | None:
        if key not in self._keys:
            return refused(401, "INVALID_API_KEY", "The API key is missing or not valid.")
        if needs_organization and request.query_params.get("organization_id") != self._keys[key]:
            return refused(403, "ORGANIZATION_ACCESS_DENIED", "This key has no access to the organization.")
        return None

    def _next_trouble(self) -> Trouble:
        trouble = self.trouble
        if self.trouble_left is not None:
            self.trouble_left -= 1
            if self.trouble_left <= 0:
                self.trouble, self.trouble_left = Trouble.NONE, None
        return trouble

    async def _authorize(self, request: Request, key: str) -> Response:
        trouble = self._next_trouble()
        if (answer := await play(trouble, request, self.retry_after)) is not None:
            return answer
        body = parsed(await request.body())
        if not isinstance(body, dict):
            return unprocessable(["body"], "the body is not a JSON object")
        tool_key, parameters = body.get("connector_type"), body.get("integration_params", {})
        if not isinstance(tool_key, str) or not isinstance(parameters, dict):
            return refused(400, "VALIDATION_ERROR", "connector_type or integration_params has a wrong type.")
        connector = CATALOGUE.get(tool_key)
        if connector is None:
            return refused(404, "CONNECTOR_NOT_FOUND", "There is no such connector.")
        if connector.parameter and not parameters.get(connector.parameter):
            missing = {"integration_params": {connector.parameter: "required"}}
            return refused(400, "VALIDATION_ERROR", "A parameter is missing.", details=missing)
        padding = f"&padding={'x' * 3000}" if trouble is Trouble.LONG_LINK else ""
        base = str(request.base_url)
        pending = self._world.start(
            tool_key, key, lambda state: f"{base}consent/{tool_key}?client_id=demo&state={state}{padding}"
        )
        answer = good({"authorization_url": pending.authorization_url, "state": pending.state})
        if trouble is Trouble.COOKIES:
            answer.set_cookie("session", "of-somebody-else")
        return answer

    async def _complete(self, request: Request, key: str) -> Response:
        body = parsed(await request.body())
        state = body.get("state_token") if isinstance(body, dict) else None
        if not isinstance(state, str):
            return unprocessable(["body", "state_token"], "field required")
        pending = self._world.look_up(state)
        if pending is None or pending.owner != key:
            return refused(404, "OAUTH_STATE_NOT_FOUND", "There is no such state.")
        answer: dict[str, Any] = {
            "connected": pending.progress is Progress.ACTIVE,
            "composio_status": pending.progress.value,
            "message": _MESSAGES[pending.progress],
        }
        if pending.credential_id in self._world.connections:
            answer["connection"] = self._world.connections[pending.credential_id].described()
        return good(answer)

    async def _available(self, request: Request, key: str) -> Response:
        query = request.query_params
        try:
            limit, offset = int(query.get("limit", 50)), int(query.get("offset", 0))
        except ValueError:
            return unprocessable(["query", "limit"], "not a number")
        word, category = query.get("q", "").lower(), query.get("category")
        found = [
            connector
            for connector in CATALOGUE.values()
            if word in f"{connector.display_name} {connector.tool_key}".lower()
            and category in (None, "", connector.category)
        ]
        page = found[offset : offset + limit]
        return good(
            {
                "connectors": [connector.described(self._connection_of(key, connector.tool_key)) for connector in page],
                "categories": sorted({connector.category for connector in CATALOGUE.values()}),
                "total": len(found),
                "total_connected": len({c.tool_key for c in self._world.owned(key)}),
                "returned": len(page),
            }
        )

    async def _one_available(self, request: Request, key: str) -> Response:
        connector = CATALOGUE.get(request.path_params["tool_key"])
        if connector is None:
            return refused(404, "CONNECTOR_NOT_FOUND", "There is no such connector.")
        return good(connector.described(self._connection_of(key, connector.tool_key)))

    def _connection_of(self, key: str, tool_key: str) -> str | None:
        return next((c.connection_id for c in self._world.owned(key, tool_key)), None)

    async def _branded_link(self, request: Request) -> Response:
        """Lead on to the provider's page, for a state; a browser comes here, without a key."""
        pending = self._world.look_up(request.path_params["name"])
        if pending is None:
            return refused(404, "OAUTH_STATE_NOT_FOUND", "There is no such link.")
        return RedirectResponse(pending.authorization_url, 302, headers={"Cache-Control": "no-store"})
