"""The ASGI front: what stands before Bolt on Slack's way in.

Bolt parses before it verifies, reads bodies of any size and answers broken ones with a 500, so the guard here
judges size, signature and shape first. Bodies are awaited in the event loop (half-sent ones cost no thread);
Bolt, whose listeners make one round trip to Redis, runs in a small thread pool.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

import structlog
from slack_bolt import App, BoltRequest, BoltResponse
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from slack_app import wording
from slack_app.instruments import REFUSED, count_answer
from slack_app.listeners.install import Install
from slack_app.listeners.shapes import check_command, check_payload
from slack_app.model.stored import read_json
from slack_app.tracing import SpanKind, span
from slack_app.views.install import HEADERS
from slack_app.watchdog import Watchdog

EVENTS = "/slack/events"
BODY_LIMIT = 256 * 1024
DRAIN_LIMIT = 64 * 1024 * 1024
"""A client that sends too much is read on for a while, else it would see a broken connection, not the 413."""
BODY_SECONDS = 5.0
SIGNATURE_SECONDS = 300
THREADS, PAGE_THREADS = 8, 4
PAGES_A_SECOND = 50
"""Of the install's pages, which anybody may ask for: more would take the time that Slack's requests need."""

log = structlog.get_logger("slack_app.web")


class Refused(Exception):
    """The request is not taken; `status` says why to the sender, `reason` to the log."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Front:
    """Slack's way in: guard, then Bolt."""

    def __init__(self, bolt: App, signing_secret: str) -> None:
        self._bolt = bolt
        self._signing_secret = signing_secret
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="slack")

    async def slack_events(self, request: Request) -> Response:
        """Answer one request; only one that Slack signed counts among the answers to Slack."""
        began = time.perf_counter()
        try:
            body = await _body(request)
            check_signature(self._signing_secret, body, request.headers, time.time())
        except Refused as exc:
            return _refusal(exc)
        try:
            response = await self._answer(body, request.headers)
        except Refused as exc:
            REFUSED.labels("malformed").inc()
            response = _refusal(exc)
        count_answer(response.status_code, time.perf_counter() - began)
        return response

    async def _answer(self, body: bytes, headers: Mapping[str, str]) -> Response:
        parsed = parse(body, headers.get("content-type", ""))
        request_id = headers.get("x-request-id", "")
        about = {"request_id": request_id} if re.fullmatch(r"[\w.-]{1,128}", request_id, re.ASCII) else {}
        return await asyncio.get_running_loop().run_in_executor(self.pool, self._logged, parsed, about)

    def _logged(self, parsed: dict[str, Any], about: Mapping[str, str]) -> Response:
        """Have the log lines of the request say what a proxy in front of us calls it."""
        with structlog.contextvars.bound_contextvars(**about):
            return self._dispatch(parsed)

    def _dispatch(self, parsed: dict[str, Any]) -> Response:
        """Let Bolt find the listener. It gets the parsed body, as from Socket Mode.

        Its own parser takes a command whose text holds the word "payload" for something else, and answers 404.
        """
        if kind_of(parsed) == "app_rate_limited":  # https://docs.slack.dev/apis/events-api/#rate-limiting
            log.warning("request.events_left_out", team_id=str(parsed.get("team_id"))[:64])
            return Response(status_code=200)
        try:
            with span(f"POST {EVENTS}", SpanKind.SERVER, type=kind_of(parsed)):
                answer = self._bolt.dispatch(BoltRequest(body=parsed, mode="socket_mode"))
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as exc:
            raise Refused(400, "not a request that Slack sends") from exc
        if answer.status == 404:  # a button that this version does not know, or a command of another name
            log.warning("request.unhandled", reason=kind_of(parsed))
        if answer.status == 500:
            # A listener found a form without its fields, or Bolt fell over it: nothing that Slack sends.
            raise Refused(400, "not a request that Slack sends")
        return Response(answer.body, answer.status, {k: v[0] for k, v in answer.headers.items()})


def kind_of(parsed: Mapping[str, Any]) -> str:
    """Return what Slack sent, in its own word."""
    return str(parsed.get("type", "command"))[:40]


def _refusal(exc: Refused) -> Response:
    log.info("request.refused", status=exc.status, reason=exc.reason)
    return PlainTextResponse(exc.reason, exc.status, {"Connection": "close"})


async def _body(request: Request) -> bytes:
    body, size = bytearray(), 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                if size <= BODY_LIMIT:
                    body += chunk
                elif size > DRAIN_LIMIT:
                    break
    except TimeoutError as exc:
        raise Refused(413 if size > BODY_LIMIT else 408, "the body did not come in time") from exc
    except ClientDisconnect as exc:
        raise Refused(400, "the body did not come whole") from exc
    if size > BODY_LIMIT:
        raise Refused(413, "the body is too large")
    return bytes(body)


def check_signature(secret: str, body: bytes, headers: Mapping[str, str], now: float) -> None:
    """Demand Slack's signature over the raw bytes, at most 5 minutes old; raises Refused.

    slack_sdk's verifier decodes the body first, and fails on what is not UTF-8.
    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    timestamp = headers.get("x-slack-request-timestamp", "")
    signature = headers.get("x-slack-signature", "")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp) or not re.fullmatch(r"v0=[0-9a-f]{64}", signature):
        raise Refused(401, "not signed by Slack")
    expected = hmac.new(secret.encode(), b"v0:%b:%b" % (timestamp.encode(), body), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature, f"v0={expected}"):
        raise Refused(401, "not signed by Slack")
    if abs(now - int(timestamp)) > SIGNATURE_SECONDS:  # signed, so that only a wrong clock or a late request says it
        REFUSED.labels("clock").inc()
        raise Refused(401, "signed more than 5 minutes ago or ahead")


def parse(body: bytes, content_type: str) -> dict[str, Any]:
    """Read what Slack sends: a JSON object, one in the form's field `payload`, or a command's form; raises Refused."""
    try:
        text = body.decode("utf-8")
        if content_type.split(";")[0].strip().lower() == "application/json":
            return _json_object(text)
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=100, errors="strict"))
        if "ssl_check" in form:
            return form  # Slack tries the address; Bolt answers
        if "command" not in form:
            return _json_object(form.get("payload", ""))
        check_command(form)
    except (ValueError, RecursionError) as exc:
        raise Refused(400, "the body cannot be read") from exc
    return form


def _json_object(text: str) -> dict[str, Any]:
    value = read_json(text)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    check_payload(value)
    return value


def _page(answer: BoltResponse) -> Response:
    response = Response(answer.body, answer.status)
    for name, values in answer.headers.items():
        for value in values:
            response.headers.append(name, value)
    return response


async def _watch(watchdog: Watchdog, pool: Executor) -> None:
    """Have the event loop, and the threads that take Slack's requests, say that they move."""
    said = None
    while True:
        watchdog.moved("event-loop")
        if said is None or said.done():
            said = pool.submit(watchdog.moved, "slack")
        await asyncio.sleep(1.0)


def build(
    *,
    front: Front,
    install: Install | None,
    closed: str,
    pages: Sequence[Route],
    watchdog: Watchdog,
    start: Callable[[], None],
    stop: Callable[[], None],
) -> ASGIApp:
    """Put the routes together; `install` are the pages of an install, `closed` the one where there is none.

    `pages` are the operator's; `start` and `stop` frame the life, in which the `watchdog` sees that requests are taken.
    """
    installs = ThreadPoolExecutor(PAGE_THREADS, "install")

    begun: deque[float] = deque(maxlen=PAGES_A_SECOND)
    finished: deque[float] = deque(maxlen=PAGES_A_SECOND)

    async def page(asked: deque[float], show: Callable[..., BoltResponse], *args: object) -> Response:
        """Show a page of an install; Slack may be slow with it, and must hold up nothing but other installs.

        Whoever asks for too many beginnings keeps nobody from finishing.
        """
        now = time.monotonic()
        if len(asked) == PAGES_A_SECOND and asked[0] > now - 1:
            return PlainTextResponse(wording.install.too_many(), 429, {"Retry-After": "1", **HEADERS})
        asked.append(now)
        return _page(await asyncio.get_running_loop().run_in_executor(installs, lambda: show(*args)))

    async def slack_install(request: Request) -> Response:
        if install is None:
            return HTMLResponse(closed, 404, HEADERS)
        return await page(begun, install.begin, request.url.query, request.headers.get("accept", ""))

    async def oauth_redirect(request: Request) -> Response:
        if install is None:
            return HTMLResponse(closed, 404, HEADERS)
        return await page(finished, install.finish, request.url.query, request.headers.getlist("cookie"))

    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        await asyncio.to_thread(start)
        watch = asyncio.create_task(_watch(watchdog, front.pool))
        yield
        watch.cancel()
        await asyncio.to_thread(stop)

    app = Starlette(
        routes=[
            Route(EVENTS, front.slack_events, methods=["POST"]),  # another method is answered 405
            Route("/slack/install", slack_install),
            Route("/slack/install/", slack_install),
            Route("/slack/oauth_redirect", oauth_redirect),
            *pages,
        ],
        lifespan=lifespan,
    )
    # Starlette would lead to plain http (TLS ends before us), and to whatever host the sender named.
    app.router.redirect_slashes = False

    async def slack_first(scope: Scope, receive: Receive, send: Send) -> None:
        """Lead what Slack sends straight to the front; Starlette's layers do nothing for it."""
        if scope["type"] == "http" and scope["path"] == EVENTS and scope["method"] == "POST":
            response = await front.slack_events(Request(scope, receive))
            await response(scope, receive, send)
        else:
            await app(scope, receive, send)

    async def cut_off(scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is not done when the process ends: uvicorn cancels that then."""
        try:
            await slack_first(scope, receive, send)
        except asyncio.CancelledError:
            if scope["type"] != "http":
                raise
            restarting = PlainTextResponse(wording.install.restarting(), 503, {"Retry-After": "60", **HEADERS})
            await restarting(scope, receive, send)

    return cut_off
