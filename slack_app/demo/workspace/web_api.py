"""Slack's Web API, as far as the app and its tests use it: https://docs.slack.dev/reference/methods"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from slack_app.demo.workspace.blocks import are_valid
from slack_app.demo.workspace.interactions import Where, described_view
from slack_app.demo.workspace.requests_to_app import BOT_ID, described
from slack_app.demo.workspace.room import APP_USER, Call, Message, SlackTrouble
from slack_app.demo.workspace.views import View, ViewError

if TYPE_CHECKING:
    from slack_app.demo.workspace.stand_in import Workspace

SCOPES = "commands,chat:write,im:history,users:read"
LONGEST_TEXT = 40_000
"""https://docs.slack.dev/reference/methods/chat.postMessage#truncating: beyond this it is refused here, not cut."""
Arguments = dict[str, Any]


class ApiError(Exception):
    """An answer with `ok: false`; the argument is the error's name."""


class WebApi:
    """The methods of one workspace."""

    def __init__(self, workspace: Workspace, bot_token: str, app_token: str, ticket: Callable[[], str]) -> None:
        self._workspace = workspace
        self._ticket = ticket
        self._tokens = {bot_token: "bot", **({app_token: "app"} if app_token else {})}
        self.routes = [Route("/api/{method}", self._call, methods=["GET", "POST"])]
        self._methods: dict[str, Callable[[Arguments], Arguments]] = {
            "api.test": self._test,
            "auth.test": self._auth_test,
            "apps.connections.open": self._open_connection,
            "chat.postMessage": self._post_message,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "conversations.open": self._open_conversation,
            "users.info": self._user_info,
            "views.open": self._open_view,
            "views.push": self._push_view,
            "views.publish": self._publish_view,
            "views.update": self._update_view,
        }

    async def _call(self, request: Request) -> Response:
        workspace, method = self._workspace, request.path_params["method"]
        peer = f"{request.client.host}:{request.client.port}" if request.client else ""
        body = await request.body()
        try:
            arguments, error = _arguments(request, body), ""
        except ApiError as exc:
            arguments, error = {}, str(exc)
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or arguments.pop("token", "")
        workspace.calls.append(Call(method, arguments, peer, workspace.clock()))
        await asyncio.sleep(workspace.delay)
        if workspace.slack_trouble is SlackTrouble.DOWN:
            return JSONResponse({"ok": False, "error": "service_unavailable"}, 503)
        if workspace.slack_trouble is SlackTrouble.RATE_LIMITED:
            return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "2"})
        try:
            self._check_token(method, token)
            if error:
                raise ApiError(error)
            answer = {"ok": True, **self._methods[method](arguments)}
        except (ApiError, ViewError) as exc:
            answer = {"ok": False, "error": str(exc)}
        return JSONResponse(answer, headers={"x-oauth-scopes": SCOPES})

    def _check_token(self, method: str, token: str) -> None:
        if method not in self._methods:
            raise ApiError("unknown_method")
        if method == "api.test":
            return
        if not token:
            raise ApiError("not_authed")
        if token not in self._tokens:
            raise ApiError("invalid_auth")
        if (method == "apps.connections.open") is not (self._tokens[token] == "app"):
            raise ApiError("not_allowed_token_type")

    def _test(self, arguments: Arguments) -> Arguments:
        if "error" in arguments:
            raise ApiError(arguments["error"])
        return {"args": arguments}

    def _auth_test(self, _arguments: Arguments) -> Arguments:
        return {
            "url": "https://freddy-demo.slack.com/",
            "team": "Freddy Demo",
            "user": "freddy_connect",
            "team_id": self._workspace.team_id,
            "user_id": APP_USER,
            "bot_id": BOT_ID,
            "is_enterprise_install": False,
            **({"enterprise_id": self._workspace.enterprise_id} if self._workspace.enterprise_id else {}),
        }

    def _open_connection(self, _arguments: Arguments) -> Arguments:
        return {"url": f"{self._workspace.base_url.replace('http', 'ws', 1)}/socket?ticket={self._ticket()}"}

    def _channel(self, arguments: Arguments) -> str:
        """Give the conversation: a person's id means their direct message with the app."""
        channel = str(arguments.get("channel", ""))
        if channel in self._workspace.room.people:
            return self._workspace.dm_of(channel)
        if not self._workspace.room.knows(channel):
            raise ApiError("channel_not_found")
        return channel

    def _content(self, arguments: Arguments) -> tuple[str, list[dict[str, Any]]]:
        blocks, text = arguments.get("blocks") or [], str(arguments.get("text") or "")
        if isinstance(blocks, str):
            try:
                blocks = json.loads(blocks)
            except ValueError:
                raise ApiError("invalid_blocks_format") from None
        if not are_valid(blocks):
            raise ApiError("invalid_blocks")
        if not text and not blocks:
            raise ApiError("no_text")
        if len(text) > LONGEST_TEXT:
            raise ApiError("msg_too_long")
        return text, blocks

    def _post_message(self, arguments: Arguments) -> Arguments:
        channel = self._channel(arguments)
        if self._workspace.slack_trouble is SlackTrouble.DM_CLOSED and channel.startswith("D"):
            raise ApiError("messages_tab_disabled")
        text, blocks = self._content(arguments)
        message = self._workspace.post_as_app(channel, text, blocks, via="chat.postMessage", fields=arguments)
        return {"channel": channel, "ts": message.ts, "message": described(message, self._workspace.team_id)}

    def _post_ephemeral(self, arguments: Arguments) -> Arguments:
        channel, user_id = self._channel(arguments), str(arguments.get("user", ""))
        if user_id not in self._workspace.room.people:
            raise ApiError("user_not_in_channel")
        text, blocks = self._content(arguments)
        message = self._workspace.post_as_app(
            channel, text, blocks, via="chat.postEphemeral", ephemeral_to=user_id, fields=arguments
        )
        return {"message_ts": message.ts}

    def _update(self, arguments: Arguments) -> Arguments:
        message = self._own_message(arguments, "cant_update_message")
        text, blocks = self._content(arguments)
        self._workspace.room.change(message, text, blocks, via="chat.update", fields=arguments)
        shown = described(message, self._workspace.team_id)
        return {"channel": message.channel_id, "ts": message.ts, "text": text, "message": shown}

    def _delete(self, arguments: Arguments) -> Arguments:
        message = self._own_message(arguments, "cant_delete_message")
        self._workspace.room.remove(message)
        return {"channel": message.channel_id, "ts": message.ts}

    def _own_message(self, arguments: Arguments, otherwise: str) -> Message:
        """Give the message that is to be changed; private ones can only be through their response URL."""
        channel, ts = str(arguments.get("channel", "")), str(arguments.get("ts", ""))
        if not self._workspace.room.knows(channel):
            raise ApiError("channel_not_found")  # a person's id too: only posting takes it for a conversation
        message = self._workspace.room.find(channel, ts)
        if message is None or message.ephemeral_to:
            raise ApiError("message_not_found")
        if message.user_id != APP_USER:
            raise ApiError(otherwise)
        return message

    def _open_conversation(self, arguments: Arguments) -> Arguments:
        users = arguments.get("users", "")
        user_id = ",".join(users) if isinstance(users, list) else str(users)
        if user_id not in self._workspace.room.people:
            raise ApiError("user_not_found")
        return {"no_op": True, "already_open": True, "channel": {"id": self._workspace.dm_of(user_id)}}

    def _open_view(self, arguments: Arguments) -> Arguments:
        """https://docs.slack.dev/reference/methods/views.open"""
        return self._described(self._workspace.views.open(str(arguments.get("trigger_id", "")), _view(arguments)))

    def _push_view(self, arguments: Arguments) -> Arguments:
        trigger_id = str(arguments.get("trigger_id", ""))
        return self._described(self._workspace.views.open(trigger_id, _view(arguments), is_pushed=True))

    def _publish_view(self, arguments: Arguments) -> Arguments:
        """https://docs.slack.dev/reference/methods/views.publish"""
        user_id = str(arguments.get("user_id", ""))
        if user_id not in self._workspace.room.people:
            raise ApiError("user_not_found")
        return self._described(self._workspace.views.publish(user_id, _view(arguments), arguments.get("hash")))

    def _update_view(self, arguments: Arguments) -> Arguments:
        """https://docs.slack.dev/reference/methods/views.update"""
        view_id = str(arguments.get("view_id", ""))
        return self._described(self._workspace.views.update(view_id, _view(arguments), arguments.get("hash")))

    def _described(self, view: View) -> Arguments:
        return {"view": described_view(Where(self._workspace.team_id, self._workspace.enterprise_id), view)}

    def _user_info(self, arguments: Arguments) -> Arguments:
        person = self._workspace.room.people.get(str(arguments.get("user", "")))
        if person is None:
            raise ApiError("user_not_found")
        return {
            "user": {
                "id": person.id,
                "team_id": self._workspace.team_id,
                "name": person.name.lower(),
                "real_name": person.full_name,
                "deleted": False,
                "is_bot": False,
                "is_restricted": False,
                "is_admin": False,
            }
        }


def _view(arguments: Arguments) -> object:
    """Give the view, which may come as JSON in a form's field."""
    view = arguments.get("view")
    if not isinstance(view, str):
        return view
    try:
        return json.loads(view)
    except ValueError:
        raise ApiError("invalid_arguments") from None


def _arguments(request: Request, body: bytes) -> Arguments:
    """Read the arguments, from JSON or a form: https://docs.slack.dev/apis/web-api/#evaluating"""
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            arguments = json.loads(body or b"{}")
        except ValueError:
            raise ApiError("invalid_json") from None
        if not isinstance(arguments, dict):
            raise ApiError("json_not_object")
        return arguments
    return {**request.query_params, **dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))}
