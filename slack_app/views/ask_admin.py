"""Asking an admin: what the admin gets, and what the person is told."""

from __future__ import annotations

from slack_sdk.models.blocks import (
    ButtonElement,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
)
from slack_sdk.models.views import View

from slack_app import wording
from slack_app.features.ask_admin import AdminRequest, AdminsAsked, AskReason, ProblemDeclined, ProblemResolved
from slack_app.model.messages import Message
from slack_app.views import setup
from slack_app.views.ids import ActionId, CallbackId
from slack_app.views.prose import prose
from slack_app.views.render import render_message, render_modal
from slack_app.views.values import Value

REASON = "reason"
"""The id of the modal's one block, and of the input in it."""
LONGEST_REASON = 300
SOLVED_ELSEWHERE = frozenset(
    ["platform_unauthorized", "platform_forbidden", "account_unauthorized", "account_forbidden", "request_rejected"]
)
"""What can be solved at the connector service alone, so that the app does not see it."""


@render_message.register
def admin_request(fact: AdminRequest, command: str) -> Message:
    """Ask an admin, with the button that mends it."""
    if fact.reason == "connector_not_offered" and wording.text.plain(fact.tool):
        buttons = [offer_button(fact.tool_key, fact.tool)]
    else:
        buttons = [setup.open_button(wording.setup.open_button())]
    if fact.reason in SOLVED_ELSEWHERE:
        buttons.append(_button(wording.ask_admin.confirm_fixed_button(), ActionId.CONFIRM_FIXED, Value(fact.cause)))
    if not fact.is_own:
        buttons.append(_button(wording.ask_admin.decline_button(), ActionId.OPEN_DECLINE, Value(fact.cause)))
    return prose(wording.ask_admin.admin_request(fact, command), buttons)


@render_modal.register
def reason_modal(fact: AskReason, _command: str) -> View:
    """Ask the admin why."""
    reason = InputBlock(
        block_id=REASON,
        label=PlainTextObject(text=wording.ask_admin.reason_label()),
        hint=PlainTextObject(text=wording.ask_admin.reason_hint()),
        element=PlainTextInputElement(action_id=REASON, max_length=LONGEST_REASON),
    )
    return View(
        type="modal",
        callback_id=CallbackId.DECLINE,
        private_metadata=str(Value(fact.draft_id)),
        title=PlainTextObject(text=wording.ask_admin.reason_title()),
        submit=PlainTextObject(text=wording.ask_admin.decline_button()),
        close=PlainTextObject(text=wording.buttons.cancel()),
        blocks=[reason],
    )


@render_message.register
def ask_reason(fact: AskReason, _command: str) -> Message:
    """Offer the button once more: Slack took too long to open the modal."""
    button = _button(wording.ask_admin.decline_button(), ActionId.OPEN_DECLINE, Value(fact.cause))
    return prose(wording.ask_admin.reason_late(), [button])


@render_message.register
def problem_declined(fact: ProblemDeclined, _command: str) -> Message:
    """Tell the admin what they have declined."""
    return prose(wording.ask_admin.problem_declined(fact))


@render_message.register
def admins_asked(fact: AdminsAsked, _command: str) -> Message:
    """Tell the person whom the app has asked."""
    return prose(wording.ask_admin.admins_asked(fact))


@render_message.register
def problem_resolved(fact: ProblemResolved, _command: str) -> Message:
    """Thank the admin."""
    return prose(wording.ask_admin.problem_resolved(fact))


def ask_button(draft_id: str) -> ButtonElement:
    """Return the button that asks an admin."""
    return _button(wording.ask_admin.ask_button(), ActionId.ASK_ADMIN, Value(draft_id), style="primary")


def offer_button(tool_key: str, tool: str) -> ButtonElement:
    """Return the button that offers the tool to everybody."""
    label = wording.ask_admin.offer_button(tool)
    return _button(label, ActionId.OFFER_TOOL, Value(connector_type=tool_key), style="primary")


def _button(label: str, action_id: ActionId, value: Value, style: str | None = None) -> ButtonElement:
    return ButtonElement(text=PlainTextObject(text=label), action_id=action_id, value=str(value), style=style)
