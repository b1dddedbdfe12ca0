"""The schemas of what Slack takes refuse what Slack refuses, so that the tests of the views mean something."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.slack_schemas import violations


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def option(text: str) -> dict[str, Any]:
    return {"text": plain(text), "value": text}


CONFIRM = {"title": plain("Sure?"), "text": mrkdwn("It *goes*."), "confirm": plain("Go"), "deny": plain("Stay")}
BUTTON = {"type": "button", "action_id": "go", "text": plain("Go"), "value": "1", "confirm": CONFIRM}
SELECT = {"type": "static_select", "action_id": "pick", "options": [option("a")], "placeholder": plain("Choose")}
GROUPED = {
    "type": "multi_static_select",
    "action_id": "picks",
    "option_groups": [{"label": plain("A to F"), "options": [option("a")]}],
    "max_selected_items": 3,
}
RADIO = {"type": "radio_buttons", "action_id": "way", "options": [option("a")], "initial_option": option("a")}
INPUT = {
    "type": "input",
    "block_id": "name",
    "label": plain("Name"),
    "hint": plain("Short"),
    "element": {"type": "plain_text_input", "action_id": "name", "max_length": 80, "initial_value": ""},
}
MESSAGE: dict[str, Any] = {
    "text": "In words",
    "blocks": [
        {"type": "header", "text": plain("Tools")},
        {"type": "section", "text": mrkdwn("*Hello*"), "accessory": SELECT},
        {"type": "section", "fields": [mrkdwn("a"), plain("b")]},
        {"type": "actions", "block_id": "a", "elements": [BUTTON, SELECT]},
        {"type": "context", "elements": [mrkdwn("small"), {"type": "image", "image_url": "https://x", "alt_text": ""}]},
        {"type": "divider"},
    ],
}
HOME: dict[str, Any] = {"type": "home", "blocks": [*MESSAGE["blocks"], INPUT]}
MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "c",
    "title": plain("Name it"),
    "submit": plain("Save"),
    "close": plain("Cancel"),
    "private_metadata": "x" * 3000,
    "blocks": [INPUT, {**INPUT, "element": RADIO}, {**INPUT, "element": GROUPED}],
}
MANIFEST: dict[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "manifest.yml").read_text())
SHAPES = {"message": MESSAGE, "home": HOME, "modal": MODAL, "manifest": MANIFEST}


def changed(document: Any, path: str, value: object) -> Any:
    """Return a copy in which the value stands at the path; without a value, what stood there is gone."""
    copy = deepcopy(document)
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    place = copy
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return copy


@pytest.mark.parametrize("shape", SHAPES)
def test_what_slack_takes_is_taken(shape: str) -> None:
    assert violations(shape, SHAPES[shape]) == []


@pytest.mark.parametrize(
    ("shape", "path", "value"),
    [
        ("message", "txt", "misspelt"),
        ("message", "text", ""),
        ("message", "text", "x" * 40_001),
        ("message", "blocks", [{"type": "divider"}] * 51),
        ("message", "blocks/0/text", mrkdwn("a header is plain")),
        ("message", "blocks/0/text/text", "x" * 151),
        ("message", "blocks/1/type", "selection"),
        ("message", "blocks/1/block_id", "x" * 256),
        ("message", "blocks/1/text", None),
        ("message", "blocks/1/text", "a bare string"),
        ("message", "blocks/1/text/type", "markdown"),
        ("message", "blocks/1/text/emoji", True),
        ("message", "blocks/1/text/text", "x" * 3001),
        ("message", "blocks/1/accesory", BUTTON),
        ("message", "blocks/1/accessory", INPUT["element"]),
        ("message", "blocks/1/accessory/options", None),
        ("message", "blocks/1/accessory/options", []),
        ("message", "blocks/1/accessory/options", [option(str(number)) for number in range(101)]),
        ("message", "blocks/1/accessory/option_groups", GROUPED["option_groups"]),
        ("message", "blocks/1/accessory/options/0/value", None),
        ("message", "blocks/1/accessory/options/0/text", mrkdwn("a select's is plain")),
        ("message", "blocks/1/accessory/options/0/text/text", "x" * 76),
        ("message", "blocks/1/accessory/placeholder/text", "x" * 151),
        ("message", "blocks/2/fields", [plain("x")] * 11),
        ("message", "blocks/2/fields/0/text", "x" * 2001),
        ("message", "blocks/3/elements", [BUTTON] * 26),
        ("message", "blocks/3/elements/0", INPUT["element"]),
        ("message", "blocks/3/elements/0/action_id", "x" * 256),
        ("message", "blocks/3/elements/0/lable", "misspelt"),
        ("message", "blocks/3/elements/0/style", "primry"),
        ("message", "blocks/3/elements/0/text", mrkdwn("a button's is plain")),
        ("message", "blocks/3/elements/0/text/text", "x" * 76),
        ("message", "blocks/3/elements/0/url", "x" * 3001),
        ("message", "blocks/3/elements/0/value", "x" * 2001),
        ("message", "blocks/3/elements/0/confirm/deny", None),
        ("message", "blocks/3/elements/0/confirm/text/text", "x" * 301),
        ("message", "blocks/3/elements/0/confirm/title/text", "x" * 101),
        ("message", "blocks/4/elements", [plain("x")] * 11),
        ("message", "blocks/4/elements/1/alt_text", None),
        ("message", "blocks/5/text", plain("a divider says nothing")),
        ("home", "title", plain("a Home has none")),
        ("home", "blocks", [{"type": "divider"}] * 101),
        ("home", "blocks/6/label/text", "x" * 2001),
        ("modal", "title", None),
        ("modal", "title/text", "x" * 25),
        ("modal", "submit", None),
        ("modal", "submit/text", "x" * 25),
        ("modal", "close/text", "x" * 25),
        ("modal", "callback_id", "x" * 256),
        ("modal", "private_metadata", "x" * 3001),
        ("modal", "blocks", [INPUT] * 101),
        ("modal", "blocks/0/element", BUTTON),
        ("modal", "blocks/0/element", None),
        ("modal", "blocks/0/label", mrkdwn("a label is plain")),
        ("modal", "blocks/0/element/max_length", 3001),
        ("modal", "blocks/0/element/multi_line", True),
        ("modal", "blocks/1/element/options", [option(str(number)) for number in range(11)]),
        ("modal", "blocks/2/element/option_groups/0/label/text", "x" * 76),
        ("modal", "blocks/2/element/max_selected_items", 0),
        ("manifest", "display_information", None),
        ("manifest", "display_information/name", "x" * 36),
        ("manifest", "display_information/description", "x" * 141),
        ("manifest", "display_information/background_color", "green"),
        ("manifest", "features/app_home/message_tab_enabled", True),
        ("manifest", "features/shortcuts/0/type", "globl"),
        ("manifest", "features/shortcuts/0/name", "x" * 25),
        ("manifest", "features/slash_commands/0/command", "connect"),
        ("manifest", "features/slash_commands/0/url", "http://x.example"),
        ("manifest", "oauth_config/scopes/bots", ["commands"]),
        ("manifest", "settings/event_subscriptions/request_url", "connect.example.com"),
        ("manifest", "settings/interactivity/is_enabled", None),
        ("manifest", "settings/socket_mode_enabled", "no"),
    ],
)
def test_what_slack_refuses_is_refused(shape: str, path: str, value: object) -> None:
    assert violations(shape, changed(SHAPES[shape], path, value))
