"""The messages on the way to a link, whole."""

from __future__ import annotations

import pytest

from slack_app.features.connect import Accepted, AcceptedForLater, StillWorking
from slack_app.features.create_link import InTurn
from slack_app.model.facts import MessageFact
from slack_app.views import render_message
from tests.views.block_kit import check, check_schema

EVERY_MESSAGE = [
    Accepted("github"),
    Accepted("x" * 64),
    AcceptedForLater(Accepted("github")),
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


@pytest.mark.parametrize(
    ("typed", "lead"),
    [
        ("google_drive", "I asked for your *Google Drive* link."),
        ("Google Drive", "I asked for your *Google Drive* link."),
        ("githib", "I'm looking for *githib*."),
        ("", "I'm looking for that tool."),
    ],
)
def test_the_request_is_acknowledged_by_name(typed: str, lead: str) -> None:
    message = render_message(Accepted(typed), "/connect")

    text = f"{lead} Only you will see the answer."
    assert message.text == text
    assert message.blocks == [{"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}]


def test_while_no_worker_lives_it_is_acknowledged_with_what_to_expect() -> None:
    message = render_message(AcceptedForLater(Accepted("github")), "/connect")

    assert message.text == (
        "I asked for your *GitHub* link. Only you will see the answer. It may take longer than usual."
    )


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (
            StillWorking("github", 1_700_000_600.0),
            "Still working on your GitHub link. I'll post it here by <!date^1700000600^{time}|22:23 UTC>.",
        ),
        (
            StillWorking("", 1_700_000_600.0),
            "Still working on it. I'll post the answer here by <!date^1700000600^{time}|22:23 UTC>.",
        ),
        (
            InTurn("clickup"),
            "Somebody else is connecting ClickUp, and only one person can at a time. "
            "I'll send you your link when it's your turn.",
        ),
    ],
)
def test_who_has_to_wait_is_told_until_when_or_for_whom(fact: MessageFact, text: str) -> None:
    message = render_message(fact, "/connect")

    assert message.text == text
    assert message.blocks == [{"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}]
