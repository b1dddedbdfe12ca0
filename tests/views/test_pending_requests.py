"""What was waited for is solved or declined: each message, whole."""

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
            "*You can connect GitHub now.* <@U0ADMIN> took care of it.",
            ["Connect GitHub"],
        ),
        (
            YouCanRetry("d1", "GitHub", "U0ADMIN", is_own=True),
            "*You can connect GitHub now.*",
            ["Connect GitHub"],
        ),
        (YouCanRetry("d1", ""), "*You can try again now.* Whoever runs Freddy Connect took care of it.", ["Try again"]),
        (
            HandledByAdmin(MAYA, "GitHub", "U0ADMIN"),
            "*Done.* <@U0MAYA> can connect *GitHub* now. <@U0ADMIN> took care of it.",
            [],
        ),
        (
            HandledByAdmin(MAYA, "GitHub", "U0ADMIN", is_own=True),
            "*Done.* <@U0MAYA> can connect *GitHub* now.",
            [],
        ),
        (
            HandledByAdmin(MAYA, "", ""),
            "*Done.* <@U0MAYA> can try again now. Whoever runs Freddy Connect took care of it.",
            [],
        ),
        (
            HandledByAdmin(MAYA, "GitHub", "U0ADMIN", is_declined=True),
            "*Declined.* <@U0MAYA> wanted to connect *GitHub*. <@U0ADMIN> said no and told them why.",
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
