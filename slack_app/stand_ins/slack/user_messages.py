"""What people type: messages and slash commands, and what Slack itself says to them about it."""

from __future__ import annotations

from typing import Any

from slack_app.stand_ins.slack.app_client import AppClient
from slack_app.stand_ins.slack.blocks import are_valid
from slack_app.stand_ins.slack.commands import command_payload
from slack_app.stand_ins.slack.events import message_event
from slack_app.stand_ins.slack.model import SLACKBOT, Ack, Message
from slack_app.stand_ins.slack.response_urls import ResponseUrls
from slack_app.stand_ins.slack.store import Store
from slack_app.stand_ins.slack.typed import as_sent, escaped


class UserMessages:
    """What the people of one workspace type."""

    def __init__(self, store: Store, client: AppClient, response_urls: ResponseUrls) -> None:
        self._store = store
        self._client = client
        self._response_urls = response_urls

    def say(self, user_id: str, channel_id: str, text: str, *, thread_ts: str = "", subtype: str = "") -> None:
        """Post what a person wrote; a slash at the very beginning makes it a command.

        `thread_ts` is the message that it replies to; `subtype` is `file_share` for one with a file,
        `thread_broadcast` for a reply that is shown in the conversation, too, and `me_message` for a `/me`.
        """
        word, *rest = text.split(maxsplit=1) if text.startswith("/") else [""]
        app, is_installed = self._store.app, self._store.is_installed
        if word == app.command and is_installed:
            self.type_command(user_id=user_id, channel_id=channel_id, text="".join(rest).strip())
        elif word:
            notice = (
                f"{escaped(word)} is not a valid command. In Slack, all messages that start with the “/” character "
                "are interpreted as commands."
            )
            if is_installed:
                notice += f" Here, {app.command} is one: try {app.command} {app.usage_hint}"
            self._notify(user_id, channel_id, notice)
        else:
            message = self._store.post(
                channel_id=channel_id,
                user_id=user_id,
                text=as_sent(text),
                blocks=[],
                via="person",
                thread_ts=thread_ts,
                subtype=subtype,
            )
            if channel_id == self._store.dm_of(user_id) and is_installed:
                self.deliver(message)

    def type_command(self, *, user_id: str, channel_id: str, text: str) -> Ack:
        """Type the command with this text; returns the app's acknowledgement, which is shown too."""
        store = self._store
        response_url = self._response_urls.issue(user_id, channel_id)
        payload = command_payload(
            store.team,
            person=store.people[user_id],
            channel_id=channel_id,
            channel_name=store.channel_name(channel_id),
            command=store.app.command,
            text=text,
            response_url=response_url,
            trigger_id=store.issue_trigger(user_id),
        )
        ack = self._client.send_command(payload)
        content = ack.body if isinstance(ack.body, dict) else {"text": ack.body}
        error = ack.error if are_valid(content.get("blocks") or []) else "dispatch_failed"
        if error:
            self._notify(user_id, channel_id, f'{store.app.command} failed with the error "{error}"')
        elif content.get("text") or content.get("blocks"):
            self._response_urls.show_ack(response_url, content)
        return ack

    def deliver(self, message: Message, **envelope: Any) -> Ack:
        """Tell the app of a message in a direct message with it; `envelope` puts other values into the event's."""
        event = message_event(self._store.team, message, self._store.clock())
        return self._client.send_event({**event, **envelope})

    def _notify(self, user_id: str, channel_id: str, text: str) -> None:
        """Tell one person something, as Slack itself does."""
        self._store.post(
            channel_id=channel_id, user_id=SLACKBOT, text=text, blocks=[], via="slack", ephemeral_to=user_id
        )
