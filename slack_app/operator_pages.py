"""What an operator's probes ask for: health, readiness and the figures, on METRICS_PORT or beside Slack's way in."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from slack_app import __version__
from slack_app.health import Health
from slack_app.metrics import Metrics


def operator_routes(health: Health, metrics: Metrics | None) -> list[Route]:
    """Return the pages; without `metrics` those stand on another port.

    `/readyz` is 200 also while no worker lives, with a warning: commands that are taken then are not lost, and those
    that a 503 keeps away would be.
    """

    async def healthz(_request: Request) -> Response:
        stuck = health.stuck()
        said = {"alive": not stuck, "version": __version__}
        return JSONResponse({**said, "stuck": list(stuck)} if stuck else said, 503 if stuck else 200)

    async def readyz(_request: Request) -> Response:
        found = await asyncio.to_thread(health.readiness)
        said = {"ready": not found.missing, "missing": list(found.missing)}
        warned = {"warnings": list(found.warnings)} if found.warnings else {}
        return JSONResponse({**said, **warned}, 503 if found.missing else 200)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz)]
    if metrics is None:
        return routes

    async def show_metrics(_request: Request) -> Response:
        return Response(await asyncio.to_thread(metrics.text), media_type=metrics.content_type)

    return [*routes, Route("/metrics", show_metrics)]
