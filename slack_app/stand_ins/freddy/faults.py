"""The faults that the stand-in can play on the authorize call, and how each looks on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from enum import StrEnum

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from slack_app.stand_ins.freddy.responses import error_response, request_id

_ELSEWHERE = "/v1/personal-connectors?organization_id=elsewhere"  # recorded, so that a test sees who follows
_PROXY_PAGE = "<html><body><h1>502 Bad Gateway</h1><p>upstream: 10.0.0.7:8443</p></body></html>"
_TRACEBACK = 'Traceback (most recent call last):\n  File "/srv/app/oauth.py", line 41, in authorize\nKeyError: "secret"'


class Fault(StrEnum):
    """What goes wrong with the next authorize call."""

    NONE = "none"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    RATE_LIMITED = "rate_limited"
    DOWN = "down"
    BROKEN = "broken"
    STALLED = "stalled"
    REFUSED = "refused"
    HTML = "html"
    EMPTY = "empty"
    FIELDLESS = "fieldless"
    UNSAFE_LINK = "unsafe_link"
    LONG_LINK = "long_link"
    REDIRECT = "redirect"
    TRICKLE = "trickle"
    ENDLESS = "endless"
    COOKIES = "cookies"


FAULTS: Mapping[Fault, tuple[str, str]] = {
    Fault.NONE: ("Everything works", "The platform answers at once."),
    Fault.UNAUTHORIZED: ("401 Key not accepted", "The platform does not accept the app's key."),
    Fault.FORBIDDEN: ("403 Not allowed", "The organization may not connect this."),
    Fault.RATE_LIMITED: ("429 Too many requests", "The platform asks to come back in a few seconds."),
    Fault.DOWN: ("503 Unavailable", "The platform is down; the app keeps trying for ten minutes."),
    Fault.BROKEN: ("500 Broken", "The platform fails, with a stack trace that nobody may see."),
    Fault.STALLED: ("Stalled", "The platform takes the request and never answers."),
    Fault.REFUSED: ("Connection dropped", "The platform hangs up without an answer."),
    Fault.HTML: ("A proxy's page", "HTML comes instead of JSON."),
    Fault.EMPTY: ("Empty answer", "A 200 with nothing in it."),
    Fault.FIELDLESS: ("Fields missing", "A 200 without a link and a state."),
    Fault.UNSAFE_LINK: ("Unsafe link", "The link is plain http; the app must not pass it on."),
    Fault.LONG_LINK: ("Very long link", "The link is longer than a Slack button can take."),
    Fault.REDIRECT: ("Redirect", "The platform sends the app elsewhere; it must not follow."),
    Fault.TRICKLE: ("Trickling answer", "The answer comes a byte at a time."),
    Fault.ENDLESS: ("Endless answer", "The answer never ends."),
    Fault.COOKIES: ("Cookies", "The platform sets a cookie; it must not come back with the next call."),
}


def play(fault: Fault, retry_after: int) -> Response | None:
    """Return the answer of a fault that answers by itself; None for those that change a good answer."""
    return _ANSWERS.get(fault, lambda _: None)(retry_after)


class HangUp(Response):
    """No answer: the connection is closed.

    ASGI cannot do this, so it reaches for uvicorn's transport; on another server an answer begins and breaks off.
    """

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Close the connection."""
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        if transport is None:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
            return
        transport.close()
        await _disconnect(receive)  # or uvicorn takes the silence for a fault and writes a 500 to the log


class Stall(Response):
    """No answer either, but the connection stays open until the caller gives up or the server ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for the caller to give up."""
        try:
            await _disconnect(receive)
        except asyncio.CancelledError:
            # Only the end of the server cancels a request: go along quietly, or it logs a traceback.
            await HangUp()(scope, receive, send)


async def _disconnect(receive: Receive) -> None:
    """Wait for the end of the connection; the body was read, so nothing else comes before it."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _trickle() -> AsyncIterator[bytes]:
    for byte in b'{"authorization_url": "https://github.com/", "state": "ostate_x"}' + b" " * 500:
        yield bytes([byte])
        await asyncio.sleep(0.2)


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield b" " * 65536
        await asyncio.sleep(0)


_ANSWERS = {
    Fault.UNAUTHORIZED: lambda _: error_response(401, "INVALID_API_KEY", "The API key is not valid."),
    Fault.FORBIDDEN: lambda _: error_response(403, "ORGANIZATION_ACCESS_DENIED", "No access to this organization."),
    Fault.RATE_LIMITED: lambda seconds: error_response(
        429,
        "RATE_LIMIT_EXCEEDED",
        "Too many requests.",
        headers={"Retry-After": str(seconds), "X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "0"},
    ),
    Fault.DOWN: lambda _: error_response(503, "SERVICE_UNAVAILABLE", "Temporarily unavailable."),
    Fault.BROKEN: lambda _: error_response(500, "INTERNAL_ERROR", "Something failed.", system_message=_TRACEBACK),
    Fault.STALLED: lambda _: Stall(),
    Fault.REFUSED: lambda _: HangUp(),
    Fault.HTML: lambda _: HTMLResponse(_PROXY_PAGE, 502),
    Fault.EMPTY: lambda _: Response(b"", headers=request_id()),
    Fault.FIELDLESS: lambda _: JSONResponse({"success": True}, headers=request_id()),
    Fault.UNSAFE_LINK: lambda _: JSONResponse(
        {"authorization_url": "http://evil.example/authorize?state=ostate_evil", "state": "ostate_evil"},
        headers=request_id(),
    ),
    Fault.REDIRECT: lambda _: RedirectResponse(_ELSEWHERE, 302, headers=request_id()),
    Fault.TRICKLE: lambda _: StreamingResponse(_trickle(), media_type="application/json", headers=request_id()),
    Fault.ENDLESS: lambda _: StreamingResponse(_endless(), media_type="application/json", headers=request_id()),
}
