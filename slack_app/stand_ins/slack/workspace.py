"""One workspace of Slack, put together: its state, its people, its page, and the API that the app calls."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware

from slack_app.stand_ins.slack.app_client import AppClient
from slack_app.stand_ins.slack.errors import Refusals
from slack_app.stand_ins.slack.events import access_event, revoked_event, uninstalled_event
from slack_app.stand_ins.slack.installations import Grant, Installations
from slack_app.stand_ins.slack.model import (
    Ack,
    AppConfig,
    Call,
    FaultChoice,
    FaultMenu,
    Message,
    Person,
    Shortcut,
    SlackFault,
)
from slack_app.stand_ins.slack.page import Page
from slack_app.stand_ins.slack.page_api import PageApi
from slack_app.stand_ins.slack.page_headers import PageHeaders
from slack_app.stand_ins.slack.response_url_api import ResponseUrlApi
from slack_app.stand_ins.slack.response_urls import ResponseUrls
from slack_app.stand_ins.slack.socket_mode import SocketMode
from slack_app.stand_ins.slack.store import Store
from slack_app.stand_ins.slack.team import Team
from slack_app.stand_ins.slack.user_actions import UserActions
from slack_app.stand_ins.slack.user_messages import UserMessages
from slack_app.stand_ins.slack.views import Views
from slack_app.stand_ins.slack.web_api import WebApi

PEOPLE = (Person("U0MAYA", "Maya", "Maya Lindqvist", "admin"), Person("U0LEON", "Leon", "Leon Okafor"))
SHORTCUTS = (Shortcut("connect_open_menu", "Connect a tool", "Connect a tool to your organization's assistant"),)


class Workspace:
    """The stand-in; its methods can be called from any thread.

    `request_url` is where the app listens (None: Socket Mode), `base_url` where the stand-in itself is served;
    both are set when they are known. With a `bot_token` the app is installed from the start.
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
        faults: Sequence[FaultChoice] = (),
        play_fault: Callable[[str], object] = lambda _: None,
        fault_note: str = "",
    ) -> None:
        self.store = store = Store(
            team_id=team_id,
            enterprise_id=enterprise_id,
            name=name,
            people=people,
            app=AppConfig(signing_secret, app_token, request_url, command, usage_hint, shortcuts),
            clock=clock,
        )
        if bot_token:
            store.installations.add(Grant(bot_token))
        self._socket_mode = SocketMode(store)
        self._client = AppClient(store, self._socket_mode)
        self._response_urls = response_urls = ResponseUrls(store)
        self.user_actions = UserActions(store, self._client, response_urls)
        self._user_messages = UserMessages(store, self._client, response_urls)
        self._fault_menu = FaultMenu(faults, play_fault, fault_note)
        page_api = PageApi(store, self.user_actions, self._user_messages, self._fault_menu)
        self._page = Page(store, page_api, self._fault_menu)
        self.app = Starlette(
            routes=[
                *WebApi(store).routes,
                *ResponseUrlApi(store, response_urls).routes,
                *self._socket_mode.routes,
                *self._page.routes,
            ],
            middleware=[Middleware(PageHeaders)],
        )

    @property
    def team_id(self) -> str:
        """Return the id of the workspace."""
        return self.store.team_id

    @property
    def enterprise_id(self) -> str | None:
        """Return the id of the organization, where there is one."""
        return self.store.enterprise_id

    @property
    def name(self) -> str:
        """Return the name of the workspace."""
        return self.store.name

    @property
    def team(self) -> Team:
        """Return the workspace as payloads describe it."""
        return self.store.team

    @property
    def base_url(self) -> str:
        """Return where the stand-in is served."""
        return self.store.base_url

    @base_url.setter
    def base_url(self, base_url: str) -> None:
        self.store.base_url = base_url

    @property
    def request_url(self) -> str | None:
        """Return where the app listens."""
        return self.store.app.request_url

    @request_url.setter
    def request_url(self, request_url: str | None) -> None:
        self.store.app.request_url = request_url

    def verify_request_url(self) -> bool:
        """Challenge the address where the app listens, which gets no events before; return whether it is right."""
        return self._client.verify()

    @property
    def fault(self) -> SlackFault:
        """Return what goes wrong on Slack's side."""
        return self.store.fault

    @fault.setter
    def fault(self, fault: SlackFault) -> None:
        self.store.fault = fault

    @property
    def refusals(self) -> Refusals:
        """Return which methods say no, and with which error."""
        return self.store.refusals

    @property
    def delay(self) -> float:
        """Return the seconds before every answer of the Web API."""
        return self.store.delay

    @delay.setter
    def delay(self, delay: float) -> None:
        self.store.delay = delay

    @property
    def faults(self) -> Sequence[FaultChoice]:
        """Return the entries of the page's menu of faults."""
        return self._fault_menu.choices

    @property
    def calls(self) -> list[Call]:
        """Return the app's calls."""
        return self.store.calls

    @property
    def views(self) -> Views:
        """Return the modals and App Homes."""
        return self.store.views

    @property
    def installations(self) -> Installations:
        """Return the tokens of the app."""
        return self.store.installations

    @property
    def messages(self) -> list[Message]:
        """Return every message, in order, removed ones too."""
        return self.store.all_messages()

    @property
    def is_socket_connected(self) -> bool:
        """Return whether an app listens in Socket Mode."""
        return self._socket_mode.is_connected

    @property
    def is_installed(self) -> bool:
        """Return whether the app is installed here."""
        return self.store.is_installed

    def install(self, grant: Grant) -> None:
        """Install the app with a token."""
        self.store.install(grant)

    def uninstall(self) -> None:
        """Remove the app, and tell it; an app of the whole organization is gone from all of its workspaces."""
        team, at = self.store.team, self.store.clock()
        self.store.uninstall()
        team_id = None if team.is_org_wide else team.team_id
        for event in (revoked_event, uninstalled_event):
            self.send_event(event(team_id=team_id, enterprise_id=team.enterprise_id, at=at))

    def set_access(self, *, is_granted: bool) -> None:
        """Take this workspace out of its organization's installation, or in again, and tell the app."""
        installations = self.store.installations
        installations.give_back() if is_granted else installations.withdraw()
        at, enterprise_id = self.store.clock(), self.store.enterprise_id or ""
        self.send_event(access_event(team_id=self.team_id, enterprise_id=enterprise_id, at=at, is_granted=is_granted))

    def end_streams(self) -> None:
        """End the stream of every open page, before the server stops: uvicorn cancels them with a traceback."""
        self._page.end_streams()

    def dm_of(self, user_id: str) -> str:
        """Return the id of the person's direct message with the app."""
        return self.store.dm_of(user_id)

    def messages_in(self, channel_id: str, seen_by: str) -> list[Message]:
        """Return what the person sees there, in order."""
        return [message for message in self.store.seen_by(seen_by) if message.channel_id == channel_id]

    def say(self, user_id: str, channel_id: str, text: str, **how: str) -> None:
        """Post what a person wrote; a slash at the very beginning makes it a command. `how` is as in UserMessages."""
        self._user_messages.say(user_id, channel_id, text, **how)

    def type_command(self, *, user_id: str, channel_id: str, text: str) -> Ack:
        """Type the command with this text; returns the app's acknowledgement, which is shown too."""
        return self._user_messages.type_command(user_id=user_id, channel_id=channel_id, text=text)

    def press(self, user_id: str, message_id: str, action_id: str, block: str | int | None = None) -> bool | None:
        """Press a button; None when this person sees no such button, else whether the app acknowledged.

        `block` (its id or its place) is needed only where several blocks have a button of that name.
        """
        return self.user_actions.press(user_id, message_id, action_id, block)

    def deliver(self, message: Message, **envelope: Any) -> Ack:
        """Tell the app of a message in a direct message with it; `envelope` puts other values into the event's."""
        return self._user_messages.deliver(message, **envelope)

    def issue_response_url(self, user_id: str, message: Message) -> str:
        """Make a response URL for something that the person does in a message."""
        return self._response_urls.issue(user_id, message.channel_id, message)

    def send_event(self, envelope: dict[str, Any]) -> Ack:
        """Send an event to the app; returns its answer."""
        return self._client.send_event(envelope)

    def post_as_app(self, channel_id: str, text: str, blocks: list[dict[str, Any]], **facts: Any) -> Message:
        """Post a message of the app's."""
        return self.store.post_as_app(channel_id, text, blocks, **facts)
