"""What is typed after the command, before anything is done with it."""

from __future__ import annotations

import pytest

from slack_app.errors import UserError
from slack_app.listeners.connect import connector_name
from slack_app.stand_ins.freddy.connectors import CONNECTORS

KEYS = [
    "ak_live_9f8e7d6c5b4a3210ffee",
    "AK_LIVE_9F8E7D6C5B4A3210",
    "xoxb-123456789012-abcdef",
    "sk-proj-abc123DEF456ghi789",
    "0123456789abcdef0123",
]


@pytest.mark.parametrize("words", [[key] for key in KEYS] + [["key:", KEYS[0]], [f"key {KEYS[0]}"]])
def test_what_looks_like_a_key_is_not_passed_on_as_the_name_of_a_tool(words: list[str]) -> None:
    """security.md 17"""
    with pytest.raises(UserError) as caught:
        connector_name(words)

    assert (caught.value.reason, caught.value.facts) == ("key_typed", {})


@pytest.mark.parametrize(
    "name", [*CONNECTORS, "microsoft-365-mail", "office365_calendar", "dynamics_365_crm", "salesforce_marketing_cloud"]
)
def test_the_name_of_a_tool_is_not_taken_for_a_key(name: str) -> None:
    assert connector_name(name.split()) == name.lower()
