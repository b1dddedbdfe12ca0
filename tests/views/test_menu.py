"""The menu of tools, in a message and in a modal, whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slack_app.features.menu import Menu, MenuLoading
from slack_app.model.facts import MessageFact
from slack_app.model.tools import Connection, Connector
from slack_app.views import render_message, render_modal
from slack_app.views.menu import by_category, suggestions
from tests.views.block_kit import check, check_modal, check_schema

GITHUB = Connector("github", "GitHub", "development", "Issues and code")
GITLAB = Connector("gitlab", "GitLab", "development", "")
NOTION = Connector("notion", "Notion", "", "Pages")
DEV = Connection("", "github", "GitHub", "dev@example.com")
MENU = Menu([GITHUB, GITLAB, NOTION], [DEV])
LONG = Connector("k" * 64, "n" * 300, "c" * 300, "d" * 300)
HOSTILE = Connector("evil", "<!channel> <https://evil.example|ok> *x*", "<!here>", "<@U1>")
EVERY_MENU = {
    "a few": MENU,
    "connections unknown": replace(MENU, accounts=None),
    "none": Menu([], []),
    "long": Menu([replace(LONG, tool_key=f"{n:064}") for n in range(100)], [replace(DEV, account="a" * 300)]),
    "many": Menu([replace(LONG, tool_key=f"{n:064}") for n in range(101)], []),
    "hostile": Menu([HOSTILE], [replace(DEV, tool_key="evil", account="<!here>")]),
}


@pytest.mark.parametrize("name", EVERY_MENU)
def test_slack_takes_every_menu(name: str) -> None:
    check(render_message(EVERY_MENU[name], "/connect"))
    check_schema(render_message(EVERY_MENU[name], "/connect"))
    check_modal(render_modal(EVERY_MENU[name], "/connect"))


def select(fact: Menu) -> dict[str, Any]:
    found, _ = [e for b in render_message(fact, "/connect").blocks if b["type"] == "actions" for e in b["elements"]]
    return dict(found)


def shown(groups: list[dict[str, Any]]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(g["label"]["text"], [(o["value"], o["text"]["text"]) for o in g["options"]]) for g in groups]


def test_the_menu_groups_the_tools_and_says_who_is_connected() -> None:
    assert shown(suggestions(MENU)) == [
        ("Development", [(":github", "GitHub · connected as dev@example.com"), (":gitlab", "GitLab")]),
        ("Other", [(":notion", "Notion")]),
    ]


@pytest.mark.parametrize("name", ["a few", "connections unknown", "long", "many"])
def test_the_text_is_the_question_alone(name: str) -> None:
    """wording.md "menu": who listens hears no list of tools, and nothing that stops being true"""
    message = render_message(EVERY_MENU[name], "/connect")

    assert message.text == (
        "*Which tool do you want to connect?*\nChoose it, or type to search. Only you will see the link."
    )
    assert message.blocks[1]["elements"][1]["text"]["text"] == "What I have"


@pytest.mark.parametrize(
    ("accounts", "whom"),
    [
        ([DEV, replace(DEV, account="home@example.com")], "connected as dev@example.com and 1 more"),
        ([replace(DEV, is_active=False)], "connected as dev@example.com, off"),
        ([replace(DEV, account="")], "connected"),
        ([replace(DEV, label="My work")], "connected as My work"),
    ],
)
def test_a_tools_name_is_followed_by_how_it_is_connected(accounts: list[Connection], whom: str) -> None:
    groups = suggestions(Menu([GITHUB], accounts))

    assert shown(groups) == [("Development", [(":github", f"GitHub · {whom}")])]


@pytest.mark.parametrize("name", ["a few", "many"])
def test_opening_and_typing_ask_the_app(name: str) -> None:
    """So nicknames, categories and descriptions are found; Slack itself searches labels alone."""
    found = select(EVERY_MENU[name])

    assert (found["type"], found["min_query_length"]) == ("external_select", 0)


def test_an_answer_holds_a_hundred_tools() -> None:
    assert sum(len(group["options"]) for group in suggestions(EVERY_MENU["many"])) == 100


def test_the_modal_offers_the_same() -> None:
    view = render_modal(MENU, "/connect").to_dict()

    assert (view["title"]["text"], view["submit"]["text"], view["close"]["text"]) == (
        "Connect a tool",
        "Get my link",
        "Cancel",
    )
    [tool] = view["blocks"]
    assert (tool["label"]["text"], tool["hint"]["text"]) == (
        "Tool",
        "Only you see your link.",
    )
    assert tool["element"] == select(MENU)


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (
            MenuLoading(),
            "I asked which tools your organization offers. Only you will see the answer.",
        ),
        (
            Menu([], []),
            "Your organization offers no tools here yet. Admins choose them with `/connect setup`.",
        ),
    ],
    ids=["opening", "empty"],
)
def test_the_words(fact: MessageFact, text: str) -> None:
    check(render_message(fact, "/connect"))
    assert render_message(fact, "/connect").text == text


def test_names_from_outside_cannot_call_a_channel_or_hide_a_link() -> None:
    """security.md 11"""
    text = render_message(EVERY_MENU["hostile"], "/connect").text

    for harm in ("<!channel>", "<https://evil", "<!here>", "<@U1>"):
        assert harm not in text


def test_categories_that_differ_in_capitals_keep_all_of_their_tools() -> None:
    connectors = [Connector(f"t{n}", f"Tool {n}", "CRM" if n % 2 else "crM") for n in range(10)]

    groups = by_category(connectors)

    assert sorted(connector.tool_key for group in groups.values() for connector in group) == [
        f"t{n}" for n in range(10)
    ]
