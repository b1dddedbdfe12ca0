"""The messages on the way to a link, whole."""

from __future__ import annotations

import pytest

from slack_app.features.connect import Accepted, StillWorking
from slack_app.features.create_link import InTurn
from slack_app.model.facts import MessageFact
from slack_app.views import render_message
from tests.views.block_kit import check, check_schema

EVERY_MESSAGE = [
    Accepted("github"),
    Accepted("x" * 64),
    StillWorking("github", 1_700_000_600.0),
    StillWorking("", 1_700_000_600.0),
    InTurn("clickup"),
]


@pytest.mark.parametrize("fact", EVERY_MESSAGE, ids=lambda fact: type(fact).__name__)
def test_slack_takes_every_message(fact: MessageFact) -> None:
    check(render_message(fact, "/connect"))


@pytest.mark.parametrize("fact", EVERY_MESSAGE, ids=lambda fact: type(fact).__name__)
def test_every_message_has_the_shape_of_slacks_types(fact: MessageFact) -> None:
    check_schema(render_message(fact, "/connect"))


def test_the_request_is_acknowledged_by_name() -> None:
    message = render_message(Accepted("github"), "/connect")

    text = "I asked for your *github* link. The answer comes right below, and only you see it."
    assert message.text == text
    assert message.blocks == [{"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}]


def test_who_waits_is_told_until_when_the_app_keeps_trying() -> None:
    message = render_message(StillWorking("github", 1_700_000_600.0), "/connect")

    text = (
        "Your *github* link takes longer than usual: the service that makes it is slow to answer. "
        "I keep trying until <!date^1700000600^{time}|22:23 UTC>, and bring it to you as soon as I have it. "
        "There is nothing you need to do."
    )
    assert message.text == text
    assert message.blocks == [{"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}]


def test_who_waits_for_something_else_than_a_link_is_told_so_too() -> None:
    assert render_message(StillWorking("", 1_700_000_600.0), "/connect").text == (
        "This takes longer than usual: the connector service is slow to answer. "
        "I keep trying until <!date^1700000600^{time}|22:23 UTC>. There is nothing you need to do."
    )


def test_who_has_to_wait_for_somebody_else_is_told_so() -> None:
    message = render_message(InTurn("clickup"), "/connect")

    text = (
        "Somebody else of your organization is connecting *clickup* right now, and with this tool only one person can "
        "at a time. Your link comes by itself when it is your turn: there is nothing you need to do."
    )
    assert message.text == text
    assert message.blocks == [{"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}]
