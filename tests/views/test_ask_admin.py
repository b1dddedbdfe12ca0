"""Asking an admin: each message, whole."""

from __future__ import annotations

import pytest

from slack_app.features.ask_admin import AdminRequest, AdminsAsked, ProblemResolved
from slack_app.features.pending_requests import NEEDS_ADMIN, RequestDeclined
from slack_app.model.facts import MessageFact
from slack_app.model.users import SlackUser
from slack_app.views import render_message
from tests.views.block_kit import check, check_schema

MAYA = SlackUser(None, "T1", "U0MAYA")
UNAUTHORIZED = (
    "<@U0MAYA> wants to connect *GitHub*, and the connector service does not accept the key that is used here. Please "
    "bring a new one in the set-up; if it was fixed elsewhere, press *It works now*."
)
QUESTIONS = {
    "workspace_unmapped": (
        "<@U0MAYA> wants to connect *GitHub*, and this workspace is not set up yet. It takes an organization id and an "
        "API key.",
        ["Open the set-up"],
    ),
    "workspace_key_missing": (
        "<@U0MAYA> wants to connect *GitHub*, and I have no key for this workspace any more. Please bring one in the "
        "set-up.",
        ["Open the set-up"],
    ),
    "platform_unauthorized": (UNAUTHORIZED, ["Open the set-up", "It works now"]),
    "account_unauthorized": (UNAUTHORIZED, ["Open the set-up", "It works now"]),
    "platform_forbidden": (
        "<@U0MAYA> wants to connect *GitHub*, and the connector service does not allow it for org_demo. If it is to be "
        "allowed, change that there and press *It works now*; if the organization is wrong, open the set-up.",
        ["Open the set-up", "It works now"],
    ),
    "account_forbidden": (
        "<@U0MAYA> wants to see their connections, and the connector service does not allow it for org_demo. If it is "
        "to be allowed, change that there and press *It works now*; if the organization is wrong, open the set-up.",
        ["Open the set-up", "It works now"],
    ),
    "organization_unknown": (
        "<@U0MAYA> wants to connect *GitHub*, and Freddy does not know the organization org_demo. Please correct its "
        "id in the set-up.",
        ["Open the set-up"],
    ),
    "request_rejected": (
        "<@U0MAYA> wants to connect *GitHub*, and Freddy refused it for org_demo without saying why. Its support can "
        "look it up. When it works, press *It works now*.",
        ["Open the set-up", "It works now"],
    ),
    "connector_not_offered": (
        "<@U0MAYA> wants to connect *GitHub*, which is not offered in this workspace. Press the button to offer it to "
        "everybody from now on; `/connect setup` shows all that is offered.",
        ["Offer GitHub"],
    ),
}


@pytest.mark.parametrize("reason", sorted(NEEDS_ADMIN))
def test_an_admin_is_told_who_wants_what_and_gets_the_button_that_mends_it(reason: str) -> None:
    text, buttons = QUESTIONS[reason]

    message = render_message(AdminRequest(MAYA, reason, "cause/github", "github", "GitHub", "org_demo"), "/connect")

    assert message.text == text
    assert [button["text"]["text"] for button in message.blocks[1]["elements"]] == [*buttons, "Decline"]
    check(message)
    check_schema(message)


@pytest.mark.parametrize("reason", sorted(NEEDS_ADMIN))
def test_an_admin_who_wants_it_for_themselves_is_told_that_they_can_fix_it(reason: str) -> None:
    text, _ = QUESTIONS[reason]

    message = render_message(
        AdminRequest(MAYA, reason, "cause/github", "github", "GitHub", "org_demo", is_own=True), "/connect"
    )

    own = text.replace("<@U0MAYA> wants", "You want").replace("see their", "see your")
    assert message.text == f"*You are an admin here, so you can fix this yourself.* {own}"
    assert "Decline" not in str(message.blocks)
    check(message)


def test_a_request_that_was_declined_says_why() -> None:
    declined = RequestDeclined("GitLab", "U0ADMIN", "We use <!channel>GitHub.")

    text = render_message(declined, "/connect").text

    assert text.startswith("<@U0ADMIN> declined connecting *GitLab*: We use ")
    assert "<!channel>" not in text


def test_an_admin_is_asked_for_a_person_who_named_no_tool() -> None:
    message = render_message(AdminRequest(MAYA, "workspace_unmapped", "workspace_unmapped", "", "", ""), "/connect")

    assert message.text == (
        "<@U0MAYA> wants to connect their tools, and this workspace is not set up yet. It takes an organization id and "
        "an API key."
    )


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (
            AdminsAsked(["U1", "U2"], is_first=True),
            "*I have asked <@U1> and <@U2>.* You will be told as soon as it is fixed, and then one press is enough: "
            "there is nothing more you need to do.",
        ),
        (
            AdminsAsked(["U1"], is_first=False),
            "*<@U1> has been asked already today,* so I did not ask again. You will be told as soon as it is fixed.",
        ),
        (
            AdminsAsked(["U1", "U2", "U3"], is_first=False),
            "*<@U1>, <@U2> and <@U3> have been asked already today,* so I did not ask again. You will be told as soon "
            "as it is fixed.",
        ),
        (
            AdminsAsked([], is_first=False),
            "*Your admins were asked already today.* You will be told as soon as it is fixed.",
        ),
        (ProblemResolved(0), "*Thank you.* Nobody is waiting for it any more."),
        (ProblemResolved(1), "*Thank you.* The person who waits for it has been told."),
        (ProblemResolved(3, "GitHub"), "*GitHub is offered now.* 3 people who wait for it have been told."),
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
