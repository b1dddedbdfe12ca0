"""Lets browsers wait while the app starts; the app itself may come in."""

from __future__ import annotations

import asyncio
import threading

from starlette.types import ASGIApp, Receive, Scope, Send

LOOK_SECONDS = 0.05


class Gate:
    """The stand-in Slack behind a gate, which opens when `is_open` is set."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.is_open = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, when it is time."""
        is_of_app = scope["type"] != "http" or scope["path"].startswith("/api/")
        while not is_of_app and not self.is_open.is_set():
            await asyncio.sleep(LOOK_SECONDS)
        await self._app(scope, receive, send)
