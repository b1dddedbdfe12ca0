"""A link from the moment it was sent until it has ended: who is told what, when, and how often we ask."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from slack_app.adapters.jobs.inspection import JobInspection
from slack_app.adapters.kept import Subject
from slack_app.adapters.kept.forgetting import Forgetting
from slack_app.adapters.links import KEYS
from slack_app.errors import UpstreamError
from slack_app.features.create_link import TURN_PATIENCE_SECONDS, InTurn
from slack_app.features.deliver_link import LinkAnswer, LinkReady
from slack_app.features.link_actions import WrongAccountDisconnected
from slack_app.features.link_messages import Ended
from slack_app.model.jobs import Job
from slack_app.model.links import Completion, EphemeralRef, Outcome, PendingLink
from slack_app.model.messages import Failure, MessageRef
from slack_app.model.tools import Connection, Connector
from slack_app.model.users import Role, SlackUser
from slack_app.model.workspaces import KeyMode, Setup
from tests.contents import contents
from tests.worker_harness import DOWN, JOB, SLACK_DOWN, START, WorkerHarness

ACCOUNT = Connection("tcred_new", "github", "GitHub", "dev@example.com", created_at="2030-03-17T18:00:00")
CONNECTED = Completion(Outcome.CONNECTED, ACCOUNT)


@pytest.fixture
def stage() -> WorkerHarness:
    stage = WorkerHarness()
    stage.platform.connectors = [*stage.platform.connectors, Connector("clickup", "clickup")]
    return stage


def live(stage: WorkerHarness, number: int = -1) -> PendingLink:
    """The link as it was sent."""
    fact = stage.messenger.dms[number]
    assert isinstance(fact, LinkReady)
    return fact.live


def press(
    stage: WorkerHarness, kind: str, link: PendingLink, name: str = "press", person: SlackUser = JOB.person
) -> None:
    """Press a button of the link's message."""
    job = Job(f"{person.team_id}:{person.user_id}:{name}", person, "D-U1", "", "github", {}, stage.now, kind)
    stage.enqueue(replace(job, target_id=link.id))


def outcomes(stage: WorkerHarness) -> list[tuple[MessageRef, Outcome | None]]:
    """What was put into which message, of links that ended."""
    return [(posted, fact.live.outcome) for posted, fact in stage.messenger.edits if isinstance(fact, Ended)]


def in_private(stage: WorkerHarness, message_ts: str = "5.5", url: str = "https://hooks.slack.com/actions/y") -> None:
    """Press a button of the private message with the link: it can be replaced from then on."""
    stage.links.add_ephemeral(live(stage).id, EphemeralRef(url, "C1", stage.now, message_ts))


@pytest.mark.parametrize("by_list", [False, True])
def test_whoever_is_forgotten_while_the_platform_answers_is_not_written_down_again(
    stage: WorkerHarness, monkeypatch: pytest.MonkeyPatch, by_list: bool
) -> None:
    stage.enqueue()
    stage.run_until(5)
    jobs, subject = JobInspection(stage.redis, lambda: stage.now), Subject(frozenset(["U1"]), is_person=True)
    ask = "connections_of" if by_list else "complete"
    answer = getattr(stage.platform, ask)

    def forgotten_meanwhile(*args: Any, **more: Any) -> Any:
        Forgetting(stage.redis, jobs, lambda _seconds: None).forget(subject)
        return answer(*args, **more)

    monkeypatch.setattr(stage.platform, ask, forgotten_meanwhile)
    if by_list:
        stage.platform.connected = [ACCOUNT]
    else:
        stage.platform.completion = CONNECTED
    stage.run_until(60)

    assert "U1" not in contents(stage.redis)


def test_the_same_message_and_the_private_one_that_was_pressed_say_that_it_is_connected(stage: WorkerHarness) -> None:
    """slack-truth.md 3.1"""
    stage.enqueue()
    stage.run_until(5)
    in_private(stage)
    stage.platform.completion = CONNECTED

    stage.run_until(20)

    [(posted, fact)] = stage.messenger.edits
    assert posted == MessageRef("D-U1", "1")
    assert isinstance(fact, Ended)
    assert (fact.live.outcome, fact.live.connection) == (Outcome.CONNECTED, ACCOUNT)
    assert [type(answer) for answer in stage.messenger.answers] == [LinkAnswer, Ended]
    assert not stage.redis.exists("slack_app:state:s1")
    polls = len(stage.platform.completions)
    stage.run_until(700)
    assert len(stage.platform.completions) == polls


def test_the_first_look_comes_two_seconds_after_the_link_and_the_pauses_grow(stage: WorkerHarness) -> None:
    stage.enqueue()

    stage.run_until(100)

    moments = [at - START for at, _ in stage.platform.completions]
    pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert moments[0] == 2
    assert pauses == sorted(pauses)
    assert pauses[-1] <= 15


def test_whoever_opened_the_link_is_told_within_three_seconds(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run_until(60)
    stage.schedule.prioritize(live(stage).id, JOB.person, is_asked=False)
    stage.run_until(80)
    stage.platform.completion = CONNECTED
    began = stage.now

    while not outcomes(stage):
        stage.run()
        stage.now += 1

    assert stage.now - began <= 3


def test_declined_is_said_so(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.platform.completion = Completion(Outcome.DECLINED)

    stage.run_until(5)

    assert outcomes(stage) == [(MessageRef("D-U1", "1"), Outcome.DECLINED)]


def test_an_expired_link_becomes_an_offer_after_a_last_look(stage: WorkerHarness) -> None:
    stage.enqueue()

    stage.run_until(620)

    assert outcomes(stage) == [(MessageRef("D-U1", "1"), Outcome.EXPIRED)]
    assert stage.platform.completions[-1][0] == START + 600


def test_whoever_finished_in_the_last_moment_is_connected(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run_until(600)
    assert stage.now == START + 600
    stage.platform.completion = CONNECTED

    stage.run_until(605)

    assert outcomes(stage) == [(MessageRef("D-U1", "1"), Outcome.CONNECTED)]


def test_when_the_platform_gives_no_last_word_nothing_is_claimed(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run_until(300)
    stage.platform.complete_error = DOWN

    stage.run_until(700)

    assert outcomes(stage) == [(MessageRef("D-U1", "1"), Outcome.UNKNOWN)]


def test_an_old_connection_is_not_announced_as_the_new_one(stage: WorkerHarness) -> None:
    old = replace(ACCOUNT, id="tcred_old", account="old@example.com")
    stage.platform.connected = [old]
    stage.enqueue()
    stage.platform.completion = Completion(Outcome.CONNECTED, old)
    stage.run_until(30)
    assert outcomes(stage) == []

    stage.platform.completion = CONNECTED
    stage.run_until(60)

    assert outcomes(stage) == [(MessageRef("D-U1", "1"), Outcome.CONNECTED)]


def test_an_account_that_the_platform_does_not_name_is_found_among_the_persons_own(stage: WorkerHarness) -> None:
    old = replace(ACCOUNT, id="tcred_old")
    stage.platform.connected = [old]
    stage.enqueue()
    stage.run()
    stage.platform.connected = [old, ACCOUNT]
    stage.platform.completion = Completion(Outcome.CONNECTED)

    stage.run_until(5)

    [(_, fact)] = stage.messenger.edits
    assert isinstance(fact, Ended)
    assert fact.live.connection == ACCOUNT


@pytest.mark.parametrize(
    ("asked_for", "at_least", "at_most"),
    [(40, 40, 70), (86_400, 120, 150)],
    ids=["as long as it says", "two minutes at most"],
)
def test_a_platform_with_too_many_questions_is_left_alone(
    stage: WorkerHarness, asked_for: float, at_least: float, at_most: float
) -> None:
    stage.enqueue()
    stage.run_until(10)
    stage.platform.complete_error = UpstreamError("platform", status=429, retryable=True, retry_after=asked_for)
    stage.run_until(30)
    refused_at = stage.platform.completions[-1][0]
    stage.platform.complete_error = None

    stage.run_until(300)

    later = [at for at, _ in stage.platform.completions if at > refused_at]
    assert at_least <= later[0] - refused_at <= at_most


def test_a_pause_that_ones_own_key_gets_is_nobody_elses(stage: WorkerHarness) -> None:
    """Issue 14, point 1"""
    colleague = replace(JOB.person, user_id="U2")
    stage.setups.save(Setup("T1", "org_a", KeyMode.PER_USER), "set up")
    for number, person in enumerate((JOB.person, colleague)):
        stage.keys.save(person, f"ak_of_person_{number}_0123456789")
        stage.enqueue(replace(JOB, id=f"T1:{person.user_id}:1", person=person))
    stage.run_until(10)
    own = live(stage, 0).link.state
    stage.platform.complete_errors[own] = UpstreamError("platform", status=429, retryable=True, retry_after=60)

    stage.run_until(70)

    refused_at = next(at for at, state in stage.platform.completions if state == own and at >= START + 10)
    asked = [state for at, state in stage.platform.completions if refused_at < at < refused_at + 50]
    assert asked.count(own) == 0
    assert len(asked) >= 3


def test_while_slack_does_not_answer_the_end_is_told_again(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run()
    stage.platform.completion = CONNECTED
    stage.messenger.edit_error = SLACK_DOWN
    stage.run_until(30)
    assert outcomes(stage) == []
    stage.messenger.edit_error = None

    stage.run_until(60)

    assert outcomes(stage) == [(MessageRef("D-U1", "1"), Outcome.CONNECTED)]
    assert len(stage.platform.completions) == 1


def test_a_second_request_sends_the_same_link_and_does_not_prolong_it(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run_until(60)

    stage.enqueue(replace(JOB, id="T1:U1:2", response_url="https://hooks.slack.com/commands/y", accepted_at=stage.now))
    stage.run_until(70)

    first, second = live(stage, 0), live(stage, 1)
    assert (second.id, second.link) == (first.id, first.link)
    assert stage.platform.links == 1
    assert stage.messenger.deleted == [MessageRef("D-U1", "1")]  # it moved to the end of the conversation
    stage.platform.completion = CONNECTED
    stage.run_until(90)
    assert outcomes(stage) == [(MessageRef("D-U1", "2"), Outcome.CONNECTED)]
    assert [type(answer) for answer in stage.messenger.answers] == [LinkAnswer, LinkAnswer]


def test_a_commands_private_answer_is_never_to_be_replaced_and_a_pressed_one_is_once(stage: WorkerHarness) -> None:
    """slack-truth.md 1.2: what was pressed several times is one message."""
    stage.enqueue()
    stage.run_until(5)
    in_private(stage, url="https://hooks.slack.com/actions/1")
    in_private(stage, url="https://hooks.slack.com/actions/2")
    in_private(stage, message_ts="6.6", url="https://hooks.slack.com/actions/3")
    places: list[str] = []
    stage.messenger.respond = lambda place, fact: places.append(place.response_url)  # type: ignore[method-assign]
    stage.platform.completion = CONNECTED
    stage.run_until(20)

    assert places == ["https://hooks.slack.com/actions/2", "https://hooks.slack.com/actions/3"]


def test_other_details_make_a_new_link_and_retire_the_old_one(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run_until(10)

    stage.enqueue(replace(JOB, id="T1:U1:2", parameters={"site_name": "Other"}))
    stage.run_until(15)

    assert stage.platform.links == 2
    assert outcomes(stage) == [(MessageRef("D-U1", "1"), Outcome.REPLACED)]
    assert not stage.redis.exists("slack_app:state:s1")
    assert stage.redis.exists("slack_app:state:s2")


def test_one_press_brings_a_new_link_into_the_same_message(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run_until(620)

    press(stage, "link.renew", live(stage))
    stage.run_until(625)

    posted, fact = stage.messenger.edits[-1]
    assert posted == MessageRef("D-U1", "1")
    assert isinstance(fact, LinkReady)
    assert fact.live.link.state == "s2"
    stage.platform.completion = CONNECTED
    stage.run_until(640)
    assert outcomes(stage)[-1] == (MessageRef("D-U1", "1"), Outcome.CONNECTED)


def test_a_new_link_that_waits_for_an_admin_keeps_its_details(stage: WorkerHarness) -> None:
    details = {"site_name": "Team"}
    stage.enqueue(replace(JOB, connector_type="sharepoint", parameters=details))
    stage.run_until(620)
    stage.platform.error = UpstreamError("platform", status=403)

    press(stage, "link.renew", live(stage))
    stage.run()

    failure = stage.messenger.dms[-1]
    assert isinstance(failure, Failure)
    draft = stage.drafts.get(failure.draft_id, JOB.person)
    assert draft is not None
    assert (draft.job.kind, draft.job.connector_type, draft.job.parameters) == ("connect.chosen", "sharepoint", details)


def test_two_presses_bring_one_new_link(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run_until(620)

    press(stage, "link.renew", live(stage), "one")
    press(stage, "link.renew", live(stage), "two")
    stage.run_until(630)

    assert stage.platform.links == 2


def test_cancel_ends_the_link_and_the_questions(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run_until(10)
    press(stage, "link.cancel", live(stage))
    stage.run_until(12)
    asked = len(stage.platform.completions)

    stage.run_until(700)

    assert outcomes(stage) == [(MessageRef("D-U1", "1"), Outcome.CANCELLED)]
    assert len(stage.platform.completions) == asked
    assert not stage.redis.exists("slack_app:state:s1")


def test_whoever_cancels_after_they_were_through_is_told_that_it_is_connected(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run()
    stage.platform.completion = CONNECTED

    press(stage, "link.cancel", live(stage))
    stage.run()

    assert outcomes(stage) == [(MessageRef("D-U1", "1"), Outcome.CONNECTED)]


@pytest.mark.parametrize("error", [DOWN, UpstreamError("platform", status=403)])
def test_cancel_needs_no_answer_of_the_platform(stage: WorkerHarness, error: UpstreamError) -> None:
    stage.enqueue()
    stage.run()
    stage.platform.complete_error = error

    press(stage, "link.cancel", live(stage))
    stage.run()

    assert outcomes(stage) == [(MessageRef("D-U1", "1"), Outcome.CANCELLED)]


def test_check_now_that_finds_nothing_says_when_it_looked(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run_until(100)
    stage.schedule.prioritize(live(stage).id, JOB.person, is_asked=True)
    check_requested_at = stage.now

    stage.run_until(130)

    checks = [fact for _, fact in stage.messenger.edits if isinstance(fact, LinkReady)]
    assert [check.checked_at for check in checks] == [check_requested_at]


def test_this_is_not_me_disconnects_the_account(stage: WorkerHarness) -> None:
    """security.md 5"""
    stage.enqueue()
    stage.run_until(1)
    in_private(stage)
    stage.platform.completion = CONNECTED
    stage.run_until(5)

    press(stage, "link.wrong_account", live(stage))
    stage.run_until(10)

    assert stage.platform.disconnected == ["tcred_new"]
    posted, fact = stage.messenger.edits[-1]
    assert posted == MessageRef("D-U1", "1")
    assert isinstance(fact, WrongAccountDisconnected)
    assert isinstance(stage.messenger.answers[-1], WrongAccountDisconnected)


def test_this_is_not_me_does_not_claim_to_disconnect_what_other_credentials_connected(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.platform.completion = CONNECTED
    stage.run_until(10)
    stage.setups.save(Setup("T1", "org_b"), "the operator's")

    press(stage, "link.wrong_account", live(stage))
    stage.run()

    assert stage.platform.disconnected == []
    failure = stage.messenger.dms[-1]
    assert isinstance(failure, Failure)
    assert failure.reason == "not_disconnected"


@pytest.mark.parametrize("kind", ["link.renew", "link.cancel", "link.wrong_account"])
@pytest.mark.parametrize(
    "person", [SlackUser("E1", "T1", "U2"), SlackUser(None, "T2", "U1"), SlackUser("E2", "T1", "U1")]
)
def test_nobody_else_can_press_anything_on_it(stage: WorkerHarness, kind: str, person: SlackUser) -> None:
    """security.md 6, 7"""
    stage.enqueue()
    stage.platform.completion = CONNECTED
    stage.run_until(5)
    edits = list(stage.messenger.edits)

    press(stage, kind, live(stage), person=person)
    stage.run_until(10)

    assert stage.messenger.edits == edits
    assert stage.platform.disconnected == []
    assert stage.platform.links == 1
    refusal = stage.messenger.dms[-1]
    assert isinstance(refusal, Failure)
    assert refusal.reason == "button_outdated"


def test_of_two_people_connecting_clickup_the_second_waits_and_gets_the_link_by_itself(stage: WorkerHarness) -> None:
    first = replace(JOB, connector_type="clickup")
    second = replace(first, id="T1:U2:1", person=SlackUser("E1", "T1", "U2"), channel_id="C1")
    stage.enqueue(first)
    stage.run_until(5)

    stage.enqueue(second)
    stage.run_until(60)
    assert stage.platform.links == 1
    assert [fact for fact in stage.messenger.dms if isinstance(fact, InTurn)] == [InTurn("clickup")]

    stage.platform.completion = CONNECTED
    stage.run_until(75)
    stage.platform.completion = Completion(None)
    stage.run_until(80)
    assert live(stage).person.user_id == "U2"
    assert stage.platform.links == 2


def test_whoever_gave_up_waiting_for_clickup_keeps_no_place_before_the_others(stage: WorkerHarness) -> None:
    held = f"{KEYS}only:org_a:clickup"
    stage.redis.set(held, "link:of somebody")
    stage.enqueue(replace(JOB, connector_type="clickup"))
    stage.run()
    stage.now += TURN_PATIENCE_SECONDS + 10
    stage.run()
    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)
    assert failure.reason == "turn_too_late"
    assert stage.platform.links == 0
    assert not stage.redis.exists(f"{KEYS}turn:org_a:clickup")

    stage.redis.delete(held)
    second = SlackUser("E1", "T1", "U2")
    stage.enqueue(replace(JOB, id="T1:U2:1", person=second, connector_type="clickup", accepted_at=stage.now))
    stage.run()

    assert live(stage).person == second


def clickup(stage: WorkerHarness, user_id: str) -> Job[Any]:
    """A request for ClickUp."""
    person = SlackUser("E1", "T1", user_id)
    return replace(JOB, id=f"T1:{user_id}:c", person=person, connector_type="clickup", accepted_at=stage.now)


def test_whoever_was_told_that_clickup_does_not_answer_stands_before_nobody(stage: WorkerHarness) -> None:
    stage.platform.error = DOWN
    stage.enqueue(clickup(stage, "U1"))
    stage.run_until(700)
    stage.platform.error = None

    stage.enqueue(clickup(stage, "U2"))
    stage.run()

    assert live(stage).person.user_id == "U2"


def test_whoever_is_asked_for_details_of_clickup_stands_before_nobody(stage: WorkerHarness) -> None:
    stage.platform.error = UpstreamError("platform", status=422, fields={"team": ""})
    stage.enqueue(clickup(stage, "U1"))
    stage.run()
    stage.platform.error = None

    stage.enqueue(clickup(stage, "U2"))
    stage.run()

    assert live(stage).person.user_id == "U2"


def test_a_request_for_clickup_that_is_gone_stands_before_nobody_for_longer_than_half_a_minute(
    stage: WorkerHarness,
) -> None:
    stage.enqueue(clickup(stage, "U1"))
    stage.run()
    stage.enqueue(clickup(stage, "U2"))
    stage.run()
    stage.setups.save(Setup("T1", "org_a", guests_allowed=False), "the admins'")
    stage.people.roles["U2"] = Role.GUEST
    stage.platform.completion = CONNECTED
    stage.run_until(20)
    stage.platform.completion = Completion(None)

    stage.enqueue(clickup(stage, "U3"))
    stage.run_until(55)

    assert live(stage).person.user_id == "U3"


def test_a_refused_request_does_not_hold_the_others_up(stage: WorkerHarness) -> None:
    stage.platform.error = UpstreamError("platform", status=403)
    stage.enqueue(replace(JOB, connector_type="clickup"))
    stage.run_until(3)
    stage.platform.error = None

    stage.enqueue(replace(JOB, id="T1:U2:1", person=SlackUser("E1", "T1", "U2"), connector_type="clickup"))
    stage.run_until(6)

    assert live(stage).person.user_id == "U2"


def test_a_link_for_an_organization_that_the_workspace_left_ends_and_asks_the_new_one_nothing(
    stage: WorkerHarness,
) -> None:
    """security.md 7"""
    stage.enqueue()
    stage.run_until(5)
    polls = len(stage.platform.completions)
    stage.setups.save(Setup("T1", "org_b"), "the operator's")

    stage.run_until(60)

    assert outcomes(stage) == [(MessageRef("D-U1", "1"), Outcome.REVOKED)]
    assert len(stage.platform.completions) == polls


@pytest.mark.parametrize(
    ("role", "error", "is_over"),
    [
        (Role.GUEST, None, True),
        (Role.NONE, None, True),
        (Role.MEMBER, None, False),
        (Role.GUEST, UpstreamError("slack", status=503, retryable=True), False),
    ],
)
def test_a_link_of_whoever_may_not_connect_any_more_ends(
    stage: WorkerHarness, role: Role, error: Exception | None, is_over: bool
) -> None:
    """security.md 23: the admins said "members only" while it was out; a Slack that is away ends no link."""
    stage.enqueue()
    stage.run_until(5)
    polls = len(stage.platform.completions)
    stage.people.roles["U1"], stage.people.error = role, error
    stage.setups.save(Setup("T1", "org_a", guests_allowed=False), "the operator's")

    stage.run_until(60)

    assert outcomes(stage) == [(MessageRef("D-U1", "1"), Outcome.REVOKED)] * is_over
    assert (len(stage.platform.completions) == polls) is is_over


def test_a_worker_that_died_after_the_end_was_noted_leaves_the_telling_to_the_next(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run_until(5)
    stage.links.mark_finished(live(stage), Outcome.CONNECTED, ACCOUNT)

    stage.run_until(60)

    assert outcomes(stage) == [(MessageRef("D-U1", "1"), Outcome.CONNECTED)]


def test_private_answers_that_slack_does_not_take_cost_one_more_edit_of_the_message_and_no_more(
    stage: WorkerHarness,
) -> None:
    """slack-truth.md 1.3, 1.12: the private answer is best effort."""
    stage.enqueue()
    stage.run_until(1)
    in_private(stage)
    stage.messenger.answer_error = SLACK_DOWN
    stage.platform.completion = CONNECTED

    stage.run_until(600)

    assert outcomes(stage) == [(MessageRef("D-U1", "1"), Outcome.CONNECTED)] * 2
