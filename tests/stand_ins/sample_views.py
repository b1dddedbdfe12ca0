"""Modals, selects and what Slack refuses of them, for the tests of the stand-in."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.stand_ins.stub_app import MAYA, SlackWithApp


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


FIELD = {
    "type": "input",
    "block_id": "site",
    "label": plain("Site"),
    "element": {"type": "plain_text_input", "action_id": "name", "initial_value": "Marketing"},
}
MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "asked",
    "private_metadata": "d1",
    "title": plain("A question"),
    "submit": plain("Send"),
    "blocks": [FIELD],
}
OPTIONS = [{"text": plain("GitHub"), "value": "github"}, {"text": plain("Notion"), "value": "notion"}]
SELECT = {"type": "static_select", "action_id": "choose", "placeholder": plain("Choose"), "options": OPTIONS}
CONFIRM = {"title": plain("Sure?"), "text": plain("It is gone then."), "confirm": plain("Yes"), "deny": plain("No")}
EXTERNAL = {"type": "external_select", "action_id": "find", "placeholder": plain("Find"), "min_query_length": 0}
MENU = [{"type": "actions", "block_id": "menu", "elements": [SELECT, EXTERNAL]}]
HOME: dict[str, Any] = {"type": "home", "blocks": [{**FIELD, "dispatch_action": True}, *MENU]}


def trigger(stage: SlackWithApp) -> str:
    """Do something that lets the app open a modal."""
    stage.ask()
    return stage.app.forms[-1]["trigger_id"]


def opened(stage: SlackWithApp, **changes: Any) -> dict[str, Any]:
    """Open the modal; returns it as the page sees it."""
    stage.client.views_open(trigger_id=trigger(stage), view={**MODAL, **changes})
    return dict(stage.state(MAYA)["modal"])


def refused(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])
