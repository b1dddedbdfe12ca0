"""Whoever opens the conversation with the app first is welcomed, once."""

from __future__ import annotations

import pytest

from slack_app.features.greet import Greeting, is_small_talk, kind_of
from slack_app.model.messages import Failure
from slack_app.model.users import Role, SlackUser
from slack_app.model.workspaces import Setup
from slack_app.views import render_message
from slack_app.views.ids import ActionId
from tests.listeners_harness import Slack
from tests.worker_harness import SLACK_DOWN, WorkerHarness

WELCOME = Greeting("welcome")


@pytest.fixture
def worker() -> WorkerHarness:
    return WorkerHarness()


def opened(worker: WorkerHarness, event_id: str, tab: str = "messages") -> None:
    """Open the conversation.

    https://docs.slack.dev/reference/events/app_home_opened
    """
    Slack(worker).event({"event_id": event_id}, type="app_home_opened", user="U1", channel="D1", tab=tab)
    worker.run()


def test_who_opens_the_conversation_first_is_welcomed_once(worker: WorkerHarness) -> None:
    """reports.md B13"""
    for event_id in ("Ev1", "Ev1", "Ev2"):
        opened(worker, event_id)

    assert worker.messenger.dms == [WELCOME]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (SlackUser("E1", "T1", "U1"), SlackUser("E1", "T2", "U1")),
        (SlackUser(None, "T1", "U1"), SlackUser("E1", "T1", "U1")),
    ],
    ids=["another workspace of the Grid", "the workspace joins a Grid"],
)
def test_a_person_of_a_grid_is_welcomed_once(worker: WorkerHarness, first: SlackUser, then: SlackUser) -> None:
    """slack-truth.md 3.2"""
    assert worker.homes.claim_welcome(first, "j1")

    assert not worker.homes.claim_welcome(then, "j2")
    assert worker.homes.claim_welcome(first, "j1")


def test_a_welcome_that_slack_did_not_take_comes_later(worker: WorkerHarness) -> None:
    worker.messenger.dm_error = SLACK_DOWN
    opened(worker, "Ev1")

    worker.messenger.dm_error = None
    worker.now += 10
    worker.run()

    assert worker.messenger.dms == [WELCOME]


def test_who_has_a_link_there_is_not_welcomed_below_it(worker: WorkerHarness) -> None:
    Slack(worker).type("github")
    worker.run()
    said = list(worker.messenger.dms)

    opened(worker, "Ev1")

    assert worker.messenger.dms == said


def test_a_guest_who_may_not_connect_is_offered_nothing(worker: WorkerHarness) -> None:
    """They hear it when they write; a welcome to tools that they may not connect is none."""
    worker.setups.save(Setup("T1", "org_a", guests_allowed=False), "set up")
    worker.people.roles["U1"] = Role.GUEST
    opened(worker, "Ev0")
    welcomed = list(worker.messenger.dms)

    Slack(worker).say("hello")
    worker.run()

    assert welcomed == []
    [failure] = worker.messenger.dms
    assert isinstance(failure, Failure)
    assert failure.reason == "guests_not_allowed"


def test_the_app_home_welcomes_nobody_in_the_conversation(worker: WorkerHarness) -> None:
    opened(worker, "Ev1", tab="home")

    assert worker.messenger.dms == []


@pytest.mark.parametrize("kind", ["hello", "thanks", "home", "unclear", "welcome"])
def test_every_friendly_answer_has_the_two_ways_on(kind: str) -> None:
    message = render_message(Greeting(kind), "/connect")

    buttons = message.blocks[1]["elements"]
    assert [(button["text"]["text"], button["action_id"]) for button in buttons] == [
        ("Choose a tool", ActionId.DO_WORD.suffixed("menu")),
        ("What I have", ActionId.DO_WORD.suffixed("status")),
    ]


@pytest.mark.parametrize(
    ("text", "kind"), [("Hello there", "hello"), ("thank you so much!", "thanks"), ("bye", "thanks")]
)
def test_small_talk_is_answered_in_kind(text: str, kind: str) -> None:
    assert is_small_talk(text.split())
    assert kind_of(text.split()) == kind


@pytest.mark.parametrize("text", ["hello github", "thanks for the link", "you", "good", "", "morningstar"])
def test_what_says_more_is_no_small_talk(text: str) -> None:
    assert not is_small_talk(text.split())
