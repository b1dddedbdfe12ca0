"""Serves over HTTP: connections that say nothing, or half a request's head, are closed; and the operator's own port.

uvicorn bounds how long it waits between two requests, and not how long for the head of one.
"""

from __future__ import annotations

import asyncio
import socket
import threading

import structlog
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from slack_app.app.listening import listen
from slack_app.health import Health
from slack_app.metrics import Metrics
from slack_app.operator_pages import operator_routes

HEAD_SECONDS = 10.0
"""For a whole head, from the connection or its first byte on; Slack sends one in milliseconds, a proxy too."""
HEAD_LIMIT = 64 * 1024
"""In bytes; those that come together with its first one are not counted."""

log = structlog.get_logger("slack_app.app")


class BoundedHeads(HttpToolsProtocol):
    """uvicorn's protocol, with a deadline and a size for the head of each request.

    What comes after an answer counts as the next head, also when it is the rest of a body that nobody waits for.
    """

    _deadline: asyncio.TimerHandle | None = None
    _is_within_request = False
    _head_size: int | None = None
    """Of the head that has begun and not ended."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin with the first head, and have each answer sent at once.

        asyncio does so by itself, but not on a socket that uvicorn hands to several processes: the answer's body would
        wait there for up to 40 ms, until its head is confirmed. https://github.com/Kludex/uvicorn/issues/3149
        """
        super().connection_made(transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Go on with a head, or with what follows it."""
        size = self._head_size
        super().data_received(data)
        if size is not None and self._head_size is not None:
            self._head_size = size + len(data)
            if self._head_size > HEAD_LIMIT:  # the parser would keep whatever comes
                self.transport.close()
        self._wait_for_head()

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._is_within_request, self._head_size = True, 0

    def on_headers_complete(self) -> None:
        """End a head."""
        super().on_headers_complete()
        self._head_size = None

    def on_message_complete(self) -> None:
        """End a request."""
        super().on_message_complete()
        self._is_within_request = False

    def on_response_complete(self) -> None:
        """Wait for the head that has begun meanwhile, if one has."""
        super().on_response_complete()
        if self._is_within_request:
            self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        elif self._deadline is None:  # bytes that drip in win no time
            self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class OperatorPort:
    """`/metrics`, `/healthz` and `/readyz` on METRICS_PORT, apart from what the internet reaches."""

    def __init__(
        self, host: str | None, port: int, metrics: Metrics, health: Health, *, is_shared: bool = False
    ) -> None:
        """`is_shared` where several web processes listen there; whichever is asked answers."""
        self._host, self._port, self._is_shared = host, port, is_shared
        app = Starlette(routes=operator_routes(health, metrics))
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=BoundedHeads,
                ws="none",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                lifespan="off",
            )
        )

    def start(self) -> None:
        """Listen, in a thread; a port that is taken is logged, and costs people nothing."""
        try:
            listener = listen(self._host, self._port, is_shared=self._is_shared)
        except OSError as exc:
            log.error("metrics.port_taken", reason=f"METRICS_PORT {self._port}: {exc.strerror}")
            return
        run = threading.Thread(target=self._server.run, args=([listener],), name="operator-port", daemon=True)
        run.start()

    def stop(self) -> None:
        """Stop listening soon; nobody waits for it."""
        self._server.should_exit = True
