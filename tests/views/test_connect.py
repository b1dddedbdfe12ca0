"""The messages on the way of a link, whole."""

from __future__ import annotations

import pytest

from slack_app.features.connect import Accepted, LinkAnswer, LinkReady, StillWorking
from slack_app.model import Job, Link, Person
from slack_app.views import render
from tests.views.block_kit import check, check_schema

URL = "https://github.com/login/oauth/authorize?client_id=1&state=ostate_abc"
JOB = Job(
    id="T0DEMO:U0MAYA:1",
    person=Person(None, "T0DEMO", "U0MAYA"),
    channel_id="C0GENERAL",
    response_url="https://hooks.slack.com/commands/T/1/x",
    connector_type="github",
    parameters={},
    accepted_at=1_700_000_000.0,
)


def link(url: str = URL, connector_type: str = "github", organization_id: str = "org_demo") -> Link:
    return Link(
        url=url,
        state="ostate_abc",
        host="github.com",
        organization_id=organization_id,
        connector_type=connector_type,
        created_at=1_700_000_000.0,
        expires_at=1_700_000_600.0,
    )


EVERY_MESSAGE = [
    Accepted("github"),
    Accepted("x" * 64),
    StillWorking("github", 1_700_000_600.0),
    LinkReady(JOB, link()),
    LinkReady(JOB, link(url="https://github.com/" + "&" * 2981, connector_type="x" * 64, organization_id="o" * 500)),
    LinkAnswer(JOB, link(), in_dm=True),
    LinkAnswer(JOB, link(), in_dm=False),
]


@pytest.mark.parametrize("fact", EVERY_MESSAGE, ids=lambda fact: type(fact).__name__)
def test_slack_takes_every_message(fact: object) -> None:
    check(render(fact, "/connect"))


@pytest.mark.parametrize("fact", EVERY_MESSAGE, ids=lambda fact: type(fact).__name__)
def test_every_message_has_the_shape_of_slacks_types(fact: object) -> None:
    check_schema(render(fact, "/connect"))


def test_the_request_is_acknowledged_by_name() -> None:
    message = render(Accepted("github"), "/connect")

    text = "Getting your *github* link. In a moment it will be here, and in your direct messages with Freddy Connect."
    assert message.text == text
    assert message.blocks == [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]


def test_who_waits_is_told_until_when_the_app_keeps_trying() -> None:
    message = render(StillWorking("github", 1_700_000_600.0), "/connect")

    text = (
        "Your *github* link takes longer than usual: the service that makes it is slow to answer. "
        "I keep trying until <!date^1700000600^{time}|22:23 UTC>, and bring it to you as soon as I have it. "
        "There is nothing you need to do."
    )
    assert message.text == text
    assert message.blocks == [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]


LEAD = (
    "*Your github link is ready*\n"
    "<@U0MAYA>, you asked to connect github to the assistant of your organization, org_demo."
)
TERMS = (
    "It leads to github.com and is offered until <!date^1700000600^{time}|22:23 UTC>. "
    "It is made for <@U0MAYA> only: please do not pass it on."
)


def link_blocks(lead: str) -> list[dict[str, object]]:
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": lead}},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": "Connect github"},
                    "url": URL,
                    "action_id": "connect_open_link",
                    "style": "primary",
                }
            ],
        },
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "Or open this address in your browser:"}]},
        {"type": "section", "text": {"type": "plain_text", "text": URL, "emoji": False}},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": TERMS}]},
    ]


def link_text(lead: str) -> str:
    return f"{lead}\nOr open this address in your browser: {URL.replace('&', '&amp;')}\n{TERMS}"


@pytest.mark.parametrize(
    ("fact", "lead"),
    [
        (LinkReady(JOB, link()), LEAD),
        (
            LinkAnswer(JOB, link(), in_dm=True),
            f"{LEAD} It is in your direct messages with Freddy Connect, too.",
        ),
        (
            LinkAnswer(JOB, link(), in_dm=False),
            f"{LEAD} I could not send you a direct message, so it is only here. "
            "Use it before you leave this conversation.",
        ),
    ],
)
def test_the_link_comes_as_a_button_and_in_plain_sight(fact: object, lead: str) -> None:
    message = render(fact, "/connect")

    assert message.blocks == link_blocks(lead)
    assert message.text == link_text(lead)


def test_names_from_outside_cannot_call_a_channel_or_hide_a_link() -> None:
    hostile = "<!channel> <https://evil.example|ok> *x*"

    message = render(LinkReady(JOB, link(organization_id=hostile)), "/connect")

    assert "<!channel>" not in message.text
    assert "<https://evil" not in message.text
    assert "&lt;!channel&gt; &lt;https://evil.example|ok&gt; *x*" in message.text
