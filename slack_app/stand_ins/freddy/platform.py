"""The platform's API as its reference describes it; errors come before anything is done."""

from __future__ import annotations

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from slack_app.stand_ins.freddy.catalog import Catalog
from slack_app.stand_ins.freddy.connections import Connections
from slack_app.stand_ins.freddy.consent import STATIC, Consent
from slack_app.stand_ins.freddy.faults import Fault, play
from slack_app.stand_ins.freddy.linking import Linking
from slack_app.stand_ins.freddy.parameters import Shape
from slack_app.stand_ins.freddy.request import ApiRequest, read
from slack_app.stand_ins.freddy.responses import error_response, unrouted
from slack_app.stand_ins.freddy.state import Call, Connection, Pending, State

ROOT = "/v1/personal-connectors"

Operation = Callable[[ApiRequest], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


class Platform:
    """The stand-in. `keys` says which organization each API key may act for; `fault` is played on authorize.

    `faults_left` limits it to the next so many calls, `delay` is in seconds and comes before every answer of the API;
    `delays` are those of single organizations.
    An organization may send `requests_a_minute`, the ceiling of the reference's standard tier.
    """

    def __init__(self, keys: Mapping[str, str], clock: Callable[[], float] = time.time) -> None:
        self._keys = dict(keys)
        self._clock = clock
        self._state = State(clock)
        self._linking = Linking(self._state)
        self._consent = Consent(self._state)
        self.fault = Fault.NONE
        self.faults_left: int | None = None
        self.retry_after = 3
        self.delay = 0.0
        self.delays: dict[str, float] = {}
        self.requests_a_minute = 100
        self._organization_status: int | None = None
        self._requests: defaultdict[str, list[float]] = defaultdict(list)
        self.calls: list[Call] = []
        self.app = Starlette(
            routes=[*self._operations(), *self._pages()], exception_handlers={404: unrouted, 405: unrouted}
        )

    def accept(self, key: str, organization_id: str) -> None:
        """Accept one more key, for one organization."""
        self._keys[key] = organization_id

    def refuse(self, key: str) -> None:
        """Accept a key no longer."""
        self._keys.pop(key, None)

    def let_callback_consume(self, status: int | None) -> None:
        """Let complete-oauth answer so of states that the callback has finished (`State.after_callback`)."""
        self._state.after_callback = status

    def want(self, tool_key: str, shape: Shape = Shape.ENVELOPE_400, **parameters: str) -> None:
        """Let the tool take these parameters and no others (parameters.py)."""
        self._state.wanted[tool_key] = (parameters, shape)

    def refuse_organization(self, status: int | None) -> None:
        """Answer everything with the status, as for an organization that does not exist; None for no more."""
        self._organization_status = status

    @property
    def pending(self) -> dict[str, Pending]:
        """Return the links that are out, by state."""
        return self._state.pending

    @property
    def connections(self) -> dict[str, Connection]:
        """Return the connected accounts, by credential id."""
        return self._state.connections

    def _operations(self) -> list[Route]:
        catalog, connections = Catalog(self._state), Connections(self._state)
        return [
            self._route("/authorize", "POST", self._authorize),
            self._route("/complete-oauth", "POST", self._linking.complete),
            self._route("/available", "GET", catalog.available),
            self._route("/available/{tool_key}", "GET", catalog.get),
            self._route("", "GET", connections.list_all),
            self._route("/connections/{tool_key}", "GET", connections.list_for_tool),
            self._route("/connections/{id}/active", "PATCH", connections.set_active),
            self._route("/connections/{id}", "PATCH", connections.rename),
            self._route("/connections/{id}", "DELETE", connections.disconnect),
            self._route("/{id}/health", "GET", connections.health, needs_organization=False),
        ]

    def _pages(self) -> list[Route | Mount]:
        """Return the routes that a browser comes to, without a key; the first two are the API's all the same."""
        return [
            self._browser_route("/auth/{name}", self._branded_link),
            self._browser_route("/callback", self._consent.callback),
            Route("/consent/{tool_key}", self._consent.page, methods=["GET"]),
            Route("/consent/{tool_key}", self._consent.decide, methods=["POST"]),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]

    def _route(self, path: str, method: str, operation: Operation, *, needs_organization: bool = True) -> Route:
        async def endpoint(request: Request) -> Response:
            asked = await self._record(request)
            return self._gate(asked, needs_organization) or operation(asked)

        return Route(f"{ROOT}{path}", endpoint, methods=[method])

    def _browser_route(self, path: str, page: Endpoint) -> Route:
        async def endpoint(request: Request) -> Response:
            await self._record(request)
            return await page(request)

        return Route(f"{ROOT}{path}", endpoint, methods=["GET"])

    async def _record(self, request: Request) -> ApiRequest:
        """Read the request, remember it at once, and let the answer wait."""
        asked = await read(request)
        self.calls.append(
            Call(
                method=request.method,
                path=request.url.path,
                query=dict(asked.query),
                body=asked.body,
                key=request.headers.get("x-api-key"),
                peer=f"{request.client.host}:{request.client.port}" if request.client else "",
                has_cookie="cookie" in request.headers,
                at=self._clock(),
            )
        )
        with suppress(asyncio.CancelledError):  # the stand-in ends: uvicorn would write a traceback for each that waits
            organization_id = asked.query.get("organization_id") or self._keys.get(asked.key or "", "")
            await asyncio.sleep(self.delays.get(organization_id, self.delay))
        return asked

    def _gate(self, asked: ApiRequest, needs_organization: bool) -> Response | None:
        if asked.key not in self._keys:
            return error_response(401, "INVALID_API_KEY", "The API key is missing or not valid.")
        if needs_organization and self._organization_status:
            return error_response(self._organization_status, "ORGANIZATION_NOT_FOUND", "There is no such organization.")
        if needs_organization and asked.query.get("organization_id") != self._keys[asked.key]:
            return error_response(403, "ORGANIZATION_ACCESS_DENIED", "This key has no access to the organization.")
        return self._limit(self._keys[asked.key])

    def _limit(self, organization_id: str) -> Response | None:
        now = self._clock()
        recent = [at for at in self._requests[organization_id] if at > now - 60]
        self._requests[organization_id] = recent
        if len(recent) >= self.requests_a_minute:
            headers = {"Retry-After": str(math.ceil(recent[0] + 60 - now))}
            return error_response(429, "RATE_LIMIT_EXCEEDED", "Too many requests.", headers=headers)
        recent.append(now)
        return None

    def _authorize(self, asked: ApiRequest) -> Response:
        fault = self._next_fault()
        if (answer := play(fault, self.retry_after)) is not None:
            return answer
        answer = self._linking.authorize(asked, f"&padding={'x' * 3000}" if fault is Fault.LONG_LINK else "")
        if fault is Fault.COOKIES:
            answer.set_cookie("session", "of-somebody-else")
        return answer

    def _next_fault(self) -> Fault:
        if self.faults_left is None:
            return self.fault
        fault = self.fault if self.faults_left > 0 else Fault.NONE
        self.faults_left -= 1
        if self.faults_left <= 0:
            self.fault, self.faults_left = Fault.NONE, None
        return fault

    async def _branded_link(self, request: Request) -> Response:
        return self._linking.redirect(request.path_params["name"]) or self._consent.unknown()
