"""What becomes of a job that does not go well; ten minutes pass in no time."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from slack_app.adapters.jobs import DEAD, STREAM
from slack_app.adapters.links import KEYS
from slack_app.adapters.setups import RedisSetups
from slack_app.errors import UpstreamError, UserError
from slack_app.features.connect import StillWorking
from slack_app.features.deliver_link import LinkAnswer, LinkReady
from slack_app.features.key import SealedKey
from slack_app.features.setup_check import SetupInput
from slack_app.job_runner import MOST_ATTEMPTS
from slack_app.model.jobs import Job
from slack_app.model.messages import Failure, MessageRef
from slack_app.model.tasks import task_of
from slack_app.model.users import Role, SlackUser
from slack_app.model.workspaces import KeyMode, Setup
from tests.contents import contents
from tests.worker_harness import DOWN, JOB, SLACK_DOWN, SLACK_REFUSES, START, WorkerHarness


@pytest.fixture
def stage() -> WorkerHarness:
    return WorkerHarness()


def died(*_args: object) -> None:
    """What a worker does that was killed in between."""
    raise SystemExit


def test_the_link_reaches_the_person_twice_in_private(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run()

    [dm], [answer] = stage.messenger.dms, stage.messenger.answers
    assert isinstance(dm, LinkReady)
    assert isinstance(answer, LinkAnswer)
    assert (answer.live, answer.in_dm) == (dm.live, True)
    assert stage.redis.exists("slack_app:state:s1")
    assert stage.is_idle


def test_the_state_is_kept_before_anything_is_shown(stage: WorkerHarness) -> None:
    stage.enqueue()
    kept: list[bool] = []
    post_dm = stage.messenger.post_dm
    stage.messenger.post_dm = lambda person, fact, thread=None: (  # type: ignore[method-assign]
        kept.append(bool(stage.redis.exists("slack_app:state:s1"))) or post_dm(person, fact)  # type: ignore[func-returns-value]
    )

    stage.run()

    assert kept == [True]


def test_without_a_direct_message_the_private_answer_carries_the_link_and_says_so(stage: WorkerHarness) -> None:
    stage.messenger.dm_error = SLACK_REFUSES
    stage.enqueue()
    stage.run()

    [answer] = stage.messenger.answers
    assert isinstance(answer, LinkAnswer)
    assert not answer.in_dm
    assert stage.is_idle


def test_when_neither_way_is_open_the_job_is_tried_again_with_the_same_link(stage: WorkerHarness) -> None:
    stage.messenger.dm_error, stage.messenger.answer_error = SLACK_DOWN, SLACK_REFUSES
    stage.enqueue()
    stage.run_until(30)
    stage.messenger.dm_error = stage.messenger.answer_error = None
    stage.run_until(90)

    assert stage.platform.links == 1
    assert len(stage.messenger.dms) == 1
    assert stage.is_idle


def test_a_private_answer_that_fails_takes_nothing_from_the_link_in_the_direct_message(stage: WorkerHarness) -> None:
    """slack-truth.md 1.3: the link is followed as soon as it stands somewhere."""
    stage.messenger.answer_error = SLACK_DOWN
    stage.enqueue()
    stage.run_until(20)

    assert len(stage.messenger.dms) == 1
    assert stage.platform.links == 1
    assert stage.platform.completions
    assert stage.is_idle


def test_a_job_that_comes_again_after_its_message_was_posted_posts_no_second_one(stage: WorkerHarness) -> None:
    stage.messenger.respond = died  # type: ignore[method-assign,assignment]
    stage.enqueue()
    with pytest.raises(SystemExit):
        stage.run()
    del stage.messenger.respond
    stage.take_over()
    stage.run()

    assert len(stage.messenger.dms) == 1
    assert [type(answer) for answer in stage.messenger.answers] == [LinkAnswer]
    assert stage.platform.links == 1


def test_a_direct_message_that_slack_can_not_take_for_a_moment_is_tried_again(stage: WorkerHarness) -> None:
    """reports.md A5"""
    stage.messenger.dm_error = SLACK_DOWN
    stage.enqueue()
    stage.run()
    assert stage.messenger.answers == []
    stage.messenger.dm_error = None
    stage.run_until(40)

    [answer] = stage.messenger.answers
    assert isinstance(answer, LinkAnswer)
    assert answer.in_dm
    assert len(stage.messenger.dms) == 1


def test_a_direct_message_that_slack_can_not_take_for_long_is_not_waited_for(stage: WorkerHarness) -> None:
    stage.messenger.dm_error = UpstreamError("slack", status=429, retryable=True, retry_after=30)
    stage.enqueue()
    stage.run()

    [answer] = stage.messenger.answers
    assert isinstance(answer, LinkAnswer)
    assert not answer.in_dm
    stage.now += 3
    stage.run()
    assert stage.platform.completions  # it is followed all the same


def test_a_link_that_expired_before_it_could_be_shown_is_made_anew(stage: WorkerHarness) -> None:
    stage.messenger.dm_error, stage.messenger.answer_error = SLACK_DOWN, SLACK_DOWN
    stage.enqueue()
    stage.run_until(700)
    stage.messenger.dm_error = stage.messenger.answer_error = None
    stage.run_until(800)

    [dm] = stage.messenger.dms
    assert isinstance(dm, LinkReady)
    assert dm.live.link.state == "s2"
    assert dm.live.link.expires_at > START + 700


def test_typed_in_the_apps_own_conversation_the_message_is_the_answer(stage: WorkerHarness) -> None:
    job = Job(JOB.id, JOB.person, "D-U1", JOB.response_url, "github", {}, START, "connect")
    stage.enqueue(job)
    stage.run()

    assert len(stage.messenger.dms) == 1
    assert stage.messenger.answers == []
    assert stage.messenger.retracted == 0


def test_trouble_in_the_apps_own_conversation_is_an_ordinary_message_too(stage: WorkerHarness) -> None:
    stage.platform.error = UpstreamError("platform", status=403)
    stage.enqueue(Job(JOB.id, JOB.person, "D-U1", JOB.response_url, "github", {}, START, "connect"))
    stage.run()

    [dm] = stage.messenger.dms
    assert isinstance(dm, Failure)
    assert (stage.messenger.answers, stage.messenger.retracted) == ([], 0)


def test_trouble_in_a_conversation_with_somebody_else_is_told_in_both_private_places(stage: WorkerHarness) -> None:
    stage.platform.error = UpstreamError("platform", status=403)
    stage.enqueue(Job(JOB.id, JOB.person, "D-OTHER", JOB.response_url, "github", {}, START, "connect"))
    stage.run()

    assert len(stage.messenger.dms) == len(stage.messenger.answers) == 1
    assert stage.messenger.retracted == 0


@pytest.mark.parametrize(
    ("error", "reason", "facts"),
    [
        (UpstreamError("platform", status=401), "platform_unauthorized", {}),
        (UpstreamError("platform", status=403), "platform_forbidden", {}),
        (UpstreamError("platform", status=200, code="not_json"), "platform_fault", {}),
        (UpstreamError("platform", status=302), "platform_fault", {}),
        (UpstreamError("platform", status=409), "platform_fault", {}),
    ],
)
def test_what_waiting_does_not_mend_is_told_at_once(
    stage: WorkerHarness, error: UpstreamError, reason: str, facts: Mapping[str, object]
) -> None:
    stage.platform.error = error
    stage.enqueue()
    stage.run()

    asked = {"connector_type": "github", "organization_id": "org_a", "name": "GitHub"}
    [failure] = stage.messenger.answers
    assert isinstance(failure, Failure)
    assert replace(failure, draft_id="") == Failure(reason, {**asked, **facts}, JOB.reference, is_admin=False)
    assert failure.draft_id  # for an admin, or for one press more
    assert stage.messenger.dms == []
    assert stage.is_idle


@pytest.mark.parametrize("status", [400, 404, 422])
def test_an_unknown_connector_is_told_with_the_nearest_names(stage: WorkerHarness, status: int) -> None:
    stage.platform.error = UpstreamError("platform", status=status)
    stage.enqueue(Job(JOB.id, JOB.person, "C1", JOB.response_url, "githib", {}, START, "connect"))
    stage.run()

    [failure] = stage.messenger.answers
    assert isinstance(failure, Failure)
    assert failure.reason == "connector_unknown"
    assert failure.facts["nearest"] == {"github": "github", "gitlab": "gitlab"}


def test_a_known_connector_that_is_refused_is_not_called_unknown(stage: WorkerHarness) -> None:
    stage.platform.error = UpstreamError("platform", status=400)
    stage.enqueue(Job(JOB.id, JOB.person, "C1", JOB.response_url, "sharepoint", {"site_name": "x"}, START, "connect"))
    stage.run()

    [failure] = stage.messenger.answers
    assert isinstance(failure, Failure)
    assert (failure.reason, failure.facts["parameters"]) == ("request_rejected", ["site_name"])


def test_a_workspace_that_nobody_set_up_is_told_whom_to_ask(stage: WorkerHarness) -> None:
    stage.enqueue(Job("T2:U1:1", SlackUser(None, "T2", "U1"), "C1", JOB.response_url, "github", {}, START, "connect"))
    stage.run()

    [failure] = stage.messenger.answers
    assert isinstance(failure, Failure)
    assert (failure.reason, failure.facts) == ("workspace_unmapped", {"team_id": "T2"})
    assert stage.platform.asked == []


def test_a_grid_workspace_falls_back_to_its_enterprise(stage: WorkerHarness) -> None:
    RedisSetups(stage.redis, {}).save(Setup("E1", "org_grid"), "1")
    stage.enqueue(Job("T2:U1:1", SlackUser("E1", "T2", "U1"), "C1", JOB.response_url, "github", {}, START, "connect"))
    stage.run()

    assert [asked[0] for asked in stage.platform.asked] == ["org_grid"]


def test_a_platform_that_is_down_is_tried_for_ten_minutes_with_growing_pauses(stage: WorkerHarness) -> None:
    stage.platform.error = DOWN
    stage.enqueue()
    tries = []
    while stage.now < START + 700:
        before = len(stage.platform.asked)
        stage.run()
        if len(stage.platform.asked) > before:
            tries.append(stage.now - START)
        stage.now += 0.5

    pauses = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert pauses[:6] == [1, 2, 4, 8, 16, 32]
    assert set(pauses[6:]) == {60}
    assert 540 <= tries[-1] <= 600

    [told], [sorry] = stage.messenger.dms, stage.messenger.answers
    assert told == StillWorking("github", START + 600)
    assert isinstance(sorry, Failure)
    assert sorry == Failure(
        "platform_unavailable", {"connector_type": "github"}, JOB.reference, sorry.draft_id, is_admin=False
    )
    assert sorry.draft_id  # one press tries it once more
    assert stage.is_idle


def test_a_platform_that_comes_back_gives_the_link_after_one_word_in_between(stage: WorkerHarness) -> None:
    stage.platform.error = DOWN
    stage.enqueue()
    stage.run_until(100)
    stage.platform.error = None
    stage.run_until(200)

    assert [type(fact) for fact in stage.messenger.dms] == [StillWorking, LinkReady]
    assert [type(fact) for fact in stage.messenger.answers] == [LinkAnswer]


def test_whoever_got_the_link_while_others_were_told_to_wait_is_not_told_to_wait(stage: WorkerHarness) -> None:
    second = replace(JOB, id="T1:U2:1", person=SlackUser("E1", "T1", "U2"), response_url=f"{JOB.response_url}2")
    stage.platform.error = DOWN
    stage.enqueue()
    stage.enqueue(second)
    stage.run()
    stage.platform.error = None
    stage.now += 60

    def post_dm(person: Any, fact: Any, thread: MessageRef | None = None) -> MessageRef:
        told.append((person, type(fact)))
        if len(told) == 1:  # while the first is being told, another worker brings the second their link
            stage.consumer.requeue_due(stage.now)
            for delivery in stage.taken():
                stage.job_runner.run(delivery)
        return MessageRef(f"D-{person.user_id}", "1")

    told: list[tuple[SlackUser, type]] = []
    stage.messenger.post_dm = post_dm  # type: ignore[method-assign]
    stage.job_runner.notify_overdue()

    assert [fact for person, fact in told if person == second.person] == [LinkReady]


def test_a_short_outage_is_not_mentioned(stage: WorkerHarness) -> None:
    stage.platform.error = DOWN
    stage.enqueue()
    stage.run_until(4)
    stage.platform.error = None
    stage.run_until(20)

    assert [type(answer) for answer in stage.messenger.answers] == [LinkAnswer]


def test_a_platform_with_too_many_requests_is_asked_again_when_it_says(stage: WorkerHarness) -> None:
    stage.platform.error = UpstreamError("platform", status=429, retryable=True, retry_after=5)
    stage.enqueue()
    stage.run()
    stage.platform.error = None
    stage.now += 4.9
    stage.run()
    assert len(stage.platform.asked) == 1

    stage.now += 0.7
    stage.run()

    assert len(stage.platform.asked) == 2
    assert [type(answer) for answer in stage.messenger.answers] == [LinkAnswer]


def test_who_has_to_wait_for_the_platform_is_told_at_once(stage: WorkerHarness) -> None:
    stage.platform.error = UpstreamError("platform", status=429, retryable=True, retry_after=60)
    stage.enqueue()
    stage.run()

    assert stage.messenger.dms == [StillWorking("github", START + 600)]


def test_a_wait_that_is_too_long_is_not_begun(stage: WorkerHarness) -> None:
    stage.platform.error = UpstreamError("platform", status=429, retryable=True, retry_after=86_400)
    stage.enqueue()
    stage.run()

    [failure] = stage.messenger.answers
    assert isinstance(failure, Failure)
    assert failure == Failure(
        "platform_busy", {"connector_type": "github"}, JOB.reference, failure.draft_id, is_admin=False
    )
    assert stage.is_idle


def test_a_defect_of_ours_is_told_and_kept_for_the_operator(stage: WorkerHarness) -> None:
    stage.platform.error = ZeroDivisionError()
    stage.enqueue()
    stage.run()

    assert stage.messenger.answers == [Failure("defect", {}, JOB.reference, is_admin=False)]
    assert [fields for _, fields in stage.redis.xrange(DEAD)] == [{"id": JOB.id, "reason": "defect"}]
    assert stage.is_idle


def test_a_job_that_takes_its_process_down_is_not_started_for_ever(stage: WorkerHarness) -> None:
    """security.md 18"""
    stage.platform.error = SystemExit()  # as far as the job is concerned, the process ends here
    stage.enqueue()
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(SystemExit):
            stage.run()
        stage.take_over()

    stage.run()

    assert stage.messenger.answers == [Failure("defect", {}, JOB.reference, is_admin=False)]
    assert [fields["reason"] for _, fields in stage.redis.xrange(DEAD)] == ["defect"]


def test_trouble_that_cannot_be_told_is_told_later(stage: WorkerHarness) -> None:
    stage.platform.error = UpstreamError("platform", status=401)
    stage.messenger.dm_error = stage.messenger.answer_error = SLACK_DOWN
    stage.enqueue()
    stage.run_until(30)
    stage.messenger.dm_error = stage.messenger.answer_error = None
    stage.run_until(100)

    [failure] = stage.messenger.answers
    assert isinstance(failure, Failure)
    assert failure.reason == "platform_unauthorized"


def test_who_asks_where_the_app_is_not_installed_any_more_is_told_where_they_asked(stage: WorkerHarness) -> None:
    stage.people.error = UpstreamError("slack", code="not_installed")
    stage.enqueue(replace(JOB, kind="setup.open", connector_type="", trigger_id="1"))
    stage.run()

    assert stage.messenger.answers == [Failure("not_installed", {}, JOB.reference)]
    assert stage.is_idle


@pytest.mark.parametrize("kind", ["setup.save", "key.save"])
def test_what_is_refused_while_a_modal_says_that_it_is_being_checked_is_told_in_it(
    stage: WorkerHarness, kind: str
) -> None:
    stage.people.error = UserError("people_unseen")
    stage.setups.remove("T1")
    payload = {
        "setup.save": SetupInput(0, "org_a", KeyMode.PER_USER, True, None, [], "gAAAA"),
        "key.save": SealedKey("gAAAA"),
    }[kind]
    job = replace(JOB, kind=kind, person=replace(JOB.person, team_id="T7"), connector_type="")
    stage.enqueue(replace(job, view_id="V1", payload=payload))
    stage.run()

    [(view_id, told)] = stage.messenger.updates
    assert (view_id, type(told)) == ("V1", Failure)
    assert stage.messenger.answers == []
    assert "gAAAA" not in contents(stage.redis)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MEMBER])
def test_what_a_modal_says_in_the_end_comes_when_its_acknowledgement_cannot_come_any_more(
    stage: WorkerHarness, role: Role
) -> None:
    """slack-truth.md 2.3: an acknowledgement that comes late takes the place of what stands there."""
    stage.people.roles["U1"] = role
    form = SetupInput(0, "org_b", KeyMode.PER_USER, True, None, [], stage.keys.seal(JOB.person, "ak_new_0123456789"))
    stage.queue.enqueue(replace(JOB, kind="setup.save", connector_type="", view_id="V1", payload=form))

    stage.run_until(0.9)
    assert stage.messenger.updates == []

    stage.run_until(1.1)
    assert len(stage.messenger.updates) == 1


def test_a_notice_that_slack_refuses_does_not_end_the_wait_for_the_link(stage: WorkerHarness) -> None:
    """reports.md K3: one leg's failure must not hide the other's"""
    held = f"{KEYS}only:org_a:clickup"
    stage.redis.set(held, "link:of somebody")
    stage.messenger.dm_error = stage.messenger.answer_error = SLACK_REFUSES
    stage.enqueue(replace(JOB, connector_type="clickup"))
    stage.run_until(5)
    stage.messenger.dm_error = stage.messenger.answer_error = None

    stage.redis.delete(held)
    stage.run_until(30)

    [dm] = stage.messenger.dms
    assert isinstance(dm, LinkReady)


def test_when_slack_stays_away_the_job_is_kept_for_the_operator(stage: WorkerHarness) -> None:
    stage.messenger.dm_error = stage.messenger.answer_error = SLACK_DOWN
    stage.enqueue()
    stage.run_until(2000)

    assert [fields["reason"] for _, fields in stage.redis.xrange(DEAD)] == ["undeliverable"]
    assert stage.is_idle


def test_an_outage_of_redis_leaves_the_job_where_it_is(stage: WorkerHarness) -> None:
    stage.platform.error = UpstreamError("redis", retryable=True)
    stage.enqueue()

    with pytest.raises(UpstreamError):
        stage.run()

    assert stage.redis.xlen(STREAM) == 1
    assert stage.messenger.answers == []


def test_what_nobody_can_read_is_buried(stage: WorkerHarness) -> None:
    """security.md 16"""
    stage.redis.xadd(STREAM, {"id": "x"})
    stage.run()

    assert [fields for _, fields in stage.redis.xrange(DEAD)] == [{"id": "x", "reason": "unreadable"}]
    assert stage.is_idle


def test_nothing_stays_in_hand_of_somebody_whose_workspace_joins_a_grid_meanwhile() -> None:
    """reports.md A17b: Slack names them without their Grid, with it, and in another of its workspaces."""
    worker = WorkerHarness()
    task = task_of("help.show")
    assert task
    alone, here, there = SlackUser(None, "T1", "U1"), SlackUser("E1", "T1", "U1"), SlackUser("E1", "T2", "U1")
    first, second, third, fourth = (worker.job_runner._in_turn(who, task) for who in (alone, there, here, alone))

    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    for job in (third, fourth):
        job.__enter__()
    for job in (third, fourth, second):
        job.__exit__(None, None, None)

    assert dict(worker.job_runner._in_hand) == {}


def test_an_organization_that_the_platform_does_not_know_is_for_the_admins(stage: WorkerHarness) -> None:
    stage.platform.error = stage.platform.catalogue_error = UpstreamError("platform", status=404)
    stage.enqueue(JOB)
    stage.run()

    [failure] = stage.messenger.answers
    assert isinstance(failure, Failure)
    assert (failure.reason, bool(failure.draft_id)) == ("organization_unknown", True)
