"""Traces and errors leave the processes for where the operator wants them, and nothing secret goes with them."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from slack_app.demo.serving import serving
from tests.stage import API_KEY, BOT_TOKEN, SIGNING_SECRET, Stage, on_stage, wait_for


class Collector:
    """Takes what OpenTelemetry and Sentry send."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.spans: dict[str, list[tuple[str, bytes, bytes]]] = {}
        self.app = Starlette(routes=[Route("/{path:path}", self.take, methods=["POST"])])

    async def take(self, request: Request) -> Response:
        """Keep a body; spans by the process that they come from: name, trace, parent."""
        body = await request.body()
        encoding = request.headers.get("content-encoding", "")
        body = gzip.decompress(body) if encoding == "gzip" else zlib.decompress(body) if encoding == "deflate" else body
        self.bodies.append(body)
        if request.url.path == "/v1/traces":
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                names = {one.key: one.value.string_value for one in resource.resource.attributes}
                spans = self.spans.setdefault(names["service.name"], [])
                for scope in resource.scope_spans:
                    spans += [(span.name, span.trace_id, span.parent_span_id) for span in scope.spans]
        return Response(b"{}", media_type="application/json")

    def traces(self, process: str, name: str) -> set[bytes]:
        """Return the traces in which the process has a span of this name."""
        return {trace for span, trace, _ in self.spans.get(process, []) if re.fullmatch(name, span)}


@pytest.fixture
def collector() -> Iterator[tuple[Collector, str]]:
    collector = Collector()
    with serving(collector.app) as url:
        yield collector, url


@pytest.fixture
def stage(redis_url: str, tmp_path: Path) -> Iterator[Stage]:
    with on_stage(redis_url, tmp_path / "app.log") as stage:
        yield stage


def test_a_command_is_one_trace_from_slacks_request_to_the_calls_of_both_upstreams(
    stage: Stage, collector: tuple[Collector, str]
) -> None:
    seen, url = collector
    stage.environment |= {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_BSP_SCHEDULE_DELAY": "200"}
    stage.start_web()
    stage.start("worker")

    stage.ask("github")

    wait_for(lambda: seen.traces("slack-app-worker", "connect.*"), what="the worker's span")
    wait_for(lambda: seen.traces("slack-app-web", "POST /slack/events"), what="the request's span")
    (trace,) = seen.traces("slack-app-web", "enqueue") & seen.traces("slack-app-worker", "connect.*")
    assert trace in seen.traces("slack-app-web", "POST /slack/events")
    wait_for(lambda: trace in seen.traces("slack-app-worker", "POST slack"), what="the message's span")
    wait_for(lambda: trace in seen.traces("slack-app-worker", "POST platform"), what="the platform's span")
    wait_for(lambda: trace in seen.traces("slack-app-worker", "GET platform"), what="the span of what is connected")
    sent = b"".join(seen.bodies)
    for secret in (API_KEY, BOT_TOKEN, SIGNING_SECRET, "ostate_", "/commands/", "http://127.0.0.1"):
        assert secret.encode() not in sent


def test_what_is_logged_as_an_error_goes_to_sentry_as_it_stands_in_the_log(
    stage: Stage, collector: tuple[Collector, str]
) -> None:
    seen, url = collector
    stage.start_web()
    stage.environment["SENTRY_DSN"] = f"{url.replace('://', '://public@')}/1"

    stage.start("worker", METRICS_PORT=stage.url.rpartition(":")[2])

    wait_for(lambda: b"metrics.port_taken" in b"".join(seen.bodies), what="the error")
    wait_for(lambda: "metrics.port_taken" in stage.log.read_text(), what="the line in the log")
    assert b'"vars"' not in b"".join(seen.bodies)
