"""The short help, whole."""

from __future__ import annotations

from slack_app.features.help import Help
from slack_app.views import render_message
from tests.views.block_kit import check, check_schema

TEXT = (
    "*Freddy Connect* links your tools to your organization's assistant. What you can type:\n"
    "• `/link-me github` gets you a private link that connects your GitHub account\n"
    '• `/link-me sharepoint site_name="Team Marketing"` does it for a tool that needs a detail\n'
    "• `/link-me status` shows what you have connected, and lets you turn it off\n"
    "• `/link-me disconnect github` takes your GitHub account away from the assistant\n"
    "• `/link-me key` is for your own key, where each person uses one\n"
    "• `/link-me whoami` shows your organization, whose key is used, and your role\n"
    "• `/link-me setup` is for admins: which organization, whose key, which tools\n"
    "• `/link-me help` shows this\n"
    "The link comes to you alone, and is offered for a few minutes."
)


def test_the_help_names_the_command_as_it_was_set_up() -> None:
    message = render_message(Help(), "/link-me")

    assert message.text == TEXT
    assert message.blocks == [{"type": "section", "text": {"type": "mrkdwn", "text": TEXT, "verbatim": True}}]
    check(message)
    check_schema(message)
