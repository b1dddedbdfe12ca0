"""The ASGI front: what stands before Bolt on Slack's way in, and the operator's pages.

Bolt parses before it verifies, reads bodies of any size and answers broken ones with a 500, so the guard here
judges size, signature and shape first. Bodies are awaited in the event loop (half-sent ones cost no thread);
Bolt, whose listeners make one round trip to Redis, runs in a small thread pool.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

import structlog
from slack_bolt import App, BoltRequest
from slack_sdk.signature import Clock as SlackClock
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from slack_app.metrics import Metrics

BODY_LIMIT = 256 * 1024
DRAIN_LIMIT = 64 * 1024 * 1024
"""A client that sends too much is read on for a while, else it would see a broken connection, not the 413."""
BODY_SECONDS = 5.0
THREADS = 8
COMMAND_FIELDS = ("team_id", "user_id", "channel_id", "response_url", "trigger_id")

log = structlog.get_logger("slack_app.web")


class Refused(Exception):
    """The request is not taken; `status` says why to the sender, `reason` to the log."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Front:
    """Slack's way in: guard, then Bolt."""

    def __init__(self, bolt: App, signing_secret: str, metrics: Metrics) -> None:
        self._bolt = bolt
        self._verifier = SignatureVerifier(signing_secret, clock=SlackClock())
        self._metrics = metrics
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="slack")

    async def slack_events(self, request: Request) -> Response:
        """Answer one request of Slack's."""
        began = time.perf_counter()
        try:
            response = await self._answer(request)
        except Refused as exc:
            log.info("request.refused", status=exc.status, reason=exc.reason)
            response = PlainTextResponse(exc.reason, exc.status, {"Connection": "close"})
        self._metrics.answered(response.status_code, time.perf_counter() - began)
        return response

    async def _answer(self, request: Request) -> Response:
        body = await _body(request)
        check_signature(self._verifier, body, request.headers)
        text = check_shape(body, request.headers.get("content-type", ""))
        headers = {k: v for k, v in request.headers.items() if k == "content-type" or k.startswith("x-slack-")}
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._dispatch, text, headers)

    def _dispatch(self, text: str, headers: Mapping[str, str]) -> Response:
        try:
            answer = self._bolt.dispatch(BoltRequest(body=text, headers=dict(headers)))
        except (AttributeError, KeyError, TypeError, ValueError) as exc:
            # Signed, but shaped as nothing that Slack sends: Bolt's parser gives up in many ways.
            raise Refused(400, "not a request that Slack sends") from exc
        return Response(answer.body, answer.status, {k: v[0] for k, v in answer.headers.items()})


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


def check_signature(verifier: SignatureVerifier, body: bytes, headers: Mapping[str, str]) -> None:
    """Demand Slack's signature over the raw bytes, at most 5 minutes old; raises Refused.

    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    timestamp = headers.get("x-slack-request-timestamp", "")
    signature = headers.get("x-slack-signature", "")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp) or not re.fullmatch(r"v0=[0-9a-f]{64}", signature):
        raise Refused(401, "not signed by Slack")
    if not verifier.is_valid(body, timestamp, signature):
        raise Refused(401, "not signed by Slack")


def check_shape(body: bytes, content_type: str) -> str:
    """Demand a body that Bolt can parse, and give it as text; raises Refused."""
    try:
        text = body.decode("utf-8")
        if content_type.split(";")[0].strip().lower() == "application/json":
            if not isinstance(json.loads(text), dict):
                raise Refused(400, "the body is not a JSON object")
            return text
        form = parse_qs(text, keep_blank_values=True, max_num_fields=100, errors="strict")
        if "payload" in form and not isinstance(json.loads(form["payload"][0]), dict):
            raise Refused(400, "the payload is not a JSON object")
    except (ValueError, RecursionError) as exc:
        raise Refused(400, "the body cannot be read") from exc
    if "command" in form and not all(form.get(name, [""])[0] for name in COMMAND_FIELDS):
        raise Refused(400, "the command lacks a field")
    return text


def build(
    *,
    front: Front,
    missing: Callable[[], Sequence[str]],
    metrics: Metrics,
    start: Callable[[], None],
    stop: Callable[[], None],
) -> Starlette:
    """Put the routes together; `missing` names what is needed and not there, `start` and `stop` frame the life."""

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"alive": True})

    async def readyz(_request: Request) -> Response:
        absent = await asyncio.to_thread(missing)
        return JSONResponse({"ready": not absent, "missing": list(absent)}, 503 if absent else 200)

    async def show_metrics(_request: Request) -> Response:
        return Response(await asyncio.to_thread(metrics.text), media_type=metrics.content_type)

    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        await asyncio.to_thread(start)
        yield
        await asyncio.to_thread(stop)

    return Starlette(
        routes=[
            Route("/slack/events", front.slack_events, methods=["POST"]),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", show_metrics),
        ],
        lifespan=lifespan,
    )
