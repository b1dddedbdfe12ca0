"""From facts to Block Kit: pure functions, one file a feature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.views import View

from slack_app.features.ask import AdminAsked, Asked, Mended
from slack_app.features.connect import Accepted, LinkAnswer, LinkReady, StillWorking
from slack_app.features.details import Details
from slack_app.features.help import Help
from slack_app.features.home import Home, Welcome
from slack_app.features.key import AskKey, KeyChecking, KeyKept, KeyLooking, KeyRemoved, KeyShown, NoKeyNeeded
from slack_app.features.mend import Helped, SeenTo
from slack_app.features.menu import Menu, Opening
from slack_app.features.mint import InTurn
from slack_app.features.poll import Ended
from slack_app.features.press import Disowned
from slack_app.features.setup import SetUpChecking, SetUpDone, SetUpForm, SetUpOffer, SetUpOpening, SetUpRemoved
from slack_app.features.status import AskName, ConfirmDisconnect, Kept, Looking, Status
from slack_app.model.messages import Failure, Message
from slack_app.views import ask, connect, details, failure, help, home, key, link, mend, menu, setup, status  # noqa: A004  (one feature is one word)

_VIEWS: Mapping[type, Callable[[Any, str], Message]] = {
    Accepted: connect.accepted,
    StillWorking: connect.still_working,
    InTurn: connect.in_turn,
    LinkReady: link.link_ready,
    LinkAnswer: link.link_answer,
    Ended: link.ended,
    Disowned: link.disowned,
    Looking: status.looking,
    Status: status.status,
    ConfirmDisconnect: status.confirm_disconnect,
    Kept: status.kept,
    Details: details.details,
    Opening: menu.opening,
    Menu: menu.menu,
    KeyLooking: key.looking,
    KeyShown: key.key_shown,
    NoKeyNeeded: key.no_key_needed,
    AskKey: key.ask_key,
    KeyKept: key.key_kept,
    KeyRemoved: key.key_removed,
    SetUpForm: setup.not_saved,
    SetUpOffer: setup.offer,
    SetUpOpening: setup.opening,
    SetUpDone: setup.done,
    SetUpRemoved: setup.removed,
    AdminAsked: ask.admin_asked,
    Asked: ask.asked,
    Mended: ask.mended,
    Helped: mend.helped,
    SeenTo: mend.seen_to,
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
    KeyKept: key.key_kept_modal,
    SetUpForm: setup.form,
    SetUpChecking: setup.checking,
    SetUpDone: setup.done_modal,
    SetUpRemoved: setup.removed_modal,
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
