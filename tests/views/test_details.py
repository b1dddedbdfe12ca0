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
KINDS = Details(
    "acme",
    "Acme",
    ("count", "rate", "is_new", "ids", "filter", "site/id"),
    {"count": "many", "rate": 2.5, "is_new": True, "ids": ["a", "b"], "filter": {"a": 1}, "site": {"id": "x"}},
    "d1",
    kinds={"count": "integer", "rate": "number", "is_new": "boolean", "ids": "array", "filter": "object"},
)
EVERY_ONE = [KINDS, replace(KINDS, given={}), SHAREPOINT, replace(SHAREPOINT, was_late=True), REFUSED, LONG, HOSTILE]


@pytest.mark.parametrize("fact", EVERY_ONE, ids=lambda fact: fact.tool_key[:9])
def test_slack_takes_every_one(fact: Details) -> None:
    check(render_message(fact, "/connect"))
    check_schema(render_message(fact, "/connect"))
    check_modal(render_modal(fact, "/connect"))


def test_the_message_says_what_is_missing_and_how_to_give_it() -> None:
    message = render_message(SHAREPOINT, "/connect")

    assert message.text == (
        "*SharePoint* needs a detail first: *Site name*. Fill it in here, "
        'or type `/connect sharepoint site_name="Team Marketing"`.'
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
            "*SharePoint* doesn't accept what it got as *Site name*. Please correct it here.",
        ),
        (
            replace(SHAREPOINT, was_late=True),
            "That took too long for Slack. Please press the button again.\n"
            "*SharePoint* needs a detail first: *Site name*. Fill it in here, "
            'or type `/connect sharepoint site_name="Team Marketing"`.',
        ),
        (
            Details("acme", "Acme", ("tenant_id",), {}, "d1"),
            '*Acme* needs a detail first: *Tenant id*. Fill it in here, or type `/connect acme tenant_id="…"`.',
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
    assert lead["text"]["text"] == "*SharePoint* doesn't accept what it got. Please correct it."
    assert asked["label"]["text"] == "Site name"
    assert asked["hint"]["text"] == "The name of the SharePoint site, as shown at the top of its page."
    assert asked["element"]["placeholder"]["text"] == "Team Marketing"
    assert asked["element"]["initial_value"] == "Marketting"


def test_the_modal_leads_with_why_it_asks() -> None:
    view = render_modal(SHAREPOINT, "/connect").to_dict()

    assert view["blocks"][0]["text"]["text"] == ("*SharePoint* needs this first. Your link comes right after.")


def test_names_from_outside_cannot_call_a_channel_or_hide_a_link() -> None:
    """security.md 11"""
    for text in (
        render_message(HOSTILE, "/connect").text,
        render_modal(HOSTILE, "/connect").to_dict()["blocks"][0]["text"]["text"],
    ):
        for harm in ("<!channel>", "<https://evil", "<!here>", "<@U1>"):
            assert harm not in text


def test_the_modal_asks_with_the_field_of_each_kind_and_keeps_what_was_given() -> None:
    inputs = [block for block in render_modal(KINDS, "/connect").to_dict()["blocks"] if block["type"] == "input"]
    element = {block["block_id"]: block["element"] for block in inputs}

    assert [(path, field["type"], field["action_id"]) for path, field in element.items()] == [
        ("count", "number_input", "integer"),
        ("rate", "number_input", "number"),
        ("is_new", "radio_buttons", "boolean"),
        ("ids", "plain_text_input", "array"),
        ("filter", "plain_text_input", "object"),
        ("site/id", "plain_text_input", "value"),
    ]
    assert inputs[0]["hint"]["text"] == "You gave “many”. A whole number."
    assert "initial_value" not in element["count"]
    assert element["rate"]["initial_value"] == "2.5"
    assert element["is_new"]["initial_option"]["text"]["text"] == "Yes"
    assert (element["ids"]["initial_value"], element["ids"]["multiline"]) == ("a\nb", True)
    assert element["filter"]["initial_value"] == '{"a": 1}'
    assert element["site/id"]["initial_value"] == "x"


def test_the_message_shows_the_form_of_each_kind_for_this_tool() -> None:
    fact = replace(KINDS, keys=("count", "is_new", "site/id"), given={})

    assert render_message(fact, "/connect").text == (
        "*Acme* needs a detail first: *Count*, *Is new* or *Site id*. Fill it in here, "
        'or type `/connect acme count:=3 is_new:=true site.id="…"`.'
    )
    assert render_message(replace(KINDS, keys=("count",)), "/connect").text == (
        "*Acme* doesn't accept what it got as *Count*. *Count* has to be a whole number. Please correct it here."
    )
