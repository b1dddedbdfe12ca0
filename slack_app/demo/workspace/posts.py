"""What the page posts: what a person says, presses, chooses, fills in, and which trouble is to be played."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from slack_app.demo.workspace.stand_in import Workspace

NO_TROUBLE = "none"
Body = dict[str, Any]
Act = Callable[[Body], Awaitable[Body]]


class Refusal(Exception):
    """The page asked for something that is not given: the status, and why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Posts:
    """The posts of one workspace's page; `played` is told of each trouble that was played."""

    def __init__(self, workspace: Workspace, played: Callable[[str], None]) -> None:
        self._workspace = workspace
        self._played = played
        acts: dict[str, Act] = {
            "say": self._say,
            "press": self._press,
            "act": self._act,
            "suggest": self._suggest,
            "submit": self._submit,
            "close": self._close,
            "home": self._home,
            "shortcut": self._shortcut,
            "trouble": self._play,
        }
        self.routes = [Route(f"/page/{name}", _post(act), methods=["POST"]) for name, act in acts.items()]

    async def _say(self, body: Body) -> Body:
        user_id, channel_id, text = self._person(body), str(body["channel_id"]), str(body["text"])
        room = self._workspace.room
        if not (channel_id in room.channels or channel_id == room.dm_of(user_id)):
            raise Refusal(404, "no such conversation of theirs")
        if text.strip():
            self._behind(self._workspace.say, user_id, channel_id, text)
        return {}

    async def _press(self, body: Body) -> Body:
        user_id, message_id, action_id = str(body["user"]), str(body["message_id"]), str(body["action_id"])
        block = body.get("block_id", body.get("index"))
        return _found(await asyncio.to_thread(self._workspace.press, user_id, message_id, action_id, block))

    async def _act(self, body: Body) -> Body:
        user_id, place_id = self._person(body), _place(body)
        block_id, action_id, value = str(body["block_id"]), str(body["action_id"]), body.get("value")
        values = body.get("values") or {}
        act = self._workspace.hands.act
        return _found(await asyncio.to_thread(act, user_id, place_id, block_id, action_id, value, values))

    async def _suggest(self, body: Body) -> Body:
        user_id, place_id, query = self._person(body), _place(body), str(body.get("query", ""))
        suggest = self._workspace.hands.suggest
        try:
            offered = await asyncio.to_thread(
                suggest, user_id, place_id, str(body["block_id"]), str(body["action_id"]), query
            )
        except TimeoutError:
            raise Refusal(502, "the app did not answer") from None
        if offered is None:
            raise Refusal(404, "this person sees no such select")
        return offered

    async def _submit(self, body: Body) -> Body:
        user_id, view_id, values = self._person(body), str(body["view_id"]), body.get("values") or {}
        return _found(await asyncio.to_thread(self._workspace.hands.submit, user_id, view_id, values))

    async def _close(self, body: Body) -> Body:
        await asyncio.to_thread(self._workspace.hands.close, self._person(body), str(body["view_id"]))
        return {}

    async def _home(self, body: Body) -> Body:
        user_id = self._person(body)
        if self._workspace.is_installed:
            self._behind(self._workspace.hands.open_home, user_id)
        return {}

    async def _shortcut(self, body: Body) -> Body:
        user_id, callback_id = self._person(body), str(body["callback_id"])
        return _found(await asyncio.to_thread(self._workspace.hands.run_shortcut, user_id, callback_id))

    async def _play(self, body: Body) -> Body:
        name = str(body["name"])
        if name not in {NO_TROUBLE, *(trouble.name for trouble in self._workspace.troubles)}:
            raise Refusal(404, "no such trouble")
        await asyncio.to_thread(self._workspace.set_trouble, name)
        self._played(name)
        return {}

    def _person(self, body: Body) -> str:
        user_id = str(body["user"])
        if user_id not in self._workspace.room.people:
            raise Refusal(404, "no such person")
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
                raise Refusal(403, "only the page itself may post here")
            body = json.loads(await request.body())
            return JSONResponse(await act(body))
        except Refusal as exc:
            return JSONResponse({"error": exc.reason}, exc.status)
        except (ValueError, KeyError, TypeError, AttributeError):
            return JSONResponse({"error": "not understood"}, 400)

    return handle


def _place(body: Body) -> str:
    place = body["place"]
    return str(place.get("message_id") or place["view_id"])


def _found(done: bool | None) -> Body:
    if done is None:
        raise Refusal(404, "this person sees no such thing")
    return {"ok": done}
