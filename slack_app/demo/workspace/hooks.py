"""Response URLs: five uses within thirty minutes, and what may be done with them.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses

An answer can overtake the acknowledgement that it replaces: the app may be faster than our own reading of its
acknowledgement. Then the acknowledgement is not shown any more.
"""

from __future__ import annotations

import json
import secrets
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from slack_app.demo.workspace.blocks import are_valid
from slack_app.demo.workspace.room import Call, Message, SlackTrouble

if TYPE_CHECKING:
    from slack_app.demo.workspace.stand_in import Workspace

USES = 5
LIFE_SECONDS = 1800.0


@dataclass(slots=True)
class Hook:
    """One response URL; `original` is what it would replace or delete."""

    user_id: str
    channel_id: str
    issued_at: float
    original: Message | None = None
    uses: int = 0
    is_overtaken: bool = False


class Refusal(Exception):
    """Slack does not take it: the status, and the error's name."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status, self.error = status, error


class Hooks:
    """The response URLs of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._hooks: dict[str, Hook] = {}
        self._lock = threading.Lock()
        self.routes = [Route("/commands/{path:path}", self._respond, methods=["POST"])]

    def issue(self, user_id: str, channel_id: str, original: Message | None = None) -> str:
        """Make a response URL for one interaction of the person's."""
        path = f"{self._workspace.team_id}/{secrets.randbelow(10**12)}/{secrets.token_urlsafe(18)}"
        self._hooks[path] = Hook(user_id, channel_id, self._workspace.clock(), original)
        return f"{self._workspace.base_url}/commands/{path}"

    def show_ack(self, response_url: str, content: dict[str, Any]) -> None:
        """Show the acknowledgement of a command."""
        hook = self._hooks[response_url.partition("/commands/")[2]]
        with self._lock:
            if not hook.is_overtaken:
                hook.original = self._post(hook, content, "ack")

    async def _respond(self, request: Request) -> Response:
        workspace = self._workspace
        peer = f"{request.client.host}:{request.client.port}" if request.client else ""
        try:
            body = json.loads(await request.body())
        except ValueError:
            body = None
        workspace.calls.append(Call("response_url", body if isinstance(body, dict) else {}, peer, workspace.clock()))
        if workspace.slack_trouble is SlackTrouble.DOWN:
            return PlainTextResponse("", 503)
        hook = self._hooks.get(request.path_params["path"])
        if hook is None or workspace.slack_trouble is SlackTrouble.HOOKS_GONE:
            return PlainTextResponse("no_service", 404)
        try:
            with self._lock:
                self._use(hook, body)
        except Refusal as exc:
            return JSONResponse({"ok": False, "error": exc.error}, exc.status)
        return PlainTextResponse("ok")

    def _use(self, hook: Hook, body: object) -> None:
        if self._workspace.clock() > hook.issued_at + LIFE_SECONDS:
            raise Refusal(404, "expired_url")
        if hook.uses >= USES:
            raise Refusal(404, "used_url")
        if not isinstance(body, dict):
            raise Refusal(400, "invalid_payload")
        if not are_valid(body.get("blocks") or []):
            raise Refusal(400, "invalid_blocks")
        if not (body.get("text") or body.get("blocks") or body.get("delete_original")):
            raise Refusal(400, "no_text")
        hook.uses += 1
        self._apply(hook, body)

    def _apply(self, hook: Hook, body: dict[str, Any]) -> None:
        standing = hook.original if hook.original and not hook.original.deleted else None
        is_about_original = bool(body.get("delete_original") or body.get("replace_original"))
        hook.is_overtaken = hook.is_overtaken or (is_about_original and hook.original is None)
        if body.get("delete_original"):
            if standing:
                self._workspace.room.remove(standing)
        elif body.get("replace_original") and standing:
            self._workspace.room.change(
                standing, body.get("text", ""), body.get("blocks") or [], via="response_url", fields=body
            )
        else:
            message = self._post(hook, body, "response_url")
            hook.original = message if hook.is_overtaken and hook.original is None else hook.original

    def _post(self, hook: Hook, body: dict[str, Any], via: str) -> Message:
        is_private = body.get("response_type", "ephemeral") == "ephemeral"
        return self._workspace.post_as_app(
            hook.channel_id,
            body.get("text", ""),
            body.get("blocks") or [],
            via=via,
            ephemeral_to=hook.user_id if is_private else None,
            fields=body,
        )
