"""The question before a setup is removed, and what became of it."""

from __future__ import annotations

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, PlainTextObject
from slack_sdk.models.views import View

from slack_app import wording
from slack_app.features.remove_setup import ConfirmRemoval, SetupRemoved
from slack_app.model.messages import Message
from slack_app.views.ids import ActionId
from slack_app.views.key import notice
from slack_app.views.prose import prose
from slack_app.views.render import render_message, render_modal
from slack_app.views.setup import open_button
from slack_app.views.values import Value


@render_modal.register
def confirm(fact: ConfirmRemoval, _command: str) -> View:
    """Ask, in view of what it does; who keeps it gets the form back."""
    yes = ButtonElement(
        text=PlainTextObject(text=wording.remove_setup.yes()),
        action_id=ActionId.CONFIRM_REMOVE_SETUP,
        value=str(Value(str(fact.setup.version))),
        style="danger",
    )
    no = ButtonElement(
        text=PlainTextObject(text=wording.link.keep_button()), action_id=ActionId.OPEN_SETUP, value=str(Value())
    )
    view = notice(wording.remove_setup.title(), wording.remove_setup.question(fact))
    view.blocks.append(ActionsBlock(elements=[yes, no]))
    return view


@render_message.register
def not_removed(_fact: ConfirmRemoval, _command: str) -> Message:
    """Tell an admin who has closed the modal before it asked."""
    return prose(wording.remove_setup.not_yet(), [open_button(wording.setup.open_button())])


@render_message.register
def removed(fact: SetupRemoved, _command: str) -> Message:
    """Tell the person that it is forgotten."""
    return prose(wording.remove_setup.removed(fact), _set_up_again(fact))


@render_modal.register
def removed_modal(fact: SetupRemoved, _command: str) -> View:
    """Tell the person that it is forgotten."""
    view = notice(wording.setup.title(), wording.remove_setup.removed(fact))
    if buttons := _set_up_again(fact):
        view.blocks.append(ActionsBlock(elements=buttons))
    return view


def _set_up_again(fact: SetupRemoved) -> list[ButtonElement]:
    return [] if fact.left else [open_button(wording.setup.open_button())]
