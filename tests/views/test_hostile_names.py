"""Names that somebody outside chose, in every message, modal, App Home and page: they stay dead text (security.md 11).

A fact that is missing in `facts` fails here, so a new one cannot be forgotten.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.models.views import View

from slack_app.features.ask_admin import AdminRequest, AdminsAsked, AskReason, ProblemDeclined, ProblemResolved
from slack_app.features.change import DisconnectChoice, NotConnected
from slack_app.features.connect import (
    Accepted,
    AcceptedForLater,
    AnsweredElsewhere,
    ConnectedAlready,
    LinkInModal,
    LinkLoading,
    StillWorking,
)
from slack_app.features.create_link import InTurn
from slack_app.features.deliver_link import LinkAnswer, LinkReady
from slack_app.features.details import Details
from slack_app.features.greet import Greeting
from slack_app.features.help import AdminHelp, Help
from slack_app.features.home import Home, Welcome
from slack_app.features.install import BegunElsewhere, Closed, Installed, NotInstalled, Offered
from slack_app.features.key import AskKey, KeyChecking, KeyLoading, KeyRemoved, KeySaved, KeyShown, NoKeyNeeded
from slack_app.features.link_actions import WrongAccountDisconnected
from slack_app.features.link_messages import Ended
from slack_app.features.menu import Menu, MenuLoading
from slack_app.features.pending_requests import NEEDS_ADMIN, HandledByAdmin, RequestDeclined, YouCanRetry
from slack_app.features.remove_setup import ConfirmRemoval, SetupRemoved
from slack_app.features.setup import SetupChecking, SetupDone, SetupForm, SetupOffer, SetupOpening
from slack_app.features.setup_effect import SetupEffect
from slack_app.features.status import (
    AskName,
    Changed,
    ConfirmDisconnect,
    DisconnectCancelled,
    RemovedByAdmin,
    Status,
    StatusLoading,
)
from slack_app.features.understand import Which
from slack_app.features.whoami import Whoami, WhoamiLoading
from slack_app.model.facts import MessageFact
from slack_app.model.links import Outcome
from slack_app.model.messages import Failure, HomeFilter, Message
from slack_app.model.tools import Connection, Connector, Owner
from slack_app.model.users import Role
from slack_app.model.workspaces import KeyMode, Setup
from slack_app.outside_text import cleaned
from slack_app.views import menu, setup
from slack_app.wording import failure as failures
from tests.sample_links import MAYA, NOW, live
from tests.views.block_kit import check, check_home, check_modal
from tests.views.test_render import SURFACES
from tests.views.test_render import facts as registered

HARMLESS = "GitHub"
HOSTILE = {
    "bold": "*x* a*b*c",
    "italics": "_x_ snake_case _y",
    "struck": "~x~",
    "code": "`x` ```y```",
    "mention": "<!channel> <@U0BOSS> @here",
    "link": "<https://evil.com|ok>",
    "bare": "https://evil.com evil.com #general",
    "reversed": "a\u202egpj.exe\u202c \u2067x\u2069 \u200f\u061c",
    "controls": "a\x00b\x1bc\nd\u2028e\ud800",
    "tags": "a\U000e0041\U000e0042\ufeff\u200b\u2060\u00adb",
    "long": "*`&<" * 200,
}
BLANK = ["", " ", "\u3000", "\u200b", "\u2060\ufeff", "\u3164\u115f", "\u200d\u200c", "\u202e", "\ufe0f", "\n\t"]
UNSEEN = re.compile("[\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u061c\ufeff\ud800-\udfff\U000e0000-\U000e007f]")
MARKS = "*`~<>"


def facts(name: str) -> Sequence[Any]:
    """Return every fact of the product, with this name wherever a name stands in it, in each of its kinds."""
    word = name if cleaned(name) else "github"  # ids and what was typed are never blank
    tools = [Connector("github", name, name, name), Connector("notion", name)]
    accounts = [
        Connection("c1", "github", name, name, name),
        Connection("c2", "github", name, name, is_active=False, is_healthy=False),
    ]
    link = live(tool=name or "github")
    link = replace(link, link=replace(link.link, name=name), connection=accounts[0])
    set_up = Setup("T1", "org_a", allowed_connectors=("github", "gone"), version=1)
    home = Home(
        accounts,
        tools,
        {link.link.connector_type: link},
        [tool.category[:75] for tool in tools[:1] if tool.category],
        HomeFilter(name[:100]),
    )
    said = {
        "connector_type": word, "organization_id": word, "parameter": word, "parameters": [word], "problem": "reserved",
        "name": tools[0].name, "team_id": word, "nearest": {"github": tools[0].name}, "again_at": NOW, "admins": [word],
    }  # fmt: skip
    given = Details("github", tools[0].name, ["site_name", "_"], {"site_name": "x"}, "d1")
    return [
        *(
            Failure(reason, said, "A1B2C3D4", "d1", is_admin)
            for reason in sorted(failures._FAILURES) for is_admin in (False, True, None)
        ),
        *(AdminRequest(MAYA, reason, "cause", "github", name, "org_a") for reason in sorted(NEEDS_ADMIN)),
        *(Ended(replace(link, outcome=outcome)) for outcome in Outcome),
        *(changed(name, what) for what in ("removed", "on", "off", "renamed", "late", "gone")),
        *(SetupForm(set_up, tools, "abcd", problem) for problem in ("", "key_missing", "organization_unknown")),
        SetupForm(replace(set_up, is_inherited=True), [Connector(f"t{n}", name) for n in range(120)]),
        replace(SetupForm(set_up, tools), effect=SetupEffect(KeyMode.SHARED, None, 1, 2, 3), draft_id="d1"),
        ConfirmRemoval(replace(set_up, organization_id=word), None, None),
        AdminsAsked(["U1", "U2"], is_first=True), ProblemResolved(2, name), ProblemResolved(0),
        Accepted(word), AcceptedForLater(Accepted(word)), StillWorking(word, NOW), StillWorking("", NOW), InTurn(word),
        LinkReady(link, NOW), LinkAnswer(link, in_dm=True), LinkAnswer(link, in_dm=False),
        WrongAccountDisconnected(link), given, replace(given, given={}, was_late=True), home, Welcome(),
        *(Help(role, has_own_key=True) for role in Role), AdminHelp(),
        replace(home, connectors=[], connections=[], is_first=True),
        Offered("https://slack.com/"), Installed(name, "https://slack.com/", is_org_wide=False),
        NotInstalled("busy", "A1B2C3D4"), BegunElsewhere(), Closed(),
        AskKey(word, word), AskKey(word, None, problem="organization_not_allowed"), KeyChecking(), KeyLoading(),
        KeyRemoved(), KeySaved(word, word, goes_on=True, is_link_next=True, tool=name, channel_id=f"C{word}"),
        KeySaved(word, word, goes_on=True, channel_id=f"C{word}"),
        KeyShown(word, word), KeyShown(word, None), NoKeyNeeded(),
        Menu(tools, accounts), Menu(tools, None), Menu([Connector(f"t{n}", name) for n in range(120)], []),
        Menu([], []), MenuLoading(), YouCanRetry("d1", name, "U1"),
        *(HandledByAdmin(MAYA, name, "U1", is_declined=is_declined) for is_declined in (False, True)),
        SetupChecking(), SetupDone(set_up, 1, can_choose=True), SetupOffer(is_invited=True), SetupOpening(),
        SetupRemoved(None), SetupRemoved(set_up), AskName(accounts[0], "d1"), ConfirmDisconnect(word, accounts),
        ConfirmDisconnect(word, accounts[:1]), ConfirmDisconnect(word, []), DisconnectCancelled(), StatusLoading(),
        Which({"github": tools[0].name, "notion": tools[1].name}), Which({"github": tools[0].name}, "list"),
        NotConnected("github", tools[0].name, can_connect=True), NotConnected("github", word, can_connect=False),
        *(DisconnectChoice(accounts, said, is_near=near) for said in ("", word) for near in (True, False)),
        DisconnectChoice([], word), *(Greeting(kind) for kind in "hello thanks home unclear welcome test".split()),
        Status(accounts), Status([]), RemovedByAdmin(accounts[0], "U7"), ConnectedAlready(accounts),
        Status([replace(a, owner=owner, owner_id="U7") for a in accounts for owner in Owner]),
        AskReason(word, "d1"), ProblemDeclined(1, word), RequestDeclined(name, "U1", word),
        LinkLoading(), LinkInModal(link), LinkInModal(replace(link, explains_key=True)), AnsweredElsewhere(),
        AnsweredElsewhere(f"C{word}", word), LinkInModal(link, word),
        WhoamiLoading(), *(Whoami(word, KeyMode.PER_USER, word, role) for role in Role),
    ]  # fmt: skip


def changed(name: str, what: str) -> Status:
    return Status([], Changed(Connection("c1", "github", name, name), what))


def rendered(name: str) -> Iterator[tuple[str, Any]]:
    """Yield every fact on every surface it is for, under the fact's own word."""
    for number, fact in enumerate(facts(name)):
        for surface, render in SURFACES.items():
            is_closed_form = (
                isinstance(fact, SetupForm) and not (fact.problem or fact.effect) and surface is MessageFact
            )  # tells nothing
            if isinstance(fact, surface) and not is_closed_form:
                yield f"{number} {type(fact).__name__} {surface.__name__}", render(fact, "/connect")


def texts(shown: Any) -> Sequence[dict[str, Any]]:
    """Return every text object in it, the text for notifications among them."""
    if isinstance(shown, Message):
        return [{"type": "fallback", "text": shown.text}, *_within(list(shown.blocks))]
    return _within(shown.to_dict()) if isinstance(shown, View) else [{"type": "html", "text": shown}]


def _within(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [text for one in value for text in _within(one)]
    if not isinstance(value, dict):
        return []
    own = [value] if value.get("type") in ("mrkdwn", "plain_text") else []
    return own + [text for one in value.values() for text in _within(one)]


def check_whatever(shown: Any) -> None:
    if isinstance(shown, Message):
        check(shown)
    elif isinstance(shown, View):
        (check_home if shown.type == "home" else check_modal)(shown)


def test_every_fact_that_a_view_renders_is_tried() -> None:
    tried = {type(fact) for fact in facts(HARMLESS)}

    assert {fact for surface in SURFACES for fact in registered(surface)} == tried
    assert len(list(rendered(HARMLESS))) > 84


def test_every_text_that_slack_formats_says_verbatim() -> None:
    formatted = [
        (where, text) for where, shown in rendered(HARMLESS) for text in texts(shown) if text["type"] == "mrkdwn"
    ]

    assert formatted
    assert [where for where, text in formatted if text.get("verbatim") is not True] == []


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_name_adds_no_mark_to_a_text_that_slack_formats(kind: str) -> None:
    """Each text has as many marks as with a harmless name, and the underscores it has stand inside words."""
    for (where, hostile), (_, harmless) in zip(rendered(HOSTILE[kind]), rendered(HARMLESS), strict=True):
        for text, model in zip(texts(hostile), texts(harmless), strict=True):
            if text["type"] in ("mrkdwn", "fallback"):
                assert {m: text["text"].count(m) for m in MARKS} == {m: model["text"].count(m) for m in MARKS}, where
                assert not re.search(r"(?<![^\W_])_|_(?![^\W_])", text["text"].replace("date_short", "")), where


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_name_hides_and_turns_nothing(kind: str) -> None:
    for where, shown in rendered(HOSTILE[kind]):
        assert not [text for text in texts(shown) if UNSEEN.search(text["text"])], where


def test_a_long_name_keeps_every_limit_of_slacks() -> None:
    for _, shown in rendered(HOSTILE["long"]):
        check_whatever(shown)


@pytest.mark.parametrize("name", BLANK, ids=ascii)
def test_of_what_cannot_be_seen_nothing_is_left(name: str) -> None:
    assert cleaned(name) == ""


@pytest.mark.parametrize("name", ["", "\u3000", "\u2060\ufeff"], ids=ascii)
def test_a_blank_name_counts_as_none(name: str) -> None:
    for where, shown in rendered(name):
        assert not [text for text in texts(shown) if not text["text"].strip()], where
        assert not [text for text in texts(shown) if "**" in text["text"]], where
        check_whatever(shown)


@pytest.mark.parametrize("name", [*BLANK, *HOSTILE.values()], ids=ascii)
def test_a_tool_can_be_chosen_whatever_it_is_called(name: str) -> None:
    tools = [Connector("github", name, name)]

    for option in [menu.suggestions(Menu(tools, []))[0]["options"][0], setup.suggestions(tools)[0]]:
        assert 1 <= len(option["text"]["text"].strip()) <= 75
        json.dumps(option, ensure_ascii=False).encode()


def test_a_name_reads_as_before_where_nothing_in_it_means_anything() -> None:
    for name in [
        "GitHub",
        "Größe & Co",
        "نام\u200cها",
        "שלום",
        "日本語",
        "👩\u200d💻 Dev",
        "snake_case",
        "a@b.example",
    ]:
        assert Connector("key", name).name == name
        assert Connection("c1", "key", name).name == name
