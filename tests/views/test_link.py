"""The message of a link in each state of its life, whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slack_app.adapters.slack import LONGEST_EDIT, shortened
from slack_app.features.deliver_link import LinkAnswer, LinkReady
from slack_app.features.link_actions import WrongAccountDisconnected
from slack_app.features.link_messages import Ended
from slack_app.model.facts import MessageFact
from slack_app.model.links import Link, Outcome, PendingLink
from slack_app.model.tools import Connection
from slack_app.model.users import SlackUser
from slack_app.views import render_message
from slack_app.wording.text import sparsely_escaped
from tests.views.block_kit import check, check_schema

URL = "https://github.com/login/oauth/authorize?client_id=1&state=ostate_abc"
ACCOUNT = Connection("tcred_1", "github", "GitHub", account="dev@example.com")


def live(outcome: Outcome | None = None, connection: Connection | None = None, **link: Any) -> PendingLink:
    made = Link(
        url=URL,
        state="ostate_abc",
        host="github.com",
        organization_id="org_demo",
        connector_type="github",
        created_at=1_700_000_000.0,
        expires_at=1_700_000_600.0,
    )
    person = SlackUser(None, "T0DEMO", "U0MAYA")
    return PendingLink(
        "9f1c", person, replace(made, **link), {}, None, "ABCD1234", outcome=outcome, connection=connection
    )


LONG: dict[str, Any] = {
    "url": "https://github.com/" + "&" * 2981,
    "connector_type": "x" * 64,
    "organization_id": "o" * 500,
}
LONG_ACCOUNT = replace(ACCOUNT, name="n" * 300, account="a" * 300)
EVERY_MESSAGE = [
    LinkReady(live()),
    LinkReady(live(**LONG), checked_at=1_700_000_300.0),
    LinkAnswer(live(), in_dm=True),
    LinkAnswer(live(**LONG), in_dm=False),
    *(Ended(live(outcome, **LONG)) for outcome in Outcome),
    Ended(live(Outcome.CONNECTED, LONG_ACCOUNT)),
    WrongAccountDisconnected(live(Outcome.CONNECTED, LONG_ACCOUNT)),
]


@pytest.mark.parametrize("fact", [LinkReady(live(**LONG)), LinkReady(live(**LONG), checked_at=1_700_000_300.0)])
def test_the_whole_address_stands_in_a_text_that_can_be_edited_in(fact: MessageFact) -> None:
    """slack-truth.md 2.1: a link with more than 150 `&` would pass chat.update's 4,000 characters"""
    text = shortened(render_message(fact, "/connect").text)

    assert LONG["url"] in text
    assert len(text) <= LONGEST_EDIT


@pytest.mark.parametrize(("url", "shown"), [("a?b&amp;c", "a?b&amp;amp;c"), ("a?b&c<d>", "a?b&c&lt;d&gt;")])
def test_an_address_with_few_escapes_reads_the_same(url: str, shown: str) -> None:
    assert sparsely_escaped(url) == shown
    assert shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == url


@pytest.mark.parametrize("fact", EVERY_MESSAGE, ids=lambda fact: type(fact).__name__)
def test_slack_takes_every_message(fact: MessageFact) -> None:
    check(render_message(fact, "/connect"))


@pytest.mark.parametrize("fact", EVERY_MESSAGE, ids=lambda fact: type(fact).__name__)
def test_every_message_has_the_shape_of_slacks_types(fact: MessageFact) -> None:
    check_schema(render_message(fact, "/connect"))


LEAD = "*Connect GitHub*\nPress the button and allow access."
TERMS = "Only for you · works until <!date^1700000600^{time}|22:23 UTC> · opens github.com"
IN_DM = "It's also in your messages with Freddy Connect. I'll tell you there how it went."
ONLY_HERE = "I couldn't message you, so the link is only here. When you're done, press *Check now*."


def button(label: str, action_id: str, **more: Any) -> dict[str, Any]:
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "text": text, "action_id": action_id, "value": "9f1c:github", **more}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def link_blocks(lead: str, *more: str) -> list[dict[str, Any]]:
    return [
        section(lead),
        {
            "type": "actions",
            "elements": [
                button("Connect GitHub", "connect_open_link", url=URL, style="primary"),
                button("Check now", "link_check"),
                button("Cancel", "link_cancel"),
            ],
        },
        *({"type": "context", "elements": [{"type": "mrkdwn", "text": line, "verbatim": True}]} for line in more),
        {"type": "context", "elements": [{"type": "plain_text", "text": URL, "emoji": False}]},
    ]


CHECKED = "<!date^1700000300^{time_secs}|22:18 UTC>: Not connected yet. Finish on GitHub's page, then check again."
SHARED = (
    "Everyone here connects with one key, so colleagues' assistants may use this account, too. "
    "Only you and admins see which one it is."
)


@pytest.mark.parametrize(
    ("fact", "lead", "more"),
    [
        (LinkReady(live()), LEAD, []),
        (LinkReady(live(), checked_at=1_700_000_300.0), LEAD, [CHECKED]),
        (LinkAnswer(live(), in_dm=True), f"{LEAD} {IN_DM}", []),
        (LinkAnswer(live(), in_dm=False, checked_at=1_700_000_300.0), f"{LEAD} {ONLY_HERE}", [CHECKED]),
    ],
)
def test_the_link_comes_as_a_button_and_in_plain_sight(fact: MessageFact, lead: str, more: list[str]) -> None:
    """contract.md promises the address in the text; wording.md "link": it stands last and small.

    slack-truth.md 3.1: a private answer says where it is told how it went, which is true without anybody changing it.
    """
    message = render_message(fact, "/connect")

    assert message.blocks == link_blocks(lead, TERMS, *more)
    assert message.text == "\n".join([lead, TERMS, *more, URL.replace("&", "&amp;")])


def test_that_the_key_is_shared_stands_before_the_first_links_button() -> None:
    message = render_message(LinkReady(replace(live(), explains_key=True)), "/connect")

    [lead, shared, *rest] = message.blocks
    assert shared["elements"][0]["text"] == SHARED
    assert [lead, *rest] == link_blocks(LEAD, TERMS)
    assert message.text == "\n".join([LEAD, SHARED, TERMS, URL.replace("&", "&amp;")])


NEW_LINK = [button("Get a new link", "link_renew")]
STATUS = {
    "type": "button",
    "text": {"type": "plain_text", "text": "What I have"},
    "action_id": "word_do:status",
    "value": ":status",
}
THIS_IS_NOT_ME = [
    button(
        "This isn't me",
        "link_disown",
        confirm={
            "title": {"type": "plain_text", "text": "Disconnect this account?"},
            "text": {
                "type": "plain_text",
                "text": "Your assistant will lose access to dev@example.com. You can connect your own then.",
            },
            "confirm": {"type": "plain_text", "text": "Disconnect"},
            "deny": {"type": "plain_text", "text": "Keep it"},
            "style": "danger",
        },
    )
]


@pytest.mark.parametrize(
    ("fact", "text", "buttons"),
    [
        (
            Ended(live(Outcome.CONNECTED, ACCOUNT)),
            "*GitHub is connected as dev@example.com*\n"
            "Your assistant can use it now. Ask it, for example: “Which pull requests are waiting for my review?”",
            THIS_IS_NOT_ME,
        ),
        (
            Ended(live(Outcome.CONNECTED, replace(ACCOUNT, is_repeated=True))),
            "*GitHub is connected as dev@example.com*\n"
            "Your assistant can use it now. Ask it, for example: “Which pull requests are waiting for my review?”\n"
            "You had already connected this account, so it is there twice.",
            [*THIS_IS_NOT_ME, STATUS],
        ),
        (
            Ended(live(Outcome.CONNECTED, connector_type="time_off")),
            "*Time Off is connected*\nYour assistant can use it now. Ask it, for example: “What is new in Time Off?”",
            [],
        ),
        (
            Ended(live(Outcome.DECLINED)),
            "You chose *Deny* on GitHub's page. Nothing changed.",
            NEW_LINK,
        ),
        (
            Ended(live(Outcome.EXPIRED)),
            "*Your GitHub link has expired.* I see no new GitHub account. Don't open the old address: it "
            "may still work.",
            NEW_LINK,
        ),
        (
            Ended(live(Outcome.UNKNOWN)),
            "*Your GitHub link has expired.* I couldn't find out whether you used it in time. Don't open the old "
            "address: it may still work.",
            [*NEW_LINK, STATUS],
        ),
        (
            Ended(live(Outcome.CANCELLED)),
            "*Cancelled.* Don't open the old GitHub link: it may still work until <!date^1700000600^{time}|22:23 UTC>.",
            NEW_LINK,
        ),
        (
            Ended(live(Outcome.REVOKED)),
            "*Your GitHub link is no longer valid:* the settings or your key changed. Don't open it; get a new one.",
            NEW_LINK,
        ),
        (
            Ended(live(Outcome.REPLACED)),
            "*This GitHub link was replaced by a newer one.* Don't open this one: it may still work until "
            "<!date^1700000600^{time}|22:23 UTC>.",
            [],
        ),
        (
            WrongAccountDisconnected(live(Outcome.CONNECTED, ACCOUNT)),
            "*dev@example.com is disconnected.* Before you open a new link, sign in to GitHub as yourself. "
            "GitHub may still list the permission: the account's owner can remove it in the settings there.",
            [button("Get a new link", "link_renew", style="primary")],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_end_says_what_happened_and_what_can_be_done(
    fact: MessageFact, text: str, buttons: list[dict[str, Any]]
) -> None:
    message = render_message(fact, "/connect")

    assert message.text == text
    assert message.blocks == [section(text), *([{"type": "actions", "elements": buttons}] if buttons else [])]


def test_names_from_outside_cannot_call_a_channel_or_hide_a_link() -> None:
    """security.md 11"""
    hostile = "<!channel> <https://evil.example|ok> *x*"
    account = replace(ACCOUNT, name=hostile, account=hostile)

    for fact in (
        LinkReady(live(name=hostile)),
        Ended(live(Outcome.CONNECTED, account)),
        WrongAccountDisconnected(live(Outcome.CONNECTED, account)),
    ):
        message = render_message(fact, "/connect")
        assert "<!channel>" not in message.text
        assert "<https://evil" not in message.text
        assert "&lt;!channel&gt; &lt;https://evil.example|ok&gt; ∗x∗" in message.text
