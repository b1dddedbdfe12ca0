"""From facts to Block Kit: pure functions, one file a feature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.views import View

from slack_app.features.ask_admin import AdminRequest, AdminsAsked, ProblemResolved
from slack_app.features.connect import Accepted, LinkAnswer, LinkReady, StillWorking
from slack_app.features.create_link import InTurn
from slack_app.features.details import Details
from slack_app.features.help import Help
from slack_app.features.home import Home, Welcome
from slack_app.features.key import AskKey, KeyChecking, KeyLooking, KeyRemoved, KeySaved, KeyShown, NoKeyNeeded
from slack_app.features.link_actions import WrongAccountDisconnected
from slack_app.features.menu import Menu, Opening
from slack_app.features.pending_requests import HandledByAdmin, YouCanRetry
from slack_app.features.poll import Ended
from slack_app.features.setup import SetupChecking, SetupDone, SetupForm, SetupOffer, SetupOpening, SetupRemoved
from slack_app.features.status import AskName, ConfirmDisconnect, DisconnectCancelled, Looking, Status
from slack_app.model.messages import Failure, Message
from slack_app.views import (
    ask_admin,
    connect,
    details,
    failure,
    help,  # noqa: A004  (one feature is one word)
    home,
    key,
    link,
    menu,
    pending_requests,
    setup,
    status,
)

_VIEWS: Mapping[type, Callable[[Any, str], Message]] = {
    Accepted: connect.accepted,
    StillWorking: connect.still_working,
    InTurn: connect.in_turn,
    LinkReady: link.link_ready,
    LinkAnswer: link.link_answer,
    Ended: link.ended,
    WrongAccountDisconnected: link.disowned,
    Looking: status.looking,
    Status: status.status,
    ConfirmDisconnect: status.confirm_disconnect,
    DisconnectCancelled: status.disconnect_cancelled,
    Details: details.details,
    Opening: menu.opening,
    Menu: menu.menu,
    KeyLooking: key.looking,
    KeyShown: key.key_shown,
    NoKeyNeeded: key.no_key_needed,
    AskKey: key.ask_key,
    KeySaved: key.key_saved,
    KeyRemoved: key.key_removed,
    SetupForm: setup.not_saved,
    SetupOffer: setup.offer,
    SetupOpening: setup.opening,
    SetupDone: setup.done,
    SetupRemoved: setup.removed,
    AdminRequest: ask_admin.admin_request,
    AdminsAsked: ask_admin.admins_asked,
    ProblemResolved: ask_admin.problem_resolved,
    YouCanRetry: pending_requests.you_can_retry,
    HandledByAdmin: pending_requests.handled_by_admin,
    Help: help.help_message,
    Failure: failure.failure_message,
}


_HOMES: Mapping[type, Callable[[Any, str], View]] = {
    Welcome: home.welcome,
    Home: home.home,
    Failure: home.failure,
}
_MODALS: Mapping[type, Callable[[Any, str], View]] = {
    Menu: menu.menu_modal,
    Details: details.details_modal,
    AskName: status.name_modal,
    AskKey: key.ask_key_modal,
    KeyChecking: key.checking_modal,
    KeySaved: key.key_saved_modal,
    SetupForm: setup.form,
    SetupChecking: setup.checking,
    SetupDone: setup.done_modal,
    SetupRemoved: setup.removed_modal,
    Failure: failure.failure_modal,
}


def render(fact: object, command: str) -> Message:
    """Give the message for the fact; `command` is what people type."""
    return _VIEWS[type(fact)](fact, command)


def render_modal(fact: object, command: str) -> View:
    """Give the modal for the fact."""
    return _MODALS[type(fact)](fact, command)


def render_home(fact: object, command: str) -> View:
    """Give the App Home for the fact."""
    return _HOMES[type(fact)](fact, command)


@dataclass(frozen=True, slots=True)
class Renderer:
    """Turns facts into what Slack shows; `command` is what people type."""

    command: str

    def message(self, fact: object) -> Message:
        """Give the message for the fact."""
        return render(fact, self.command)

    def modal(self, fact: object) -> View:
        """Give the modal for the fact."""
        return render_modal(fact, self.command)

    def home(self, fact: object) -> View:
        """Give the App Home for the fact."""
        return render_home(fact, self.command)
