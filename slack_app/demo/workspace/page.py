"""The page and what it talks to: the state at once, changes as server-sent events, what a person does as posts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from slack_app.demo.workspace.posts import NO_TROUBLE, Posts
from slack_app.demo.workspace.room import APP_USER

if TYPE_CHECKING:
    from slack_app.demo.workspace.stand_in import Workspace

STATIC = Path(__file__).parent / "static"
PING_SECONDS = 15.0
SLACKS_OWN = ("/api/", "/commands/", "/socket")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class PageHeaders:
    """Puts the page's headers on every answer that is not for the app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        is_page = scope["type"] == "http" and not scope["path"].startswith(SLACKS_OWN)
        await self._app(scope, receive, send_with_headers if is_page else send)


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """One open page of a person; `lines` is filled from any thread, through the loop."""

    user_id: str
    loop: asyncio.AbstractEventLoop
    lines: asyncio.Queue[str | None]

    def put(self, line: str | None) -> None:
        """Send a line; None ends the stream."""
        with suppress(RuntimeError):  # the loop has ended in the meantime, and with it whoever listened
            self.loop.call_soon_threadsafe(self.lines.put_nowait, line)


class Page:
    """The page of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._trouble = NO_TROUBLE
        self._streams: list[Stream] = []
        workspace.room.listeners.append(self._tell)
        posts = Posts(workspace, self._played)
        self.routes = [
            Route("/", self._index),
            Route("/page/state", self._state),
            Route("/page/stream", self._stream),
            *posts.routes,
            Mount("/static", StaticFiles(directory=STATIC)),
        ]

    def end_streams(self) -> None:
        """Let every open page go: a server that stops waits for them."""
        for stream in list(self._streams):
            stream.put(None)

    async def _index(self, _request: Request) -> Response:
        return FileResponse(STATIC / "index.html")

    async def _state(self, request: Request) -> Response:
        workspace, room = self._workspace, self._workspace.room
        people = list(room.people.values())
        me = room.people.get(request.query_params.get("user", ""), people[0])
        home, modal = workspace.views.home_of(me.id), workspace.views.modal_of(me.id)
        channels = [{"id": id_, "name": name, "kind": "channel"} for id_, name in room.channels.items()]
        return JSONResponse(
            {
                "team": {"id": workspace.team_id, "name": workspace.name},
                "teams": [{"id": other.team_id, "name": other.name} for other in workspace.neighbours],
                "me": asdict(me),
                "people": [asdict(person) for person in people],
                "app": {"id": APP_USER, "name": "Freddy Connect", "is_installed": workspace.is_installed},
                "channels": [*channels, {"id": room.dm_of(me.id), "name": "Freddy Connect", "kind": "dm"}],
                "command": {
                    "name": workspace.command,
                    "description": "Connect a tool to your organization's assistant",
                    "usage_hint": workspace.usage_hint,
                },
                "troubles": [asdict(trouble) for trouble in workspace.troubles],
                "trouble": self._trouble,
                "messages": [message.shown() for message in room.seen_by(me.id)],
                "home": home.shown() if home else None,
                "modal": modal.shown() if modal else None,
                "modal_errors": workspace.views.errors_of(me.id),
                "shortcuts": [asdict(shortcut) for shortcut in workspace.shortcuts],
            }
        )

    async def _stream(self, request: Request) -> Response:
        user_id = request.query_params.get("user", "")
        if user_id not in self._workspace.room.people:
            return JSONResponse({"error": "no such person"}, 404)
        return StreamingResponse(self._events(user_id), media_type="text/event-stream")

    async def _events(self, user_id: str) -> AsyncIterator[str]:
        stream = Stream(user_id, asyncio.get_running_loop(), asyncio.Queue())
        self._streams.append(stream)
        try:
            yield ": open\n\n"
            while True:
                try:
                    line = await asyncio.wait_for(stream.lines.get(), PING_SECONDS)
                except TimeoutError:
                    line = ": ping\n\n"
                if line is None:
                    return
                yield line
        finally:
            self._streams.remove(stream)

    def _tell(self, event: str, data: dict[str, Any], is_for: Callable[[str], bool]) -> None:
        """Hand a change to the streams of those who may know; called from any thread."""
        listening = [stream for stream in list(self._streams) if is_for(stream.user_id)]
        if listening:
            line = f"event: {event}\ndata: {json.dumps(data)}\n\n"
            for stream in listening:
                stream.put(line)

    def _played(self, name: str) -> None:
        self._trouble = name
        self._tell("trouble", {"name": name}, lambda _: True)
