"""The short help, whole."""

from __future__ import annotations

from slack_app.features.help import Help
from slack_app.views import render_message
from tests.views.block_kit import check, check_schema

TEXT = (
    "*Freddy Connect* links your tools to your organization's assistant. What you can type:\n"
    "• `/link-me github` connects GitHub; only you see the link\n"
    "• `/link-me status` shows what you have connected\n"
    "• `/link-me disconnect github` ends it\n"
    "• `/link-me whoami` shows whose key you use, `/link-me key` changes your own\n"
    "Admins set up this workspace with `/link-me setup`."
)


def test_the_help_names_the_command_as_it_was_set_up() -> None:
    message = render_message(Help(), "/link-me")

    assert message.text == TEXT
    assert message.blocks[0] == {"type": "section", "text": {"type": "mrkdwn", "text": TEXT, "verbatim": True}}
    assert [button["text"]["text"] for button in message.blocks[1]["elements"]] == ["Choose a tool", "What I have"]
    check(message)
    check_schema(message)
