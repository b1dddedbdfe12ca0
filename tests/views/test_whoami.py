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
        "*Your organization:* org_a\n*Key:* your own, ending in `6789`\n*Your role:* member of this workspace",
    ),
    (
        Whoami("org_a", KeyMode.PER_USER, "", Role.GUEST),
        "*Your organization:* org_a\n*Key:* your own\n*Your role:* guest in this workspace",
    ),
    (
        Whoami("org_a", KeyMode.PER_USER, None, Role.NONE),
        "*Your organization:* org_a\n*Key:* none yet. `/connect key` adds yours.\n*Your role:* none in this workspace",
    ),
    (
        Whoami("org_a", KeyMode.SHARED, None, Role.ADMIN),
        "*Your organization:* org_a\n*Key:* one for everybody in this workspace\n*Your role:* admin of this workspace",
    ),
    (
        Whoami("<!channel>", KeyMode.OPERATOR, None, Role.OWNER),
        "*Your organization:* &lt;!channel&gt;\n*Key:* one for everybody, from whoever runs Freddy Connect\n"
        "*Your role:* owner of this workspace",
    ),
    (
        Whoami("", KeyMode.OPERATOR, None, Role.ADMIN),
        "*Your organization:* none yet. An admin sets this workspace up with `/connect setup`.\n"
        "*Your role:* admin of this workspace",
    ),
    (
        WhoamiLoading(),
        "I looked up your organization, key and role. The answer comes right below, and only you see it.",
    ),
]


@pytest.mark.parametrize(("fact", "text"), WORDS)
def test_the_words(fact: Whoami, text: str) -> None:
    """security.md 11"""
    message = render_message(fact, "/connect")

    check(message)
    check_schema(message)
    assert message.text == text
