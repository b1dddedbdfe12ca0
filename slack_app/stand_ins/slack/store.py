"""What one workspace of Slack remembers: people, conversations, messages, views, tokens, and the app's calls."""

from __future__ import annotations

import itertools
import secrets
import threading
from collections.abc import Callable, Sequence
from typing import Any

from slack_app.stand_ins.slack.errors import Refusals
from slack_app.stand_ins.slack.installations import Grant, Installations
from slack_app.stand_ins.slack.model import APP_USER, AppConfig, Call, Message, Person, SlackFault
from slack_app.stand_ins.slack.team import Naming, Team
from slack_app.stand_ins.slack.views import Views

Listener = Callable[[str, dict[str, Any], Callable[[str], bool]], None]
"""Told of each change: the event's name, its data, and which person may know of it."""
_numbers = itertools.count(1)


class Store:
    """The state of one workspace; safe to use from any thread.

    `base_url` is where the stand-in is served, set when it is known; `workspaces` are all of the same Slack, this one
    among them. `fault` is what goes wrong now, `refusals` which methods say no, `delay` comes before every answer of
    the Web API, in seconds, and `ack_delay` before the answer to a submission is applied.
    `command_urls_replace` plays the other reading of Slack's documents (response_urls.py), `response_url_status` is
    what response URLs answer instead of doing anything.
    `naming` is how payloads name people and places. `lists_roles`: users.list tells an organization's token the roles
    in the workspace, which Slack nowhere says.
    """

    def __init__(
        self,
        *,
        team_id: str,
        enterprise_id: str | None,
        name: str,
        people: Sequence[Person],
        app: AppConfig,
        clock: Callable[[], float],
    ) -> None:
        self.team_id, self.enterprise_id, self.name = team_id, enterprise_id, name
        self.people = {person.id: person for person in people}
        self.channels = {"C0GENERAL": "general", "C0DESIGN": "design"}
        self.app = app
        self.clock = clock
        self.base_url = ""
        self.workspaces: list[Store] = [self]
        self.installations = Installations(clock)
        self.views = Views(clock, self.tell, self.people)
        self.calls: list[Call] = []
        self.fault = SlackFault.NONE
        self.naming = Naming()
        self.lists_roles = True
        self.command_urls_replace = False
        self.response_url_status: int | None = None
        self.refusals = Refusals(clock)
        self.delay = self.ack_delay = 0.0
        self.socket_tickets: set[str] = set()
        self.listeners: list[Listener] = []
        self._messages: list[Message] = []
        self._lock = threading.RLock()
        self._count = 0

    @property
    def team(self) -> Team:
        """Return the workspace as payloads describe it."""
        grant = self.installations.current()
        is_org_wide = grant is not None and grant.is_org_wide
        return Team(self.team_id, self.enterprise_id, self.name, is_org_wide, self.naming)

    @property
    def is_installed(self) -> bool:
        """Return whether the app is installed here."""
        return self.installations.current() is not None

    def install(self, grant: Grant) -> None:
        """Store a token for the app."""
        self.installations.add(grant)
        self._tell_installed()

    def uninstall(self) -> None:
        """Revoke the app's tokens; an app of the whole organization is gone from all of its workspaces."""
        self.installations.revoke()
        for workspace in self.workspaces:
            workspace._tell_installed()

    def issue_trigger(self, user_id: str, *, is_of_submission: bool = False) -> str:
        """Make a trigger id for something that the person does; it opens one modal, for three seconds."""
        trigger_id = f"{next(_numbers)}.{self.team_id}.{secrets.token_hex(16)}"
        return self.views.issue_trigger(trigger_id, user_id, is_of_submission=is_of_submission)

    def issue_socket_ticket(self) -> str:
        """Make a ticket for one connection: https://docs.slack.dev/reference/methods/apps.connections.open"""
        ticket = secrets.token_hex(16)
        self.socket_tickets.add(ticket)
        return ticket

    def all_messages(self) -> list[Message]:
        """Return every message, in order, removed ones too."""
        with self._lock:
            return list(self._messages)

    def channel_name(self, channel_id: str) -> str:
        """Return the name that Slack's payloads carry."""
        return self.channels.get(channel_id, "directmessage")

    def dm_of(self, user_id: str) -> str:
        """Return the id of the person's direct message with the app."""
        return f"D0{user_id[2:]}"

    def has_channel(self, channel_id: str) -> bool:
        """Return whether there is such a conversation."""
        return channel_id in self.channels or any(channel_id == self.dm_of(user_id) for user_id in self.people)

    def can_see(self, user_id: str, message: Message) -> bool:
        """Return whether the person sees the message."""
        if message.ephemeral_to is not None:
            return user_id == message.ephemeral_to
        return message.channel_id in self.channels or message.channel_id == self.dm_of(user_id)

    def seen_by(self, user_id: str) -> list[Message]:
        """Return everything that the person sees, in order."""
        with self._lock:
            return [m for m in self._messages if not m.deleted and self.can_see(user_id, m)]

    def find(self, channel_id: str, ts: str) -> Message | None:
        """Return the message with this timestamp, unless it was removed."""
        with self._lock:
            found = (m for m in self._messages if (m.channel_id, m.ts, m.deleted) == (channel_id, ts, False))
            return next(found, None)

    def post(self, **facts: Any) -> Message:
        """Add a message; the facts are Message's fields but `id` and `ts`."""
        with self._lock:
            self._count += 1
            ts = f"{int(self.clock())}.{self._count:06d}"
            message = Message(id=f"m{self._count}", ts=ts, **facts)
            self._messages.append(message)
            self._tell_message("message", message)
        return message

    def post_as_app(self, channel_id: str, text: str, blocks: list[dict[str, Any]], **facts: Any) -> Message:
        """Add a message of the app's."""
        return self.post(channel_id=channel_id, user_id=APP_USER, text=text, blocks=blocks, **facts)

    def change(
        self, message: Message, text: str, blocks: list[dict[str, Any]], *, via: str, fields: dict[str, Any]
    ) -> None:
        """Put other content into a message, in its place; a private one is not marked as edited."""
        with self._lock:
            message.text, message.blocks, message.via, message.fields = text, blocks, via, fields
            message.is_edited = message.ephemeral_to is None
            self._tell_message("message", message)

    def remove(self, message: Message) -> None:
        """Remove a message."""
        with self._lock:
            message.deleted = True
            self._tell_message("removed", message)

    def tell(self, event: str, data: dict[str, Any], is_for: Callable[[str], bool]) -> None:
        """Tell the listeners of a change."""
        for listener in list(self.listeners):
            listener(event, data, is_for)

    def _tell_message(self, event: str, message: Message) -> None:
        # Under the lock: listeners must hear of changes in the order in which they were made.
        data = message.shown() if event == "message" else {"id": message.id}
        self.tell(event, data, lambda user_id: self.can_see(user_id, message))

    def _tell_installed(self) -> None:
        self.tell("installed", {"is_installed": self.is_installed}, lambda _: True)
