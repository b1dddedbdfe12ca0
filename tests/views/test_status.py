"""What a person has connected, whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slack_app.features.status import AskName, Changed, ConfirmDisconnect, DisconnectCancelled, Status, StatusLoading
from slack_app.model.facts import MessageFact
from slack_app.model.tools import Connection
from slack_app.views import render_message, render_modal
from tests.views.block_kit import check, check_modal, check_schema

GITHUB = Connection(
    "tcred_1", "github", "GitHub", "dev@example.com", created_at="2026-11-03T09:00:00+00:00", is_healthy=True
)
NOTION = Connection("tcred_2", "notion", "Notion", label="Team notes", is_active=False, is_healthy=False)
LONG = replace(GITHUB, name="n" * 300, account="a" * 300, label="l" * 300)
HOSTILE = replace(GITHUB, name="<!channel> <https://evil.example|ok> *x*", account="<!here>", label="<@U1>")
EVERY_MESSAGE = [
    StatusLoading(),
    Status([]),
    Status([GITHUB, NOTION]),
    Status([replace(LONG, id=f"tcred_{number}") for number in range(60)], Changed(LONG, "removed")),
    ConfirmDisconnect("github", [GITHUB]),
    ConfirmDisconnect("github", [replace(LONG, id=f"tcred_{number}") for number in range(60)]),
    DisconnectCancelled(),
]


@pytest.mark.parametrize("fact", EVERY_MESSAGE, ids=lambda fact: type(fact).__name__)
def test_slack_takes_every_message(fact: MessageFact) -> None:
    check(render_message(fact, "/connect"))


@pytest.mark.parametrize("fact", EVERY_MESSAGE, ids=lambda fact: type(fact).__name__)
def test_every_message_has_the_shape_of_slacks_types(fact: MessageFact) -> None:
    check_schema(render_message(fact, "/connect"))


def test_each_connection_says_as_whom_since_when_on_or_off_and_whether_it_works() -> None:
    message = render_message(Status([GITHUB, NOTION]), "/connect")

    assert message.text == (
        "*What you have connected*\n"
        "*GitHub* as dev@example.com · since <!date^1793696400^{date_short}|3 Nov 2026> · on · working\n"
        "*Notion* as Team notes · off · not working: please reconnect it"
    )
    labels = [[e["text"]["text"] for e in b["elements"]] for b in message.blocks if b["type"] == "actions"]
    assert labels == [
        ["Disconnect", "Turn off", "Rename", "Add another account"],
        ["Disconnect", "Turn on", "Rename", "Reconnect"],
        ["Connect another tool"],
    ]


def test_of_one_that_is_off_nothing_else_is_said() -> None:
    """wording.md, "status, off": no more than that."""
    text = render_message(Status([replace(GITHUB, is_active=False, created_at="")]), "/connect").text

    assert text.endswith("*GitHub* as dev@example.com · off")


def test_disconnecting_by_a_press_is_confirmed() -> None:
    message = render_message(Status([GITHUB]), "/connect")

    [disconnect] = [
        e for b in message.blocks if b["type"] == "actions" for e in b["elements"] if e["action_id"] == "status_remove"
    ]
    assert disconnect["value"] == "tcred_1:github"
    assert disconnect["confirm"]["text"]["text"] == (
        "Your assistant will lose access to dev@example.com, since 3 Nov 2026."
    )
    assert disconnect["confirm"]["title"]["text"] == "Disconnect GitHub?"


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (StatusLoading(), "I asked what you have connected. Only you will see the answer."),
        (
            Status(None, Changed(GITHUB, "removed")),
            "*GitHub* (dev@example.com) is disconnected. Your assistant can't use it anymore.\n"
            "I can't list the rest right now. Please look again in a minute.",
        ),
        (Status([]), "You haven't connected anything yet."),
        (
            Status([], Changed(GITHUB, "removed")),
            "*GitHub* (dev@example.com) is disconnected. Your assistant can't use it anymore.\n"
            "You haven't connected anything yet.",
        ),
        (
            ConfirmDisconnect("github", [GITHUB]),
            "Disconnect *GitHub* (dev@example.com)?\nYour assistant will lose access to it. "
            "Nothing is deleted in GitHub.",
        ),
        (DisconnectCancelled(), "Nothing changed. It's still connected."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_words(fact: MessageFact, text: str) -> None:
    assert render_message(fact, "/connect").text == text


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("on", "*GitHub* (dev@example.com) is on. Your assistant can use it again."),
        ("off", "*GitHub* (dev@example.com) is off. It stays connected, but your assistant doesn't use it."),
        ("renamed", "Renamed to “Work” (dev@example.com)."),
        ("late", "That took too long for Slack. Please press *Rename* again."),
        ("gone", "*GitHub* (dev@example.com) is already disconnected."),
    ],
)
def test_what_a_press_did_is_said_above_the_list(what: str, text: str) -> None:
    connection = replace(GITHUB, label="Work") if what == "renamed" else GITHUB
    assert render_message(Status([connection], Changed(connection, what)), "/connect").text.startswith(
        f"{text}\n*What you have"
    )


def test_of_several_accounts_each_has_its_own_button() -> None:
    other = replace(GITHUB, id="tcred_9", account="home@example.com")

    message = render_message(ConfirmDisconnect("github", [GITHUB, other]), "/connect")

    assert message.text.startswith("Which GitHub account do you want to disconnect?")
    buttons: list[dict[str, Any]] = message.blocks[1]["elements"]
    assert [(button["text"]["text"], button["value"]) for button in buttons] == [
        ("Disconnect dev@example.com", "tcred_1:github"),
        ("Disconnect home@example.com", "tcred_9:github"),
        ("Keep it", "tcred_1:github"),
    ]


def test_names_from_outside_cannot_call_a_channel_or_hide_a_link() -> None:
    """security.md 11"""
    for fact in (Status([HOSTILE], Changed(HOSTILE, "off")), ConfirmDisconnect("github", [HOSTILE])):
        text = render_message(fact, "/connect").text
        for harm in ("<!channel>", "<https://evil", "<!here>", "<@U1>"):
            assert harm not in text


@pytest.mark.parametrize("fact", [AskName(GITHUB, "d1"), AskName(LONG, "d1"), AskName(HOSTILE, "d1")])
def test_slack_takes_the_modal_that_asks_for_a_name(fact: AskName) -> None:
    check_modal(render_modal(fact, "/connect"))


def test_the_modal_that_asks_for_a_name_says_of_what() -> None:
    view = render_modal(AskName(replace(GITHUB, label="Old name"), "d1"), "/connect").to_dict()

    assert (view["title"]["text"], view["submit"]["text"], view["close"]["text"]) == ("Rename", "Save", "Cancel")
    [name] = view["blocks"]
    assert (name["label"]["text"], name["hint"]["text"], name["element"]["initial_value"]) == (
        "What do you want to call it?",
        "GitHub, Old name (dev@example.com), since 3 Nov 2026",
        "Old name",
    )
