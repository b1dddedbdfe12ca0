"""What was waited for is mended: each message, whole."""

from __future__ import annotations

import pytest

from slack_app.features.pending_requests import HandledByAdmin, YouCanRetry
from slack_app.model.facts import MessageFact
from slack_app.model.users import SlackUser
from slack_app.views import render_message
from tests.views.block_kit import check, check_schema

MAYA = SlackUser(None, "T1", "U0MAYA")


@pytest.mark.parametrize(
    ("fact", "text", "buttons"),
    [
        (
            YouCanRetry("d1", "GitHub", "U0ADMIN"),
            "*It is fixed.* <@U0ADMIN> has seen to it, and connecting *GitHub* should work now.",
            ["Try again"],
        ),
        (
            YouCanRetry("d1", "GitHub", "U0ADMIN", is_own=True),
            "*It is fixed.* You have seen to it, and connecting *GitHub* should work now.",
            ["Try again"],
        ),
        (
            YouCanRetry("d1", ""),
            "*It is fixed.* Whoever runs Freddy Connect has seen to it, and what you asked for should work now.",
            ["Try again"],
        ),
        (
            HandledByAdmin(MAYA, "GitHub", "U0ADMIN"),
            "*Done.* <@U0MAYA> wanted to connect *GitHub*. <@U0ADMIN> has seen to it, so there is nothing left for you "
            "to do.",
            [],
        ),
        (
            HandledByAdmin(MAYA, "GitHub", "U0ADMIN", is_own=True),
            "*Done.* <@U0MAYA> wanted to connect *GitHub*. You have seen to it.",
            [],
        ),
        (
            HandledByAdmin(MAYA, "", ""),
            "*Done.* <@U0MAYA> needed help with their tools. Whoever runs Freddy Connect has seen to it, so there is "
            "nothing left for you to do.",
            [],
        ),
    ],
)
def test_what_is_said_when_it_is_done(fact: MessageFact, text: str, buttons: list[str]) -> None:
    message = render_message(fact, "/connect")

    assert message.text == text
    assert [button["text"]["text"] for block in message.blocks[1:] for button in block["elements"]] == buttons
    check(message)
    check_schema(message)


def test_nothing_from_outside_is_formatted() -> None:
    """security.md 11"""
    hostile = "<!channel> <https://evil.example|ok>"

    assert "<!" not in render_message(YouCanRetry("d1", hostile), "/connect").text
    assert "<!" not in render_message(HandledByAdmin(MAYA, hostile, hostile), "/connect").text
