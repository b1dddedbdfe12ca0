"""A button of a link's private message: whoever presses it sees there what became of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slack_app.features.deliver_link import LinkReady
from slack_app.features.link_actions import WrongAccountDisconnected
from slack_app.features.link_messages import Ended
from slack_app.model.jobs import Job
from slack_app.model.links import Completion, EphemeralRef, Outcome
from slack_app.model.messages import MessageRef
from slack_app.model.tools import Connection
from slack_app.model.workspaces import Credentials
from tests.worker_harness import JOB, SLACK_DOWN, WorkerHarness

ACCOUNT = Connection("tcred_new", "github", "GitHub", "dev@example.com", created_at="2030-03-17T18:00:00+00:00")
URL = "https://hooks.slack.com/actions/y"


@pytest.fixture
def stage() -> WorkerHarness:
    stage = WorkerHarness()
    stage.enqueue()
    stage.run_until(5)
    return stage


def pressed(stage: WorkerHarness, kind: str) -> Job:
    """A press in the private message of the link."""
    [live] = stage.links.of_workspace("T1")
    job = replace(JOB, id=f"T1:U1:{kind}:{stage.now}", kind=kind, target_id=live.id, accepted_at=stage.now)
    return replace(job, response_url=URL, can_replace=True)


def said(stage: WorkerHarness) -> list[tuple[type, Outcome | None]]:
    """What was said in private after the link."""
    return [(type(f), f.live.outcome) for f in stage.messenger.answers[1:]]  # type: ignore[attr-defined]


def test_the_private_message_in_which_the_link_was_cancelled_says_so(stage: WorkerHarness) -> None:
    """slack-truth.md 3.1: an edit of the direct message notifies nobody."""
    stage.enqueue(pressed(stage, "link.cancel"))

    stage.run_until(10)

    assert said(stage) == [(Ended, Outcome.CANCELLED)]


def test_a_private_message_that_still_offers_an_expired_link_says_so_when_it_is_cancelled(
    stage: WorkerHarness,
) -> None:
    """slack-truth.md 3.1: a command's answer cannot be changed before one of its buttons was pressed."""
    stage.run_until(700)
    stage.enqueue(pressed(stage, "link.cancel"))

    stage.run_until(705)

    assert said(stage) == [(Ended, Outcome.EXPIRED)]


def test_the_private_message_in_which_a_wrong_account_is_given_back_says_so_an_hour_later(
    stage: WorkerHarness,
) -> None:
    """slack-truth.md 2.2: the press brings a response URL of its own, and the one before is over."""
    [live] = stage.links.of_workspace("T1")
    stage.links.add_ephemeral(live.id, EphemeralRef(f"{URL}1", "C1", stage.now, "5.5"))
    stage.platform.completion, stage.platform.connected = Completion(Outcome.CONNECTED, ACCOUNT), [ACCOUNT]
    stage.run_until(3600)
    stage.enqueue(pressed(stage, "link.wrong_account"))

    stage.run_until(3605)

    assert said(stage) == [(Ended, Outcome.CONNECTED), (WrongAccountDisconnected, Outcome.CONNECTED)]


def test_a_new_link_in_the_old_ones_message_is_not_overwritten_by_the_old_ones_end(stage: WorkerHarness) -> None:
    """slack-truth.md 1.12: an end is told again until Slack takes it everywhere."""
    [old] = stage.links.of_workspace("T1")
    stage.links.add_ephemeral(old.id, EphemeralRef(f"{URL}1", "C1", stage.now, "5.5"))
    stage.messenger.answer_error = SLACK_DOWN
    cancel = replace(pressed(stage, "link.cancel"), response_url="", can_replace=False)
    stage.enqueue(cancel)
    stage.run_until(8)
    stage.enqueue(replace(cancel, id="T1:U1:renew", kind="link.renew"))
    stage.run_until(20)
    stage.messenger.answer_error = None

    stage.run_until(30)

    assert [type(fact) for _, fact in stage.messenger.edits] == [Ended, LinkReady]
    assert said(stage) == [(Ended, Outcome.CANCELLED)]


def test_a_check_that_takes_long_does_not_offer_a_link_again_that_was_cancelled_meanwhile(
    stage: WorkerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """slack-truth.md 1.1: the platform has five seconds for its answer."""
    [live] = stage.links.of_workspace("T1")
    stage.schedule.prioritize(live.id, JOB.person, is_asked=True)
    complete = stage.platform.complete

    def slow(credentials: Credentials, state: str) -> Completion:
        monkeypatch.undo()
        stage.poller.cancel(live)
        return complete(credentials, state)

    monkeypatch.setattr(stage.platform, "complete", slow)

    stage.run_until(60)

    assert [type(fact) for _, fact in stage.messenger.edits] == [Ended]


def test_a_wrong_account_that_was_given_back_is_not_told_as_connected_again(stage: WorkerHarness) -> None:
    """slack-truth.md 1.12: an end is told again until Slack takes it everywhere."""
    [live] = stage.links.of_workspace("T1")
    stage.links.add_ephemeral(live.id, EphemeralRef(f"{URL}1", "C1", stage.now, "5.5"))
    stage.messenger.answer_error = SLACK_DOWN
    stage.platform.completion, stage.platform.connected = Completion(Outcome.CONNECTED, ACCOUNT), [ACCOUNT]
    stage.run_until(20)
    stage.enqueue(replace(pressed(stage, "link.wrong_account"), response_url="", can_replace=False))

    stage.run_until(60)

    told = [type(fact) for _, fact in stage.messenger.edits]
    assert Ended in told
    assert Ended not in told[told.index(WrongAccountDisconnected) :]


def test_a_link_that_was_cancelled_while_it_was_brought_once_more_is_not_left_as_ready(stage: WorkerHarness) -> None:
    [live] = stage.links.of_workspace("T1")
    post_dm = stage.messenger.post_dm

    def post_and_cancel(*args: Any, **options: Any) -> MessageRef:
        stage.messenger.post_dm = post_dm  # type: ignore[method-assign]
        posted = post_dm(*args, **options)
        stage.poller.cancel(live)
        return posted

    stage.messenger.post_dm = post_and_cancel  # type: ignore[method-assign]
    stage.enqueue(replace(JOB, id="T1:U1:again", accepted_at=stage.now))
    stage.run_until(8)

    posted, fact = stage.messenger.edits[-1]
    assert posted == MessageRef("D-U1", "2")
    assert isinstance(fact, Ended)
    assert fact.live.outcome is Outcome.CANCELLED
