"""What the page posts: what a person says, presses, chooses, fills in, and which fault is to be played."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from slack_app.stand_ins.slack.model import NO_FAULT, FaultMenu
from slack_app.stand_ins.slack.store import Store
from slack_app.stand_ins.slack.user_actions import UserActions
from slack_app.stand_ins.slack.user_messages import UserMessages

Body = dict[str, Any]
Act = Callable[[Body], Awaitable[Body]]


class PageError(Exception):
    """The page asked for something that is not given: the status, and why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class PageApi:
    """The posts of one workspace's page."""

    def __init__(self, store: Store, actions: UserActions, messages: UserMessages, faults: FaultMenu) -> None:
        self._store = store
        self._actions = actions
        self._messages = messages
        self._faults = faults
        acts: dict[str, Act] = {
            "say": self._say,
            "press": self._press,
            "act": self._act,
            "suggest": self._suggest,
            "submit": self._submit,
            "close": self._close,
            "home": self._home,
            "shortcut": self._shortcut,
            "fault": self._play,
        }
        self.routes = [Route(f"/page/{name}", _post(act), methods=["POST"]) for name, act in acts.items()]

    async def _say(self, body: Body) -> Body:
        user_id, channel_id, text = self._person(body), str(body["channel_id"]), str(body["text"])
        if not (channel_id in self._store.channels or channel_id == self._store.dm_of(user_id)):
            raise PageError(404, "no such conversation of theirs")
        if text.strip():
            self._behind(self._messages.say, user_id, channel_id, text)
        return {}

    async def _press(self, body: Body) -> Body:
        user_id, message_id, action_id = str(body["user"]), str(body["message_id"]), str(body["action_id"])
        block = body.get("block_id", body.get("index"))
        return _found(await asyncio.to_thread(self._actions.press, user_id, message_id, action_id, block))

    async def _act(self, body: Body) -> Body:
        user_id, place_id = self._person(body), _place(body)
        block_id, action_id, value = str(body["block_id"]), str(body["action_id"]), body.get("value")
        values = body.get("values") or {}
        act = self._actions.act
        return _found(await asyncio.to_thread(act, user_id, place_id, block_id, action_id, value, values))

    async def _suggest(self, body: Body) -> Body:
        user_id, place_id, query = self._person(body), _place(body), str(body.get("query", ""))
        suggest = self._actions.suggest
        try:
            offered = await asyncio.to_thread(
                suggest, user_id, place_id, str(body["block_id"]), str(body["action_id"]), query
            )
        except TimeoutError:
            raise PageError(502, "the app did not answer") from None
        if offered is None:
            raise PageError(404, "this person sees no such select")
        return offered

    async def _submit(self, body: Body) -> Body:
        user_id, view_id, values = self._person(body), str(body["view_id"]), body.get("values") or {}
        return _found(await asyncio.to_thread(self._actions.submit, user_id, view_id, values))

    async def _close(self, body: Body) -> Body:
        await asyncio.to_thread(self._actions.close, self._person(body), str(body["view_id"]))
        return {}

    async def _home(self, body: Body) -> Body:
        user_id = self._person(body)
        if self._store.is_installed:
            tab = "messages" if body.get("tab") == "messages" else "home"
            self._behind(self._actions.open_home, user_id, tab)
        return {}

    async def _shortcut(self, body: Body) -> Body:
        user_id, callback_id = self._person(body), str(body["callback_id"])
        return _found(await asyncio.to_thread(self._actions.run_shortcut, user_id, callback_id))

    async def _play(self, body: Body) -> Body:
        name = str(body["name"])
        if name not in {NO_FAULT, *(fault.name for fault in self._faults.choices)}:
            raise PageError(404, "no such fault")
        await asyncio.to_thread(self._faults.play, name)
        self._faults.current = name
        self._store.tell("fault", {"name": name}, lambda _: True)
        return {}

    def _person(self, body: Body) -> str:
        user_id = str(body["user"])
        if user_id not in self._store.people:
            raise PageError(404, "no such person")
        return user_id

    def _behind(self, act: Callable[..., object], *args: object) -> None:
        """Do it in a thread of its own: the app may take three seconds, and the page is answered at once."""
        threading.Thread(target=act, args=args, daemon=True).start()


def _post(act: Act) -> Callable[[Request], Awaitable[Response]]:
    """Make a handler that takes the page's own posts only: another site's form cannot set the header."""

    async def handle(request: Request) -> Response:
        is_json = request.headers.get("content-type", "").startswith("application/json")
        try:
            if request.headers.get("x-demo") != "1" or not is_json:
                raise PageError(403, "only the page itself may post here")
            body = json.loads(await request.body())
            return JSONResponse(await act(body))
        except PageError as exc:
            return JSONResponse({"error": exc.reason}, exc.status)
        except (ValueError, KeyError, TypeError, AttributeError):
            return JSONResponse({"error": "not understood"}, 400)

    return handle


def _place(body: Body) -> str:
    place = body["place"]
    return str(place.get("message_id") or place["view_id"])


def _found(done: bool | None) -> Body:
    if done is None:
        raise PageError(404, "this person sees no such thing")
    return {"ok": done}
