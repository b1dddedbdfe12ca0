"""How a link ended is for the platform's list of connections to say, not for our clock or for a state alone (K1)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slack_app.features.link_messages import Ended
from slack_app.model.links import Completion, Outcome
from slack_app.model.tools import Connection
from slack_app.model.users import SlackUser
from tests.worker_harness import DOWN, JOB, SLACK_DOWN, START, WorkerHarness

NEW = Connection("tcred_new", "github", "GitHub", "dev@example.com", created_at="2030-03-17T18:00:00+00:00")
OLD = Connection("tcred_old", "github", "GitHub", "old@example.com", created_at="2020-01-01T00:00:00Z")
COLLEAGUE = SlackUser("E1", "T1", "U2")


@pytest.fixture
def stage() -> WorkerHarness:
    stage = WorkerHarness()
    stage.platform.connected = [OLD]
    return stage


def ends(stage: WorkerHarness) -> list[tuple[str, Outcome | None, str]]:
    """Who was told what, in the order in which it stood in their message."""
    return [
        (fact.live.person.user_id, fact.live.outcome, fact.live.connection.id if fact.live.connection else "")
        for _, fact in stage.messenger.edits
        if isinstance(fact, Ended)
    ]


CONSUMED = [Completion(None), Completion(Outcome.EXPIRED), Completion(Outcome.DECLINED)]


@pytest.mark.parametrize("said", CONSUMED, ids=["for ever not through", "gone", "declined"])
def test_a_connection_that_the_list_has_counts_whatever_is_said_of_the_state(
    stage: WorkerHarness, said: Completion
) -> None:
    """slack-truth.md 1.1: the platform's callback may consume the state."""
    stage.enqueue()
    stage.run_until(1)
    stage.platform.completion = said
    stage.platform.connected = [OLD, NEW]

    stage.run_until(60)

    assert ends(stage) == [("U1", Outcome.CONNECTED, "tcred_new")]


def test_whoever_has_opened_the_link_is_told_within_seconds(stage: WorkerHarness) -> None:
    """slack-truth.md 1.1"""
    stage.enqueue()
    stage.run_until(30)
    [live] = stage.links.of_workspace("T1")
    stage.schedule.prioritize(live.id, JOB.person, is_asked=False)
    stage.platform.connected = [OLD, NEW]

    stage.run_until(36)

    assert ends(stage) == [("U1", Outcome.CONNECTED, "tcred_new")]


@pytest.mark.parametrize("outcome", [Outcome.EXPIRED, Outcome.DECLINED])
@pytest.mark.parametrize("late", [30, 3000])
def test_whoever_finished_after_our_time_ran_out_is_told_in_the_same_message(
    stage: WorkerHarness, outcome: Outcome, late: int
) -> None:
    """reports.md A1: for an hour after the end."""
    stage.enqueue()
    stage.platform.completion = Completion(None if outcome is Outcome.EXPIRED else outcome)
    stage.run_until(650)
    assert ends(stage) == [("U1", outcome, "")]
    stage.platform.connected = [OLD, NEW]

    stage.run_until(650 + late + 1900)

    assert ends(stage) == [("U1", outcome, ""), ("U1", Outcome.CONNECTED, "tcred_new")]
    assert stage.links.ended() == {outcome.value: 1, "connected": 1}


def test_after_an_hour_nobody_looks_any_more(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run_until(600 + 3700)
    stage.platform.looked_up.clear()
    stage.platform.connected = [OLD, NEW]

    stage.run_until(600 + 3700 + 3600)

    assert stage.platform.looked_up == []
    assert ends(stage) == [("U1", Outcome.EXPIRED, "")]


def test_a_cancelled_link_that_was_used_all_the_same_is_told(stage: WorkerHarness) -> None:
    """reports.md A1"""
    stage.enqueue()
    stage.run_until(5)
    [live] = stage.links.of_workspace("T1")
    stage.enqueue(replace(JOB, id="T1:U1:c", kind="link.cancel", target_id=live.id, response_url=""))
    stage.run_until(8)
    stage.platform.connected = [OLD, NEW]

    stage.run_until(60)

    assert ends(stage) == [("U1", Outcome.CANCELLED, ""), ("U1", Outcome.CONNECTED, "tcred_new")]


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_a_connection_through_a_link_that_was_replaced_is_told_by_the_newer_one(
    stage: WorkerHarness, is_cancelled: bool
) -> None:
    """reports.md A1"""
    stage.enqueue()
    stage.run_until(5)
    stage.enqueue(replace(JOB, id="T1:U1:2", accepted_at=START + 5, parameters={"site": "other"}))
    stage.run_until(8)
    if is_cancelled:
        newer = max(stage.links.of_workspace("T1"), key=lambda live: live.link.created_at)
        stage.enqueue(replace(JOB, id="T1:U1:c", kind="link.cancel", target_id=newer.id, response_url=""))
        stage.run_until(10)
    stage.platform.connected = [OLD, NEW]

    stage.run_until(70)

    assert ends(stage)[0] == ("U1", Outcome.REPLACED, "")
    assert ends(stage)[-1] == ("U1", Outcome.CONNECTED, "tcred_new")


def test_nothing_is_claimed_while_the_list_cannot_be_read(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run_until(5)
    stage.platform.tool_error = DOWN

    stage.run_until(700)

    assert ends(stage) == [("U1", Outcome.UNKNOWN, "")]


def test_where_nobody_looked_before_a_connections_own_time_decides(stage: WorkerHarness) -> None:
    stage.platform.tool_error = DOWN
    stage.enqueue()
    stage.run_until(1)
    stage.platform.tool_error = None
    stage.platform.connected = [OLD, replace(NEW, id="tcred_undated", created_at="?")]
    stage.run_until(30)
    assert ends(stage) == []

    stage.platform.connected = [OLD, NEW]
    stage.run_until(90)

    assert ends(stage) == [("U1", Outcome.CONNECTED, "tcred_new")]


def test_a_colleagues_new_account_under_one_key_is_nobody_elses(stage: WorkerHarness) -> None:
    """security.md 7: who of two people connected it, nobody can say, and nobody is told the other's."""
    stage.enqueue()
    stage.enqueue(replace(JOB, id="T1:U2:1", person=COLLEAGUE))
    stage.run_until(2)
    stage.platform.connected = [OLD, NEW]

    stage.run_until(700)

    assert sorted(ends(stage)) == [("U1", Outcome.UNKNOWN, ""), ("U2", Outcome.UNKNOWN, "")]


def test_of_two_people_under_one_key_it_is_whose_link_was_opened(stage: WorkerHarness) -> None:
    """security.md 7"""
    stage.enqueue()
    stage.enqueue(replace(JOB, id="T1:U2:1", person=COLLEAGUE))
    stage.run_until(2)
    [mine] = [live for live in stage.links.of_workspace("T1") if live.person == JOB.person]
    stage.schedule.prioritize(mine.id, JOB.person, is_asked=False)
    stage.platform.connected = [OLD, NEW]

    stage.run_until(700)

    assert ends(stage) == [("U1", Outcome.CONNECTED, "tcred_new"), ("U2", Outcome.EXPIRED, "")]


def test_a_link_that_was_cancelled_before_takes_nothing_from_the_next(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run_until(5)
    [live] = stage.links.of_workspace("T1")
    stage.poller.cancel(live)
    stage.enqueue(replace(JOB, id="T1:U1:2", accepted_at=START + 6))
    stage.run_until(10)
    stage.platform.connected = [OLD, NEW]

    stage.run_until(60)

    assert [outcome for _, outcome, _ in ends(stage)] == [Outcome.CANCELLED, Outcome.CONNECTED]


def test_what_a_colleague_is_known_to_have_connected_is_left_out(stage: WorkerHarness) -> None:
    """security.md 7"""
    stage.enqueue()
    stage.enqueue(replace(JOB, id="T1:U2:1", person=COLLEAGUE))
    stage.run_until(1)
    mine, _ = stage.links.of_workspace("T1")
    stage.poller.finish(mine, Outcome.CONNECTED, NEW)
    stage.platform.connected = [OLD, NEW]
    stage.run_until(60)
    assert [outcome for _, outcome, _ in ends(stage)] == [Outcome.CONNECTED]

    stage.platform.connected = [OLD, NEW, replace(NEW, id="tcred_second")]
    stage.run_until(120)

    assert {connection for _, _, connection in ends(stage)} == {"tcred_new", "tcred_second"}


def test_an_old_link_is_not_corrected_by_what_a_newer_one_brought(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run_until(620)
    stage.enqueue(replace(JOB, id="T1:U1:2", accepted_at=START + 620))
    stage.run_until(630)
    stage.platform.completion, stage.platform.connected = Completion(Outcome.CONNECTED, NEW), [OLD, NEW]

    stage.run_until(4500)

    assert [outcome for _, outcome, _ in ends(stage)] == [Outcome.EXPIRED, Outcome.CONNECTED]


def linked(stage: WorkerHarness, person: SlackUser) -> str:
    """The link of the person, opened."""
    [live] = [live for live in stage.links.of_workspace("T1") if live.person == person]
    stage.schedule.prioritize(live.id, person, is_asked=False)
    return live.id


def test_what_was_there_before_a_colleague_asked_is_not_the_colleagues(stage: WorkerHarness) -> None:
    """slack-truth.md 1.1: the state is consumed, and a colleague asks before the list is read again."""
    stage.enqueue()
    stage.run_until(2)
    linked(stage, JOB.person)
    stage.platform.connected = [OLD, NEW]
    stage.enqueue(replace(JOB, id="T1:U2:1", person=COLLEAGUE))
    stage.consumer.requeue_due(stage.now)
    for delivery in stage.taken():
        stage.job_runner.run(delivery)
    linked(stage, COLLEAGUE)

    stage.run_until(60)

    assert ends(stage) == [("U1", Outcome.CONNECTED, "tcred_new")]


def test_an_account_that_the_list_brings_late_is_not_another_persons(stage: WorkerHarness) -> None:
    """security.md 7: a colleague was through, copied address and all, before the list had their account."""
    stage.enqueue()
    stage.enqueue(replace(JOB, id="T1:U2:1", person=COLLEAGUE))
    stage.run_until(1)
    linked(stage, COLLEAGUE)
    [mine] = [live for live in stage.links.of_workspace("T1") if live.person == JOB.person]
    stage.poller.finish(mine, Outcome.CONNECTED)
    stage.run_until(30)
    stage.platform.connected = [OLD, NEW]

    stage.run_until(700)

    assert ends(stage) == [("U1", Outcome.CONNECTED, ""), ("U2", Outcome.UNKNOWN, "")]


def test_an_account_that_somebody_brought_with_an_expired_link_is_not_a_colleagues(stage: WorkerHarness) -> None:
    """security.md 7, reports.md A1: a link can be used for an hour after its end."""
    stage.enqueue()
    stage.run_until(2)
    linked(stage, JOB.person)
    stage.run_until(605)
    stage.enqueue(replace(JOB, id="T1:U2:1", person=COLLEAGUE, accepted_at=stage.now))
    stage.run_until(607)
    linked(stage, COLLEAGUE)
    stage.run_until(615)
    stage.platform.connected = [OLD, NEW]

    stage.run_until(1300)

    assert ends(stage) == [("U1", Outcome.EXPIRED, ""), ("U2", Outcome.UNKNOWN, "")]


def test_whoever_finished_late_is_told_though_slack_does_not_answer_at_once(stage: WorkerHarness) -> None:
    """reports.md A1, A5: one passing refusal loses no message."""
    stage.enqueue()
    stage.run_until(620 + 950)
    stage.platform.connected = [OLD, NEW]
    stage.messenger.edit_error = SLACK_DOWN
    stage.run_until(620 + 1850)
    stage.messenger.edit_error = None

    stage.run_until(620 + 1870)

    assert ends(stage) == [("U1", Outcome.EXPIRED, ""), ("U1", Outcome.CONNECTED, "tcred_new")]


def test_an_account_that_a_colleague_brought_without_a_press_is_theirs_as_their_state_says(
    stage: WorkerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """security.md 7: they copied the address, and the list is read for somebody else before their link is polled."""
    stage.enqueue()
    stage.enqueue(replace(JOB, id="T1:U2:1", person=COLLEAGUE))
    stage.run_until(21)
    linked(stage, JOB.person)
    [theirs] = [live for live in stage.links.of_workspace("T1") if live.person == COLLEAGUE]
    stage.run_until(24)
    stage.platform.connected = [OLD, NEW]
    monkeypatch.setattr(
        stage.platform,
        "complete",
        lambda _, state: Completion(Outcome.CONNECTED, NEW) if state == theirs.link.state else Completion(None),
    )

    stage.run_until(90)

    assert ends(stage) == [("U2", Outcome.CONNECTED, "tcred_new")]
