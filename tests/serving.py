"""Serves ASGI apps on loopback addresses; servers are kept for the next app, for to start and end one takes 0.2 s."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from starlette.applications import Starlette

from slack_app.demo.serving import serving as own_server

NOTHING = Starlette()


class Address:
    """An address, and the app behind it, whose place another can take."""

    def __init__(self) -> None:
        self.app: Any = NOTHING
        self.url = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


_servers = ExitStack()
_unused: list[Address] = []
atexit.register(_servers.close)


@contextmanager
def address() -> Iterator[Address]:
    """Lend an address until the block is left; there is nothing behind it yet."""
    lent = _unused.pop() if _unused else Address()
    lent.url = lent.url or _servers.enter_context(own_server(lent))
    try:
        yield lent
    finally:
        lent.app = NOTHING
        _unused.append(lent)


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve the app until the block is left, and yield its address; it is told neither of a start nor of an end.

    Where an app's own start or end matters, `slack_app.demo.serving` has a server for it alone.
    """
    with address() as lent:
        lent.app = app
        yield lent.url
