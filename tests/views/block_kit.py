"""Holds messages, App Homes and modals against Slack's own shapes: the SDK's validation, and its reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from slack_app.model.messages import Message
from tests.slack_schemas import violations


def check(message: Message) -> None:
    """Fail when Slack would refuse the message."""
    assert message.text
    check_blocks(message.blocks)
    check_schema(message)


def check_schema(message: Message) -> None:
    """Fail when the message is not shaped as Slack's reference says."""
    assert violations("message", {"text": message.text, "blocks": list(message.blocks)}) == []


def check_modal(view: View) -> None:
    """Fail when Slack would refuse the modal."""
    view.validate_json()
    check_blocks(view.to_dict()["blocks"])
    assert violations("modal", view.to_dict()) == []


def check_home(view: View) -> None:
    """Fail when Slack would refuse the App Home."""
    view.validate_json()
    check_blocks(view.to_dict()["blocks"])
    assert violations("home", view.to_dict()) == []


def check_blocks(blocks: Sequence[dict[str, Any]]) -> None:
    """Fail when a block is not as the SDK has it."""
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
