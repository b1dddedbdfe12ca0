"""The App Home, whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slack_app.features.home import Home, Welcome
from slack_app.features.status import Changed
from slack_app.model.facts import HomeFact
from slack_app.model.messages import Failure, HomeFilter
from slack_app.model.tools import Connection, Connector
from slack_app.views import render_home
from tests.sample_links import live
from tests.views.block_kit import check_home

GITHUB = Connection("tcred_1", "github", "GitHub", "dev@example.com", created_at="2026-11-03T09:00:00+00:00")
NOTION = Connector("notion", "Notion", "knowledge_base", "Pages and databases")
LINEAR = Connector("linear", "Linear")
HOME = Home(
    [GITHUB], [LINEAR, NOTION], {"linear": live(tool="linear")}, ["development", "knowledge_base"], HomeFilter()
)
LONG = Home(
    [replace(GITHUB, id=f"tcred_{n}", name="n" * 300, account="a" * 300) for n in range(60)],
    [Connector(f"{n:064}", "n" * 300, "c" * 300, "d" * 300) for n in range(300)],
    {f"{n:064}": live(tool=f"{n:064}") for n in range(300)},
    [f"{n} {'c' * 60}" for n in range(150)],
    HomeFilter("q" * 100, "0 " + "c" * 60),
    is_first=True,
    is_stale=True,
    changed=Changed(GITHUB, "removed"),
)
HOSTILE = Home(
    [replace(GITHUB, name="<!channel> <https://evil.example|ok> *x*", account="<!here>", label="<@U1>")],
    [Connector("evil", "<!channel>", "<!here>", "<https://evil.example|ok> <@U1>")],
    {},
    ["<!here>"],
    HomeFilter("<!channel>"),
)
EVERY_HOME = {
    "a few": HOME,
    "first": replace(HOME, connections=[], is_first=True),
    "an admin's": replace(HOME, is_admin=True),
    "an admin's welcome": Welcome(is_admin=True),
    "an admin's trouble": Failure("key_needed", {"organization_id": "org_a"}, "0A1B2C3D", "d1", is_admin=True),
    "nothing": Home([], [], {}, [], HomeFilter()),
    "nothing found": Home([], [], {}, ["development"], HomeFilter("zzz")),
    "early": replace(HOME, connections=[], is_first=True, is_early=True),
    "stale": Home([replace(GITHUB, id="")], [], {}, [], HomeFilter(), is_stale=True),
    "long": LONG,
    "hostile": HOSTILE,
    "welcome": Welcome(),
    "trouble": Failure("workspace_unmapped", {"team_id": "T1"}, "0A1B2C3D"),
}


@pytest.mark.parametrize("name", EVERY_HOME)
def test_slack_takes_every_app_home(name: str) -> None:
    view = render_home(EVERY_HOME[name], "/connect")

    check_home(view)


@pytest.mark.parametrize("letter", ["n", "\u6f22", "\U0001f469"], ids=ascii)
def test_an_app_home_of_long_words_shows_as_many_tools_as_slack_and_we_take(letter: str) -> None:
    """slack-truth.md 2.3: a view of 250 kB, and our own limit when it is sent back with every press."""
    long = letter * 300
    accounts = [Connection(f"tcred_{n}", f"{n:064}", long, long, label=long) for n in range(60)]
    tools = [Connector(f"{n:064}", long, long, long) for n in range(100)]
    looked_for, categories = HomeFilter(letter * 100), [f"{n}{letter * 60}" for n in range(100)]
    fact = replace(LONG, connections=accounts, connectors=tools, home_filter=looked_for, categories=categories)
    fact = replace(fact, waiting={})

    view = render_home(fact, "/connect")

    check_home(view)
    shown = sum(block.get("accessory", {}).get("action_id") == "home_connect" for block in view.to_dict()["blocks"])
    assert 0 < shown < 45 if len(letter.encode()) == 4 else shown == 45
    assert lines(fact)[-1].startswith(f"And {100 - shown} more.")


def test_an_app_home_of_long_links_shows_as_many_tools_as_slack_and_we_take() -> None:
    """slack-truth.md 2.3: a view of 250 kB; an address of a button has 3,000 letters at most."""
    waiting = {f"{n:064}": live(tool=f"{n:064}") for n in range(300)}
    long = {
        tool: replace(one, link=replace(one.link, url="https://github.com/?" + "a" * 2970))
        for tool, one in waiting.items()
    }

    view = render_home(replace(LONG, waiting=long), "/connect")

    check_home(view)
    assert (
        sum(block.get("accessory", {}).get("action_id") == "connect_open_link" for block in view.to_dict()["blocks"])
        > 0
    )


def test_the_link_to_another_account_stands_beside_the_first_of_a_tool() -> None:
    work = replace(GITHUB, id="tcred_2", label="Work")

    first, _, second, *_ = lines(replace(HOME, connections=[GITHUB, work], waiting={"github": live()}))[3:]

    assert first.endswith(
        "Only for you · works until <!date^1900000600^{time}|17:56 UTC> · opens github.com [Open link]"
    )
    assert "Open link" not in second


def test_a_first_link_under_a_shared_key_says_so_in_the_app_home() -> None:
    linear = replace(live(tool="linear"), explains_key=True)

    row = next(line for line in lines(replace(HOME, waiting={"linear": linear})) if line.startswith("*Linear*"))

    assert row.splitlines()[1].startswith("Everyone here connects with one key")


def lines(fact: HomeFact) -> list[str]:
    """Everything that the view says, a line a block."""
    return [line for block in render_home(fact, "/connect").to_dict()["blocks"] if (line := said(block))]


def said(block: dict[str, Any]) -> str:
    if block["type"] in ("section", "header"):
        accessory = f" [{block['accessory']['text']['text']}]" if "accessory" in block else ""
        return str(block["text"]["text"]) + accessory
    if block["type"] == "input":
        return f"{block['label']['text']}: {block['element']['placeholder']['text']}"
    elements = block["elements"]
    if block["type"] == "context":
        return " ".join(element["text"] for element in elements)
    return " ".join(
        f"[{e['text']['text']}]" if e["type"] == "button" else "|".join(o["text"]["text"] for o in e["options"])
        for e in elements
    )


def test_the_app_home_shows_every_tool_with_its_state_and_its_button() -> None:
    assert lines(HOME) == [
        "Search tools: Type, then press Enter",
        "All categories|Development|Knowledge base",
        "Connected",
        "*GitHub* as dev@example.com · since <!date^1793696400^{date_short}|3 Nov 2026> · on",
        "[Disconnect] [Turn off] [Rename] [Add another account]",
        "Not connected yet",
        "*Linear*\nOnly for you · works until <!date^1900000600^{time}|17:56 UTC> · opens github.com [Open link]",
        "*Notion*\nKnowledge base · Pages and databases [Connect]",
    ]


def test_whoever_has_connected_nothing_is_welcomed() -> None:
    assert lines(EVERY_HOME["first"])[0] == (
        "*Welcome. Connect the tools you work with.*\n"
        "Press *Connect* beside a tool, then *Open link*. Only you see it. Then your assistant can use the tool."
    )


def test_a_tool_can_be_chosen_while_what_is_connected_is_looked_up() -> None:
    assert lines(EVERY_HOME["early"])[1:] == [
        "Looking up what you have connected. You can choose a tool meanwhile.",
        "Search tools: Type, then press Enter",
        "All categories|Development|Knowledge base",
        "Tools",
        "*Linear*\nOnly for you · works until <!date^1900000600^{time}|17:56 UTC> · opens github.com [Open link]",
        "*Notion*\nKnowledge base · Pages and databases [Connect]",
    ]


def test_what_was_just_done_stands_above_all() -> None:
    first, *_ = lines(replace(HOME, changed=Changed(GITHUB, "removed")))

    assert first == "*GitHub* (dev@example.com) is disconnected. Your assistant can't use it anymore."


def test_what_is_not_fresh_says_so_and_cannot_be_changed() -> None:
    assert lines(EVERY_HOME["stale"]) == [
        "*Freddy isn't answering right now.* This list may be out of date, and you can't change it for now.",
        "[Try again]",
        "Search tools: Type, then press Enter",
        "All categories",
        "Connected",
        "*GitHub* as dev@example.com · since <!date^1793696400^{date_short}|3 Nov 2026> · on",
    ]


@pytest.mark.parametrize(
    ("name", "last"),
    [
        (
            "nothing",
            "Your organization offers no tools here yet. Admins choose them with `/connect setup`.",
        ),
        ("nothing found", "[Show all tools]"),
        ("long", "And 255 more. Search, or choose a category, to see them."),
        ("welcome", "Looking up your organization's tools. You can choose here in a moment."),
        ("trouble", "[Set up] [Try again]"),
    ],
)
def test_the_last_word(name: str, last: str) -> None:
    assert lines(EVERY_HOME[name])[-1] == last


def test_the_fields_keep_what_the_person_looks_for() -> None:
    search, category, *_ = render_home(
        replace(HOME, home_filter=HomeFilter("not", "knowledge_base")), "/connect"
    ).to_dict()["blocks"]

    assert search["element"]["initial_value"] == "not"
    assert category["elements"][0]["initial_option"]["text"]["text"] == "Knowledge base"


@pytest.mark.parametrize(
    ("home_filter", "told"),
    [
        (HomeFilter("not", "knowledge_base"), "Showing only what matches “not” in “Knowledge base”."),
        (HomeFilter("not"), "Showing only what matches “not”."),
        (HomeFilter("", "knowledge_base"), "Showing only what matches “Knowledge base”."),
    ],
)
def test_a_list_that_is_narrowed_says_to_what(home_filter: HomeFilter, told: str) -> None:
    """slack-truth.md 2.3: whatever stands in the field by now."""
    assert lines(replace(HOME, home_filter=home_filter))[2] == told


def test_a_field_shows_what_counts_when_the_other_changes_and_keeps_what_is_typed_otherwise() -> None:
    """slack-truth.md 2.3: Slack keeps what stands in a field of the same ids."""

    def ids(query: str = "", category: str = "", **more: Any) -> list[str]:
        home = replace(HOME, home_filter=HomeFilter(query, category), **more)
        return [block["block_id"] for block in render_home(home, "/connect").to_dict()["blocks"][:2]]

    search, category = ids()
    assert ids(connections=[]) == [search, category]
    assert (ids("git")[0], ids(category="development")[1]) == (search, category)
    assert (ids("git")[1] != category, ids(category="development")[0] != search) == (True, True)


def test_names_from_outside_cannot_call_a_channel_or_hide_a_link() -> None:
    """security.md 11"""
    blocks = render_home(HOSTILE, "/connect").to_dict()["blocks"]

    for block in blocks:
        if block.get("text", {}).get("type") == "mrkdwn":
            for harm in ("<!channel>", "<https://evil", "<!here>", "<@U1>"):
                assert harm not in block["text"]["text"]
