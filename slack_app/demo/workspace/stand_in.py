"""The workspace itself: people type and press, the app is asked, its answers are shown."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware

from slack_app.demo.workspace.blocks import are_valid
from slack_app.demo.workspace.events import message_event, revoked_event, uninstalled_event
from slack_app.demo.workspace.hands import Hands
from slack_app.demo.workspace.hooks import Hooks
from slack_app.demo.workspace.installations import Grant, Installations
from slack_app.demo.workspace.page import Page, PageHeaders
from slack_app.demo.workspace.requests_to_app import Sender, command_payload, escaped, new_trigger_id
from slack_app.demo.workspace.room import (
    APP_USER,
    SLACKBOT,
    Ack,
    Call,
    Message,
    Person,
    Room,
    Shortcut,
    SlackTrouble,
    TroubleChoice,
)
from slack_app.demo.workspace.sockets import Sockets
from slack_app.demo.workspace.views import Views
from slack_app.demo.workspace.web_api import WebApi
from slack_app.demo.workspace.where import Where

PEOPLE = (Person("U0MAYA", "Maya", "Maya Lindqvist", "admin"), Person("U0LEON", "Leon", "Leon Okafor"))

SHORTCUTS = (Shortcut("connect_open_menu", "Connect a tool", "Connect a tool to your organization's assistant"),)


class Workspace:
    """The stand-in; its methods can be called from any thread.

    `request_url` is where the app listens (None: Socket Mode), `base_url` where the stand-in itself is served;
    both are set when they are known. `neighbours` are all workspaces of the same Slack.
    With a `bot_token` the app is installed from the start.
    """

    def __init__(
        self,
        *,
        signing_secret: str,
        bot_token: str,
        app_token: str = "",
        request_url: str | None = None,
        clock: Callable[[], float] = time.time,
        people: Sequence[Person] = PEOPLE,
        name: str = "Freddy Demo",
        team_id: str = "T0DEMO",
        enterprise_id: str | None = None,
        command: str = "/connect",
        usage_hint: str = "github",
        shortcuts: Sequence[Shortcut] = SHORTCUTS,
        troubles: Sequence[TroubleChoice] = (),
        set_trouble: Callable[[str], object] = lambda _: None,
    ) -> None:
        self.name, self.team_id, self.enterprise_id = name, team_id, enterprise_id
        self.command, self.usage_hint = command, usage_hint
        self.troubles, self.set_trouble = list(troubles), set_trouble
        self.request_url, self.base_url = request_url, ""
        self.clock = clock
        self.calls: list[Call] = []
        self.slack_trouble = SlackTrouble.NONE
        self.delay = 0.0
        self.shortcuts = list(shortcuts)
        self.neighbours: list[Workspace] = [self]
        self.installations = Installations(clock)
        if bot_token:
            self.installations.add(Grant(bot_token))
        self.app_token = app_token
        self.room = Room(people, clock)
        self.views = Views(clock, self.room.tell, self.room.people)
        self.hands = Hands(self)
        self._sender = Sender(signing_secret, clock)
        self._hooks = Hooks(self)
        self._sockets = Sockets()
        self._page = Page(self)
        api = WebApi(self, self._sockets.ticket)
        self.app = Starlette(
            routes=[*api.routes, *self._hooks.routes, *self._sockets.routes, *self._page.routes],
            middleware=[Middleware(PageHeaders)],
        )

    @property
    def messages(self) -> list[Message]:
        """Every message, in order, removed ones too."""
        return self.room.everything()

    @property
    def is_socket_connected(self) -> bool:
        """Say whether an app listens in Socket Mode."""
        return self._sockets.is_connected

    @property
    def is_installed(self) -> bool:
        """Say whether the app is installed here."""
        return self.installations.current() is not None

    @property
    def where(self) -> Where:
        """Give what the payloads say of the workspace."""
        grant = self.installations.current()
        is_org_wide = grant is not None and grant.is_org_wide
        return Where(self.team_id, self.enterprise_id, self.name, is_org_wide)

    def install(self, grant: Grant) -> None:
        """Give the app a token."""
        self.installations.add(grant)
        self.tell_installed()

    def tell_installed(self) -> None:
        """Let the page know whether the app is here."""
        self.room.tell("installed", {"is_installed": self.is_installed}, lambda _: True)

    def uninstall(self) -> None:
        """Take the app's tokens away, and tell it; an app of the whole organization is gone from all of it."""
        where = self.where
        self.installations.revoke()
        for workspace in self.neighbours:
            workspace.tell_installed()
        team_id = None if where.is_org_wide else self.team_id
        facts = {"team_id": team_id, "enterprise_id": self.enterprise_id}
        for told in (revoked_event, uninstalled_event):
            self.send_event(told(at=self.clock(), **facts))

    def knows_ticket(self, ticket: str) -> bool:
        """Say whether the ticket opens a connection in Socket Mode."""
        return self._sockets.knows(ticket)

    def end_streams(self) -> None:
        """Let every open page go; call it before the server stops, or uvicorn cancels them with a traceback."""
        self._page.end_streams()

    def dm_of(self, user_id: str) -> str:
        """Give the id of the person's direct message with the app."""
        return self.room.dm_of(user_id)

    def messages_in(self, channel_id: str, seen_by: str) -> list[Message]:
        """Give what the person sees there, in order."""
        return [message for message in self.room.seen_by(seen_by) if message.channel_id == channel_id]

    def type_command(self, *, user_id: str, channel_id: str, text: str) -> Ack:
        """Type the command with this text; gives the app's acknowledgement, which is shown too."""
        response_url = self._hooks.issue(user_id, channel_id)
        payload = command_payload(
            self.where,
            person=self.room.people[user_id],
            channel_id=channel_id,
            channel_name=self.room.channel_name(channel_id),
            command=self.command,
            text=text,
            response_url=response_url,
            trigger_id=self.issue_trigger(user_id),
        )
        ack = self.ask("slash_commands", payload, payload)
        content = ack.body if isinstance(ack.body, dict) else {"text": ack.body}
        error = ack.error if are_valid(content.get("blocks") or []) else "dispatch_failed"
        if error:
            self._notify(user_id, channel_id, f'{self.command} failed with the error "{error}"')
        elif content.get("text") or content.get("blocks"):
            self._hooks.show_ack(response_url, content)
        return ack

    def press(self, user_id: str, message_id: str, action_id: str, block: str | int | None = None) -> bool | None:
        """Press a button; None when this person sees no such button, else whether the app acknowledged.

        `block` (its id or its place) is needed only where several blocks have a button of that name.
        """
        return self.hands.press(user_id, message_id, action_id, block)

    def ask(self, kind: str, payload: dict[str, Any], form: dict[str, Any]) -> Ack:
        """Send a command or an interaction to the app; gives its answer."""
        if self.request_url:
            return self._sender.send(self.request_url, form)
        return self._sockets.ask(kind, payload)

    def send_event(self, envelope: dict[str, Any]) -> Ack:
        """Send an event to the app; gives its answer."""
        if self.request_url:
            return self._sender.send_event(self.request_url, envelope)
        return self._sockets.ask("events_api", envelope)

    def issue_response_url(self, user_id: str, message: Message) -> str:
        """Make a response URL for something that the person does in a message."""
        return self._hooks.issue(user_id, message.channel_id, message)

    def issue_trigger(self, user_id: str) -> str:
        """Make a trigger id for something that the person does."""
        return self.views.issue_trigger(new_trigger_id(self.team_id), user_id)

    def _notify(self, user_id: str, channel_id: str, text: str) -> None:
        """Tell one person something, as Slack itself does."""
        self.room.post(channel_id=channel_id, user_id=SLACKBOT, text=text, blocks=[], via="slack", ephemeral_to=user_id)

    def say(self, user_id: str, channel_id: str, text: str) -> None:
        """Post what a person wrote; a slash at the very beginning makes it a command."""
        word, *rest = text.split(maxsplit=1) if text.startswith("/") else [""]
        if word == self.command and self.is_installed:
            self.type_command(user_id=user_id, channel_id=channel_id, text="".join(rest).strip())
        elif word:
            notice = (
                f"{escaped(word)} is not a valid command. In Slack, all messages that start with the “/” character "
                "are interpreted as commands."
            )
            if self.is_installed:
                notice += f" Here, {self.command} is one: try {self.command} {self.usage_hint}"
            self._notify(user_id, channel_id, notice)
        else:
            message = self.room.post(
                channel_id=channel_id, user_id=user_id, text=escaped(text), blocks=[], via="person"
            )
            if channel_id == self.dm_of(user_id) and self.is_installed:
                self.deliver(message)

    def deliver(self, message: Message, **envelope: Any) -> Ack:
        """Tell the app of a message in a direct message with it; `envelope` puts other values into the event's."""
        return self.send_event({**message_event(self.where, message, self.clock()), **envelope})

    def post_as_app(self, channel_id: str, text: str, blocks: list[dict[str, Any]], **facts: Any) -> Message:
        """Post a message of the app's."""
        return self.room.post(channel_id=channel_id, user_id=APP_USER, text=text, blocks=blocks, **facts)
