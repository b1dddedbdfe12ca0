"""The short help, whole."""

from __future__ import annotations

import pytest

from slack_app import wording
from slack_app.features.help import AdminHelp, Help
from slack_app.model.facts import MessageFact
from slack_app.model.users import Role
from slack_app.views import render_message
from tests.views.block_kit import check, check_schema

WAYS = ["Choose a tool", "What I have"]
FOR_MEMBERS = (
    "*Connect a tool:* type `/link-me github`, or `/link-me` to choose from the list. Only you see the link.\n"
    "*See or change what you have:* `/link-me status`\n"
    "*Disconnect a tool:* `/link-me disconnect github`\n"
)
HELPS: list[tuple[MessageFact, str, list[str]]] = [
    (Help(), f"{FOR_MEMBERS}*Without typing:* open *Home* in my conversation.", WAYS),
    (
        Help(Role.MEMBER, has_own_key=True),
        f"{FOR_MEMBERS}*Without typing:* open *Home* in my conversation.".replace(
            "status`", "status`, your key: `/link-me key`"
        ),
        WAYS,
    ),
    (
        Help(Role.ADMIN),
        f"{FOR_MEMBERS}*Set up this workspace:* `/link-me setup` (admins only)",
        [*WAYS, wording.setup.open_button()],
    ),
    (Help(Role.GUEST), "Only members can connect tools in this workspace, not guests.", []),
    (
        AdminHelp(),
        "*Set up this workspace:* `/link-me setup` (admins only)",
        [wording.setup.open_button()],
    ),
]


@pytest.mark.parametrize(("fact", "text", "buttons"), HELPS)
def test_the_help_is_four_lines_by_role_with_the_command_as_it_was_set_up(
    fact: MessageFact, text: str, buttons: list[str]
) -> None:
    """wording.md, help."""
    message = render_message(fact, "/link-me")

    assert message.text == text
    assert message.blocks[0] == {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
    shown = [button["text"]["text"] for block in message.blocks[1:] for button in block["elements"]]
    assert shown == buttons
    assert text.count("\n") in (0, 3)
    check(message)
    check_schema(message)
