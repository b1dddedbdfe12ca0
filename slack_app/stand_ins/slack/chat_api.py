"""The methods that post, change and delete messages, and that open a conversation.

https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_app.stand_ins.slack.arguments import Arguments, blocks_in
from slack_app.stand_ins.slack.blocks import are_valid
from slack_app.stand_ins.slack.errors import ApiError
from slack_app.stand_ins.slack.model import APP_USER, Message, SlackFault
from slack_app.stand_ins.slack.objects import message_object
from slack_app.stand_ins.slack.store import Store

LONGEST_TEXT = 40_000
"""https://docs.slack.dev/reference/methods/chat.postMessage#truncating: beyond this it is refused here, not cut."""
LONGEST_EDIT = 4_000
"""https://docs.slack.dev/reference/methods/chat.update#errors"""


class ChatApi:
    """What the app may say in one workspace."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.methods: dict[str, Callable[[Arguments], Arguments]] = {
            "chat.postMessage": self._post_message,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "conversations.open": self._open_conversation,
        }

    def _channel(self, arguments: Arguments) -> str:
        """Return the conversation: a person's id means their direct message with the app."""
        channel = str(arguments.get("channel", ""))
        if channel in self._store.people:
            return self._store.dm_of(channel)
        if not self._store.has_channel(channel):
            raise ApiError("channel_not_found")
        return channel

    def _content(self, arguments: Arguments, longest: int = LONGEST_TEXT) -> tuple[str, list[dict[str, Any]]]:
        blocks, text = blocks_in(arguments), str(arguments.get("text") or "")
        if not are_valid(blocks):
            raise ApiError("invalid_blocks")
        if not text and not blocks:
            raise ApiError("no_text")
        if len(text) > longest:
            raise ApiError("msg_too_long")
        return text, blocks

    def _post_message(self, arguments: Arguments) -> Arguments:
        channel = self._channel(arguments)
        if self._store.fault is SlackFault.DM_CLOSED and channel.startswith("D"):
            raise ApiError("messages_tab_disabled")
        text, blocks = self._content(arguments)
        thread_ts = str(arguments.get("thread_ts") or "")
        if thread_ts and self._store.find(channel, thread_ts) is None:
            raise ApiError("thread_not_found")
        message = self._store.post_as_app(
            channel, text, blocks, via="chat.postMessage", fields=arguments, thread_ts=thread_ts
        )
        return {"channel": channel, "ts": message.ts, "message": message_object(message, self._store.team_id)}

    def _post_ephemeral(self, arguments: Arguments) -> Arguments:
        channel, user_id = self._channel(arguments), str(arguments.get("user", ""))
        if user_id not in self._store.people:
            raise ApiError("user_not_in_channel")
        text, blocks = self._content(arguments)
        message = self._store.post_as_app(
            channel, text, blocks, via="chat.postEphemeral", ephemeral_to=user_id, fields=arguments
        )
        return {"message_ts": message.ts}

    def _update(self, arguments: Arguments) -> Arguments:
        message = self._own_message(arguments, "cant_update_message")
        if message.is_locked:
            raise ApiError("edit_window_closed")
        text, blocks = self._content(arguments, LONGEST_EDIT)
        self._store.change(message, text, blocks, via="chat.update", fields=arguments)
        shown = message_object(message, self._store.team_id)
        return {"channel": message.channel_id, "ts": message.ts, "text": text, "message": shown}

    def _delete(self, arguments: Arguments) -> Arguments:
        message = self._own_message(arguments, "cant_delete_message")
        self._store.remove(message)
        return {"channel": message.channel_id, "ts": message.ts}

    def _own_message(self, arguments: Arguments, otherwise: str) -> Message:
        """Return the message that is to be changed; private ones can only be through their response URL."""
        channel, ts = str(arguments.get("channel", "")), str(arguments.get("ts", ""))
        if not self._store.has_channel(channel):
            raise ApiError("channel_not_found")  # a person's id too: only posting takes it for a conversation
        message = self._store.find(channel, ts)
        if message is None or message.ephemeral_to:
            raise ApiError("message_not_found")
        if message.user_id != APP_USER:
            raise ApiError(otherwise)
        return message

    def _open_conversation(self, arguments: Arguments) -> Arguments:
        users = arguments.get("users", "")
        user_id = ",".join(users) if isinstance(users, list) else str(users)
        if user_id not in self._store.people:
            raise ApiError("user_not_found")
        return {"no_op": True, "already_open": True, "channel": {"id": self._store.dm_of(user_id)}}
