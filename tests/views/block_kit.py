"""Holds messages, App Homes and modals against Slack's own shapes: the SDK's validation, and its reference."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from slack_app.model.messages import Message
from slack_app.stand_ins.slack.interactions import common_fields
from slack_app.stand_ins.slack.model import Person
from slack_app.stand_ins.slack.objects import view_object
from slack_app.stand_ins.slack.team import Team
from slack_app.stand_ins.slack.view_checks import checked
from slack_app.stand_ins.slack.views import View as Shown
from slack_app.web import BODY_LIMIT
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
    check_size(view)


def check_home(view: View) -> None:
    """Fail when Slack would refuse the App Home."""
    view.validate_json()
    check_blocks(view.to_dict()["blocks"])
    assert violations("home", view.to_dict()) == []
    check_size(view)


def check_size(view: View) -> None:
    """Fail when Slack would find the view too large, or we what comes back of it (slack-truth.md 2.3).

    It comes back as a form, with what stands in its fields besides, and every plain text says that it has emoji.
    """
    given = checked(view.to_dict(), str(view.type))
    shown = _with_emoji(view_object(Shown("V0123456789", "U0123456789", given, {}), "T0123456789"))
    team = Team("T0123456789", "d" * 21, "E0123456789", is_org_wide=False)
    about = common_fields(team, "view_submission", Person("U0123456789", "n" * 80, "n" * 80))
    for ensure_ascii in (True, False):
        payload = json.dumps({**about, "view": shown}, ensure_ascii=ensure_ascii, separators=(",", ":"))
        assert len(urlencode({"payload": payload})) + 2048 < BODY_LIMIT


def _with_emoji(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_emoji(part) for part in value]
    if not isinstance(value, dict):
        return value
    more = {"emoji": True} if value.get("type") == "plain_text" else {}
    return {**{name: _with_emoji(part) for name, part in value.items()}, **more}


def check_blocks(blocks: Sequence[dict[str, Any]]) -> None:
    """Fail when a block is not as the SDK has it."""
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
