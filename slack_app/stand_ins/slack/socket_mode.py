"""Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from concurrent.futures import Future
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from slack_app.stand_ins.slack.model import Ack
from slack_app.stand_ins.slack.sender import ACK_SECONDS
from slack_app.stand_ins.slack.store import Store
from slack_app.stand_ins.slack.team import APP_ID


class SocketMode:
    """The connections that the app opened; the last one is sent what there is."""

    def __init__(self, store: Store) -> None:
        self._tickets = store.socket_tickets
        self._open: list[tuple[WebSocket, asyncio.AbstractEventLoop]] = []
        self._waiting: dict[str, Future[Any]] = {}
        self.routes = [WebSocketRoute("/socket", self._serve)]

    @property
    def is_connected(self) -> bool:
        """Return whether an app is connected."""
        return bool(self._open)

    def send(self, kind: str, payload: dict[str, Any]) -> Ack:
        """Send one envelope and wait for its acknowledgement."""
        began, envelope_id = time.perf_counter(), str(uuid.uuid4())
        if not self._open:
            return Ack(0, "", 0.0, "dispatch_failed")
        socket, loop = self._open[-1]
        envelope = {"envelope_id": envelope_id, "type": kind, "payload": payload, "accepts_response_payload": True}
        waiting = self._waiting[envelope_id] = Future()
        asyncio.run_coroutine_threadsafe(socket.send_text(json.dumps(envelope)), loop)
        try:
            body = waiting.result(ACK_SECONDS)
        except TimeoutError:
            return Ack(0, "", time.perf_counter() - began, "operation_timeout")
        finally:
            del self._waiting[envelope_id]
        return Ack(200, body, time.perf_counter() - began)

    async def _serve(self, socket: WebSocket) -> None:
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close()
            return
        self._tickets.remove(ticket)
        await socket.accept()
        entry = (socket, asyncio.get_running_loop())
        hello = {
            "type": "hello",
            "num_connections": len(self._open) + 1,
            "debug_info": {"host": "stand-in", "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP_ID},
        }
        await socket.send_text(json.dumps(hello))
        self._open.append(entry)
        try:
            while True:
                self._acknowledge(json.loads(await socket.receive_text()))
        except (WebSocketDisconnect, ValueError):
            pass
        finally:
            self._open.remove(entry)

    def _acknowledge(self, answer: dict[str, Any]) -> None:
        waiting = self._waiting.get(str(answer.get("envelope_id")))
        if waiting and not waiting.done():
            waiting.set_result(answer.get("payload") or "")
