"""A key of one's own, in messages and modals, whole."""

from __future__ import annotations

import pytest

from slack_app import wording
from slack_app.features.connect import AnsweredElsewhere
from slack_app.features.key import AskKey, KeyChecking, KeyLoading, KeyRemoved, KeySaved, KeyShown, NoKeyNeeded
from slack_app.model.facts import MessageFact, ModalFact
from slack_app.views import render_message, render_modal
from tests.views.block_kit import check, check_modal, check_schema

PROBLEMS = [
    "key_not_accepted",
    "key_unreadable",
    "organization_not_allowed",
    "organization_unknown",
    "platform_away",
    "platform_odd",
]
MESSAGES: list[tuple[MessageFact, str, list[str]]] = [
    (KeyLoading(), "I looked up your key. Only you will see the answer.", []),
    (
        KeyShown("org_demo", None),
        "*You haven't added a key yet.* In this workspace everyone uses their own Freddy API key.",
        ["Add my key"],
    ),
    (KeyShown("org_demo", "3f9d"), "*Your key is saved* (…3f9d). Only you use it.", ["Change my key", "Remove my key"]),
    (KeyShown("org_demo", ""), "*Your key is saved*. Only you use it.", ["Change my key", "Remove my key"]),
    (
        NoKeyNeeded(),
        "You don't need a key: everyone in this workspace uses the same one.",
        ["Choose a tool"],
    ),
    (
        AskKey("org_demo", None, "d1", was_late=True),
        "That took too long for Slack. Please press the button again.",
        ["Add my key"],
    ),
    (
        AskKey("org_demo", None, "d1", "key_not_accepted"),
        "*Freddy doesn't accept this key.* Check that you copied all of it, and that it has not expired.",
        ["Add my key"],
    ),
    (
        AskKey("org_demo", None, "d1", "organization_not_allowed"),
        "*This key is not for your organization.* It belongs to another organization.",
        ["Add my key"],
    ),
    (
        AskKey("org_demo", None, "d1", "organization_unknown"),
        "*Freddy doesn't know your organization.* Ask an admin to check the setup.",
        ["Add my key"],
    ),
    (
        AskKey("org_demo", None, "d1", "platform_away"),
        "*Freddy isn't answering, so nothing was saved.* Please try again in a minute.",
        ["Add my key"],
    ),
    (KeySaved("org_demo", "3f9d", goes_on=True), "*Key saved* (…3f9d). I'll answer where you asked.", []),
    (KeySaved("org_demo", "", goes_on=False), "*Key saved*.", []),
    (
        KeyRemoved(),
        "*Key deleted.* Open links stop working. Your tools stay connected, but I can't show or change them. "
        "If you don't use the key elsewhere, delete it at Freddy, too.",
        ["Add my key"],
    ),
]


@pytest.mark.parametrize(("fact", "text", "buttons"), MESSAGES)
def test_the_person_is_told_how_it_stands(fact: MessageFact, text: str, buttons: list[str]) -> None:
    message = render_message(fact, "/connect")

    assert message.text == text
    assert message.blocks[0] == {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
    shown = [element["text"]["text"] for block in message.blocks[1:] for element in block["elements"]]
    assert shown == buttons
    check(message)
    check_schema(message)


def test_the_modal_asks_for_the_key_and_never_shows_one() -> None:
    view = render_modal(AskKey("org_demo", "3f9d", "d1"), "/connect")

    check_modal(view)
    lead, field = view.to_dict()["blocks"]
    assert view.private_metadata == "d1:"
    assert lead["text"]["text"] == (
        "Paste your Freddy API key. I keep it encrypted, use it only for you, and never show it again. "
        "It replaces the one that ends in `3f9d`."
    )
    assert field["element"] == {"type": "plain_text_input", "action_id": "key", "max_length": 512}
    assert (
        field["hint"]["text"] == "Find it in your Freddy account, under API keys. Slack shows the key while you type."
    )


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_refused_key_is_asked_for_again_with_the_reason_on_top(problem: str) -> None:
    view = render_modal(AskKey("<!channel>" * 20, None, "d1", problem), "/connect")

    check_modal(view)
    first = view.to_dict()["blocks"][0]["text"]["text"]
    assert first == render_message(AskKey("<!channel>" * 20, None, "d1", problem), "/connect").text
    assert "<!channel>" not in first


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (KeyChecking(), "Checking your key with Freddy. This takes a few seconds."),
        (
            KeySaved("org_demo", "3f9d", goes_on=False),
            "*Key saved* (…3f9d).",
        ),
        (
            KeySaved("org_demo", "3f9d", goes_on=True, is_link_next=True, tool="GitHub", channel_id="C0GENERAL"),
            "*Key saved* (…3f9d). Your GitHub link will appear here and in <#C0GENERAL>.",
        ),
        (
            KeySaved("org_demo", "3f9d", goes_on=True, is_link_next=True),
            "*Key saved* (…3f9d). Your link will appear here and in your messages with Freddy Connect.",
        ),
        (
            KeySaved("org_demo", "3f9d", goes_on=True, channel_id="G0PRIVATE"),
            "*Key saved* (…3f9d). I'll answer in the conversation where you asked.",
        ),
        (AnsweredElsewhere("C0GENERAL", "3f9d"), "*Key saved* (…3f9d). I answered in <#C0GENERAL>."),
        (AnsweredElsewhere(), "I answered in your messages with Freddy Connect."),
    ],
)
def test_the_modal_says_what_becomes_of_the_key(fact: ModalFact, text: str) -> None:
    view = render_modal(fact, "/connect")

    check_modal(view)
    assert [block["text"]["text"] for block in view.to_dict()["blocks"]] == [text]


def test_an_admin_whose_organization_is_unknown_is_led_to_the_setup_and_to_nobody_else() -> None:
    """wording.md, unmapped: whoever can fix it is told how."""
    asked = AskKey("org_demo", None, "d1", "organization_unknown", is_admin=True)

    message, view = render_message(asked, "/connect"), render_modal(asked, "/connect")

    check(message)
    check_modal(view)
    assert message.text == "*Freddy doesn't know org_demo.* Check how its id is written."
    setup = wording.setup.open_button()
    assert [element["text"]["text"] for element in message.blocks[1]["elements"]] == ["Add my key", setup]
    assert [element["text"]["text"] for element in view.to_dict()["blocks"][1]["elements"]] == [setup]
