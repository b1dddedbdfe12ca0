"""A key of one's own, in messages and modals, whole."""

from __future__ import annotations

import pytest

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
    (KeyLoading(), "I looked up your key. The answer comes right below, and only you see it.", []),
    (
        KeyShown("org_demo", None),
        "*You have not given me a key yet.* In this workspace each person connects with a key of their own, so that "
        "your tools stay yours. You find it in your account at org_demo, under API keys.",
        ["Add my key"],
    ),
    (
        KeyShown("org_demo", "3f9d"),
        "*I have a key of yours*, the one that ends in `3f9d`. I use it for you alone, to connect your tools to the "
        "assistant of your organization, org_demo.",
        ["Change my key", "Remove my key"],
    ),
    (
        KeyShown("org_demo", ""),
        "*I have a key of yours*. I use it for you alone, to connect your tools to the assistant of your "
        "organization, org_demo.",
        ["Change my key", "Remove my key"],
    ),
    (
        NoKeyNeeded(),
        "You need no key of your own here: one is used for everybody. Type `/connect github` to connect a tool.",
        [],
    ),
    (
        AskKey("org_demo", None, "d1", was_late=True),
        "That took too long for Slack. Please press the button again.",
        ["Add my key"],
    ),
    (
        AskKey("org_demo", None, "d1", "key_not_accepted"),
        "*The connector service does not accept this key.* Please check that you copied all of it, and that it has "
        "not expired.",
        ["Add my key"],
    ),
    (
        AskKey("org_demo", None, "d1", "organization_not_allowed"),
        "*This key is not one of org_demo.* The connector service accepts it, but not for that organization. Please "
        "check both.",
        ["Add my key"],
    ),
    (
        AskKey("org_demo", None, "d1", "organization_unknown"),
        "*The connector service does not know org_demo.* Please check how the organization id is written.",
        ["Add my key"],
    ),
    (
        AskKey("org_demo", None, "d1", "platform_away"),
        "*The connector service does not answer right now, so nothing was saved.* Please try again in a minute.",
        ["Add my key"],
    ),
    (
        KeySaved("org_demo", "3f9d", goes_on=True),
        "*Your key works, and I keep it*, the one that ends in `3f9d`. It connects your tools to the assistant of your "
        "organization, org_demo. What you asked for goes on now: look where you asked for it.",
        [],
    ),
    (
        KeySaved("org_demo", "", goes_on=False),
        "*Your key works, and I keep it*. It connects your tools to the assistant of your organization, org_demo.",
        [],
    ),
    (
        KeyRemoved(),
        "*Your key is forgotten.* Your connections stay as they are; I just can't show or change them any more. "
        "`/connect key` adds a key again. If nobody else uses it, delete the key where you made it, too.",
        [],
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
        "Paste the API key of your own account at org_demo. I keep it encrypted, use it for you alone, and never show "
        "it again. It takes the place of the one that ends in `3f9d`."
    )
    assert field["element"] == {"type": "plain_text_input", "action_id": "key", "max_length": 512}
    assert field["hint"]["text"] == (
        "You find it in your account there, under API keys. Slack shows what you type, so mind who looks on."
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
        (KeyChecking(), "Checking it with the connector service. This takes a few seconds."),
        (
            KeySaved("org_demo", "3f9d", goes_on=False),
            "*Your key works, and I keep it*, the one that ends in `3f9d`. It connects your tools to the assistant of "
            "your organization, org_demo.",
        ),
    ],
)
def test_the_modal_says_what_becomes_of_the_key(fact: ModalFact, text: str) -> None:
    view = render_modal(fact, "/connect")

    check_modal(view)
    assert [block["text"]["text"] for block in view.to_dict()["blocks"]] == [text]
