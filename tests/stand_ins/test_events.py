"""How the stand-in sends events: to a verified address, and again when one is not taken."""

from __future__ import annotations

from starlette.responses import PlainTextResponse

from slack_app.stand_ins.slack import uninstalled_event
from tests.stage import wait_for
from tests.stand_ins.stub_app import SlackWithApp

SENT = [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]


def retries(stage: SlackWithApp) -> list[tuple[str | None, str | None]]:
    """Number and reason of every request."""
    return [(told.get("x-slack-retry-num"), told.get("x-slack-retry-reason")) for told, _ in stage.app.requests]


def test_an_event_that_is_not_taken_comes_again_at_once_and_after_1_and_5_minutes(stage: SlackWithApp) -> None:
    """slack-truth.md 1.7"""
    # given an app that takes nothing
    stage.app.answer = PlainTextResponse("", 503)
    event = uninstalled_event(team_id="T0DEMO", at=stage.now)

    # when it is sent an event, and time passes
    assert stage.workspace.send_event(event).status == 503
    assert retries(stage) == SENT[:2]
    stage.now += 59
    assert retries(stage) == SENT[:2]
    stage.now += 2
    wait_for(lambda: retries(stage) == SENT[:3], what="the second repetition")
    stage.now += 240
    wait_for(lambda: retries(stage) == SENT, what="the third repetition")

    # then all of them are the same event, and it ends there
    stage.now += 24 * 3600
    assert stage.app.events_sent == [event] * 4


def test_an_event_that_is_taken_the_second_time_is_not_sent_again(stage: SlackWithApp) -> None:
    stage.app.answer = PlainTextResponse("", 503)
    stage.workspace.send_event(uninstalled_event(team_id="T0DEMO", at=stage.now))
    stage.app.answer = PlainTextResponse("", 204)
    stage.now += 61
    wait_for(lambda: len(stage.app.requests) == 3, what="the second repetition")

    stage.now += 600
    assert stage.workspace.send_event(uninstalled_event(team_id="T0DEMO", at=stage.now)).status == 204

    assert retries(stage) == [*SENT[:3], SENT[0]]


def test_no_event_goes_to_an_address_that_was_not_verified(stage: SlackWithApp) -> None:
    """slack-truth.md 1.10"""
    # given an app with a new address, as after its manifest was changed
    verified = stage.workspace.request_url
    stage.workspace.request_url = f"{verified}?new"

    # when somebody writes to it, then it hears nothing
    stage.workspace.say("U0MAYA", stage.workspace.dm_of("U0MAYA"), "Hello")
    assert stage.app.requests == []

    # and commands need no verified address
    stage.ask()
    assert len(stage.app.requests) == 1

    # and once somebody has it verified, events flow
    assert stage.workspace.verify_request_url()
    stage.workspace.say("U0MAYA", stage.workspace.dm_of("U0MAYA"), "Hello")
    assert len(stage.app.requests) == 2
