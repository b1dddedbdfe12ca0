"""The page and what it talks to: the state at once, changes as server-sent events, what a person does as posts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from slack_app.stand_ins.slack.model import APP_USER, FaultMenu
from slack_app.stand_ins.slack.page_api import PageApi
from slack_app.stand_ins.slack.page_headers import STATIC
from slack_app.stand_ins.slack.store import Store

PING_SECONDS = 15.0


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

    def __init__(self, store: Store, api: PageApi, faults: FaultMenu) -> None:
        self._store = store
        self._faults = faults
        self._streams: list[Stream] = []
        store.listeners.append(self._tell)
        self.routes = [
            Route("/", self._index),
            Route("/page/state", self._state),
            Route("/page/stream", self._stream),
            *api.routes,
            Mount("/static", StaticFiles(directory=STATIC)),
        ]

    def end_streams(self) -> None:
        """End the stream of every open page: a server that stops waits for them."""
        for stream in list(self._streams):
            stream.put(None)

    async def _index(self, _request: Request) -> Response:
        return FileResponse(STATIC / "index.html")

    async def _state(self, request: Request) -> Response:
        store = self._store
        people = list(store.people.values())
        me = store.people.get(request.query_params.get("user", ""), people[0])
        home, modal = store.views.home_of(me.id), store.views.modal_of(me.id)
        channels = [{"id": id_, "name": name, "kind": "channel"} for id_, name in store.channels.items()]
        return JSONResponse(
            {
                "team": {"id": store.team_id, "name": store.name},
                "teams": [{"id": other.team_id, "name": other.name} for other in store.workspaces],
                "me": asdict(me),
                "people": [asdict(person) for person in people],
                "app": {"id": APP_USER, "name": "Freddy Connect", "is_installed": store.is_installed},
                "channels": [*channels, {"id": store.dm_of(me.id), "name": "Freddy Connect", "kind": "dm"}],
                "command": {
                    "name": store.app.command,
                    "description": "Connect a tool to your organization's assistant",
                    "usage_hint": store.app.usage_hint,
                },
                "faults": [asdict(fault) for fault in self._faults.choices],
                "fault": self._faults.current,
                "fault_note": self._faults.note,
                "messages": [message.shown() for message in store.seen_by(me.id)],
                "home": home.shown() if home else None,
                "modal": modal.shown() if modal else None,
                "modal_errors": store.views.errors_of(me.id),
                "shortcuts": [asdict(shortcut) for shortcut in store.app.shortcuts],
            }
        )

    async def _stream(self, request: Request) -> Response:
        user_id = request.query_params.get("user", "")
        if user_id not in self._store.people:
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
