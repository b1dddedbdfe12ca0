"""What is said of who the person is."""

from __future__ import annotations

import pytest

from slack_app.features.whoami import Whoami, WhoamiLoading
from slack_app.model.users import Role
from slack_app.model.workspaces import KeyMode
from slack_app.views import render_message
from tests.views.block_kit import check, check_schema

WORDS = [
    (
        Whoami("org_a", KeyMode.PER_USER, "6789", Role.MEMBER),
        "*Key:* your own, ending in `6789`\n*Role:* member of this workspace",
    ),
    (
        Whoami("org_a", KeyMode.PER_USER, "", Role.GUEST),
        "*Key:* your own\n*Role:* guest in this workspace",
    ),
    (
        Whoami("org_a", KeyMode.PER_USER, None, Role.NONE),
        "*Key:* none yet\n*Role:* none in this workspace",
    ),
    (
        Whoami("org_a", KeyMode.SHARED, None, Role.ADMIN),
        "*Organization:* org_a\n*Key:* everyone in this workspace uses the same one\n*Role:* admin of this workspace",
    ),
    (
        Whoami("<!channel>", KeyMode.OPERATOR, None, Role.OWNER),
        "*Organization:* &lt;!channel&gt;\n*Key:* everyone uses the same one, from whoever runs Freddy Connect\n"
        "*Role:* owner of this workspace",
    ),
    (
        Whoami("", KeyMode.OPERATOR, None, Role.ADMIN),
        "*Organization:* none yet.\n*Role:* admin of this workspace",
    ),
    (
        Whoami("", KeyMode.OPERATOR, None, Role.MEMBER),
        "*Organization:* none yet. An admin can set this workspace up.\n*Role:* member of this workspace",
    ),
    (
        WhoamiLoading(),
        "I looked up your key and role. Only you will see the answer.",
    ),
]


@pytest.mark.parametrize(("fact", "text"), WORDS)
def test_the_words(fact: Whoami, text: str) -> None:
    """security.md 11"""
    message = render_message(fact, "/connect")

    check(message)
    check_schema(message)
    assert message.text == text


@pytest.mark.parametrize(
    ("fact", "labels"),
    [
        (Whoami("org_a", KeyMode.PER_USER, None, Role.MEMBER), ["Add my key"]),
        (Whoami("", KeyMode.OPERATOR, None, Role.ADMIN), ["Set up"]),
        (Whoami("", KeyMode.OPERATOR, None, Role.MEMBER), []),
        (Whoami("org_a", KeyMode.SHARED, None, Role.ADMIN), []),
    ],
)
def test_what_is_missing_can_be_added_with_a_button(fact: Whoami, labels: list[str]) -> None:
    """wording.md: no next step that has no button where a button can be."""
    buttons = [element for block in render_message(fact, "/connect").blocks for element in block.get("elements", [])]

    assert [button["text"]["text"] for button in buttons] == labels
