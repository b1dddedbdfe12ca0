"""What a tool needs to know, asked for in a message and in a modal, whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slack_app.features.details import Details
from slack_app.views import render_message, render_modal
from tests.views.block_kit import check, check_modal, check_schema

SHAREPOINT = Details("sharepoint", "SharePoint", ("site_name",), {}, "d1")
HOSTILE = Details("evil", "<!channel> <https://evil.example|ok>", ("<!here>",), {"<!here>": "<@U1>"}, "d1")
LONG = Details("k" * 64, "n" * 300, tuple(f"{n}{'k' * 60}" for n in range(10)), {}, "d" * 16)
REFUSED = replace(SHAREPOINT, given={"site_name": "Marketting"})
EVERY_ONE = [SHAREPOINT, replace(SHAREPOINT, was_late=True), REFUSED, LONG, HOSTILE]


@pytest.mark.parametrize("fact", EVERY_ONE, ids=lambda fact: fact.tool_key[:9])
def test_slack_takes_every_one(fact: Details) -> None:
    check(render_message(fact, "/connect"))
    check_schema(render_message(fact, "/connect"))
    check_modal(render_modal(fact, "/connect"))


def test_the_message_says_what_is_missing_and_how_to_give_it() -> None:
    message = render_message(SHAREPOINT, "/connect")

    assert message.text == (
        "*SharePoint* needs a detail from you before it can be connected: *Site name*. Fill it in here, "
        'or type it: `/connect sharepoint site_name="Team Marketing"`.'
    )
    [button] = message.blocks[1]["elements"]
    assert (button["text"]["text"], button["action_id"], button["value"]) == (
        "Fill it in",
        "details_open",
        "d1:sharepoint",
    )


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (
            REFUSED,
            "*SharePoint* does not accept what it got as *Site name*. Please check it, and correct it here.",
        ),
        (
            replace(SHAREPOINT, was_late=True),
            "That took too long for Slack. Please press the button again.\n"
            "*SharePoint* needs a detail from you before it can be connected: *Site name*. Fill it in here, "
            'or type it: `/connect sharepoint site_name="Team Marketing"`.',
        ),
        (
            Details("acme", "Acme", ("tenant_id",), {}, "d1"),
            "*Acme* needs a detail from you before it can be connected: *Tenant id*. Fill it in here, "
            'or type it: `/connect acme tenant_id="…"`.',
        ),
    ],
    ids=["refused", "late", "named by the platform"],
)
def test_the_words(fact: Details, text: str) -> None:
    assert render_message(fact, "/connect").text == text


def test_the_modal_asks_with_a_label_a_hint_and_an_example() -> None:
    view = render_modal(REFUSED, "/connect").to_dict()

    assert (view["title"]["text"], view["submit"]["text"], view["close"]["text"]) == (
        "Connect a tool",
        "Get my link",
        "Cancel",
    )
    lead, asked = view["blocks"]
    assert lead["text"]["text"] == "*SharePoint* does not accept what it got. Please check it."
    assert asked["label"]["text"] == "Site name"
    assert asked["hint"]["text"] == "The name of the SharePoint site, as it stands at the top of its page."
    assert asked["element"]["placeholder"]["text"] == "Team Marketing"
    assert asked["element"]["initial_value"] == "Marketting"


def test_the_modal_leads_with_why_it_asks() -> None:
    view = render_modal(SHAREPOINT, "/connect").to_dict()

    assert view["blocks"][0]["text"]["text"] == (
        "*SharePoint* needs this before it can be connected. Your link comes to you right after."
    )


def test_names_from_outside_cannot_call_a_channel_or_hide_a_link() -> None:
    """security.md 11"""
    for text in (
        render_message(HOSTILE, "/connect").text,
        render_modal(HOSTILE, "/connect").to_dict()["blocks"][0]["text"]["text"],
    ):
        for harm in ("<!channel>", "<https://evil", "<!here>", "<@U1>"):
            assert harm not in text
