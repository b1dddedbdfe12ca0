"""Asking an admin: what the admin gets, and what the person is told."""

from __future__ import annotations

from slack_sdk.models.blocks import (
    ButtonElement,
    PlainTextObject,
)

from slack_app import wording
from slack_app.features.ask import AdminAsked, Asked, Mended
from slack_app.model.messages import Message
from slack_app.views import setup
from slack_app.views.prose import prose

ASK, OFFER, ALLOWED = "ask_admin", "ask_offer", "ask_allowed"
"""The action ids; a value begins with the request that waits, or with what was mended, and ends in the tool's key."""
MENDED_ELSEWHERE = frozenset(
    ["platform_unauthorized", "platform_forbidden", "account_unauthorized", "account_forbidden"]
)
"""What can be mended at the connector service alone, so that the app does not see it."""


def admin_asked(fact: AdminAsked, command: str) -> Message:
    """Ask an admin, with the button that mends it."""
    if fact.reason == "connector_not_offered":
        buttons = [_button(wording.ask.offer_button(fact.tool), OFFER, f":{fact.tool_key}", style="primary")]
    else:
        buttons = [setup.open_button(wording.setup.open_button())]
    if fact.reason in MENDED_ELSEWHERE:
        buttons.append(_button(wording.ask.allowed_button(), ALLOWED, f"{fact.cause}:"))
    return prose(wording.ask.admin_asked(fact, command), buttons)


def asked(fact: Asked, _command: str) -> Message:
    """Say who was asked."""
    return prose(wording.ask.asked(fact))


def mended(fact: Mended, _command: str) -> Message:
    """Thank the admin."""
    return prose(wording.ask.mended(fact))


def ask_button(draft_id: str) -> ButtonElement:
    """Give the button that asks an admin."""
    return _button(wording.ask.ask_button(), ASK, f"{draft_id}:", style="primary")


def _button(label: str, action_id: str, value: str, style: str | None = None) -> ButtonElement:
    return ButtonElement(text=PlainTextObject(text=label), action_id=action_id, value=value, style=style)
