"""Asking an admin: each message, whole."""

from __future__ import annotations

import pytest

from slack_app.features.ask_admin import AdminRequest, AdminsAsked, ProblemDeclined, ProblemResolved
from slack_app.features.pending_requests import NEEDS_ADMIN, RequestDeclined
from slack_app.model.facts import MessageFact
from slack_app.model.users import SlackUser
from slack_app.views import render_message
from tests.views.block_kit import check, check_schema

MAYA = SlackUser(None, "T1", "U0MAYA")
WANTS = "<@U0MAYA> wants to connect *GitHub*. "
REJECTED = (
    "Freddy rejected the API key that is used here. Add a new one in the setup, or press *It works now* when it is "
    "fixed elsewhere."
)
FORBIDDEN = (
    "Freddy doesn't allow it for org_demo. Allow it there, then press *It works now*. Wrong organization? Correct it "
    "in the setup."
)
SEES = "<@U0MAYA> wants to see or change their connections. "
QUESTIONS = {
    "workspace_unmapped": (
        WANTS,
        "This workspace isn't set up yet. You need your Freddy organization id and an API key.",
        ["Open setup"],
    ),
    "workspace_key_missing": (
        WANTS,
        "This workspace's API key is missing. Add one in the setup.",
        ["Open setup"],
    ),
    "platform_unauthorized": (WANTS, REJECTED, ["Open setup", "It works now"]),
    "account_unauthorized": (SEES, REJECTED, ["Open setup", "It works now"]),
    "platform_forbidden": (WANTS, FORBIDDEN, ["Open setup", "It works now"]),
    "account_forbidden": (SEES, FORBIDDEN, ["Open setup", "It works now"]),
    "organization_unknown": (
        WANTS,
        "Freddy doesn't know the organization org_demo. Correct its id in the setup.",
        ["Open setup"],
    ),
    "request_rejected": (
        WANTS,
        "Freddy refused it for org_demo and doesn't say why. Its support can look it up. When it works, press "
        "*It works now*.",
        ["Open setup", "It works now"],
    ),
    "connector_not_offered": (
        WANTS,
        "It isn't offered in this workspace. *Offer GitHub* offers it to everyone.",
        ["Offer GitHub"],
    ),
}


@pytest.mark.parametrize("reason", sorted(NEEDS_ADMIN))
def test_an_admin_is_told_who_wants_what_and_gets_the_button_that_mends_it(reason: str) -> None:
    wants, why, buttons = QUESTIONS[reason]

    message = render_message(AdminRequest(MAYA, reason, "cause/github", "github", "GitHub", "org_demo"), "/connect")

    assert message.text == wants + why
    assert [button["text"]["text"] for button in message.blocks[1]["elements"]] == [*buttons, "Decline"]
    check(message)
    check_schema(message)


@pytest.mark.parametrize("reason", sorted(NEEDS_ADMIN))
def test_an_admin_who_wants_it_for_themselves_is_told_that_they_can_fix_it(reason: str) -> None:
    _, why, _ = QUESTIONS[reason]

    message = render_message(
        AdminRequest(MAYA, reason, "cause/github", "github", "GitHub", "org_demo", is_own=True), "/connect"
    )

    assert message.text == f"*You're an admin, so you can fix this yourself.* {why}"
    assert "Decline" not in str(message.blocks)
    check(message)


def test_an_admin_gets_the_reference_of_what_somebody_has_to_look_up() -> None:
    """wording.md: a reference only where somebody has to look something up."""
    refused = AdminRequest(MAYA, "request_rejected", "c", "github", "GitHub", "org_demo", reference="D3D03BDB")

    text = render_message(refused, "/connect").text

    assert "Its support can look it up with the reference `D3D03BDB`. When it works" in text


def test_a_request_that_was_declined_says_why() -> None:
    declined = RequestDeclined("GitLab", "U0ADMIN", "We use <!channel>GitHub.")

    text = render_message(declined, "/connect").text

    assert text.startswith("<@U0ADMIN> declined your request for *GitLab*: We use ")
    assert "<!channel>" not in text


def test_an_admin_is_asked_for_a_person_who_named_no_tool() -> None:
    message = render_message(AdminRequest(MAYA, "workspace_unmapped", "workspace_unmapped", "", "", ""), "/connect")

    assert message.text == (
        "<@U0MAYA> wants to connect their tools. This workspace isn't set up yet. You need your Freddy organization id "
        "and an API key."
    )


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (AdminsAsked(["U1", "U2"], is_first=True), "*I asked <@U1> and <@U2>.* I'll message you when it's ready."),
        (AdminsAsked(["U1"], is_first=False), "*<@U1> was already asked today.* I'll message you when it's ready."),
        (
            AdminsAsked(["U1", "U2", "U3"], is_first=False),
            "*<@U1>, <@U2> and <@U3> were already asked today.* I'll message you when it's ready.",
        ),
        (AdminsAsked([], is_first=False), "*Your admins were already asked today.* I'll message you when it's ready."),
        (
            ProblemDeclined(1, "We use GitHub.", MAYA, "GitLab"),
            "*Declined.* <@U0MAYA> wanted to connect *GitLab*. Your reason: We use GitHub.\n"
            "I told the person who asked.",
        ),
        (ProblemResolved(0), "*Thank you.* Nobody is waiting for it anymore."),
        (ProblemResolved(1), "*Thank you.* I told the person who asked."),
        (ProblemResolved(3, "GitHub"), "*GitHub is offered now.* I told the 3 people who asked."),
    ],
)
def test_what_is_said_on_the_way(fact: MessageFact, text: str) -> None:
    message = render_message(fact, "/connect")

    assert message.text == text
    check(message)
    check_schema(message)


def test_nothing_from_outside_is_formatted() -> None:
    """security.md 11"""
    hostile = "<!channel> <https://evil.example|ok>"

    for reason in NEEDS_ADMIN:
        assert "<!" not in render_message(AdminRequest(MAYA, reason, "c", hostile, hostile, hostile), "/connect").text
    assert "<!" not in render_message(ProblemResolved(1, hostile), "/connect").text
