"""How many links a person and an organization may have, and that what did not arrive does not count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event, Semaphore
from typing import Any

import pytest

from slack_app.adapters.jobs import SCHEDULED, job_key
from slack_app.errors import UpstreamError
from slack_app.features import policy
from slack_app.features.status import Status
from slack_app.job_runner import MOST_AT_ONCE
from slack_app.model.jobs import Job
from slack_app.model.links import Authorization
from slack_app.model.messages import Failure
from slack_app.model.tasks import task_of
from slack_app.model.tools import Connection, Connector
from slack_app.model.workspaces import Credentials, Setup
from tests.worker_harness import DOWN, JOB, SLACK_REFUSES, WorkerHarness


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> WorkerHarness:
    monkeypatch.setattr(policy, "PERSON_LINKS", 2)
    stage = WorkerHarness()
    stage.platform.connectors = [Connector(name, name) for name in ("aa", "bb", "cc")]
    return stage


def ask(stage: WorkerHarness, tool: str, user_id: str = "U1", number: str = "") -> None:
    person = replace(JOB.person, user_id=user_id)
    stage.enqueue(replace(JOB, id=f"T1:{user_id}:{tool}{number}", person=person, connector_type=tool))
    stage.run()


def links_of_the_organization(stage: WorkerHarness) -> int:
    """How many links the organization is counted for."""
    return int(stage.redis.get("slack_app:limit:limit_organization:org_a"))


def test_beyond_the_limit_the_person_is_told_when_to_come_back_and_others_go_on(stage: WorkerHarness) -> None:
    """security.md 19"""
    for tool in ("aa", "bb", "cc"):
        ask(stage, tool)
    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)
    assert failure.reason == "limit_person"
    assert stage.now < failure.facts["again_at"] <= stage.now + 600

    ask(stage, "cc", "U2")
    assert stage.platform.links == 3


def test_the_same_link_again_is_no_new_one(stage: WorkerHarness) -> None:
    for number in "12345":
        ask(stage, "aa", number=number)
    ask(stage, "bb")

    assert stage.platform.links == 2


def test_a_name_that_no_tool_has_is_not_called_not_offered(stage: WorkerHarness) -> None:
    stage.platform.connectors = [Connector("github", "GitHub"), Connector("gitlab", "GitLab")]
    stage.setups.save(Setup("T1", "org_a", allowed_connectors=("github",)), "set up")

    ask(stage, "gihtub")
    ask(stage, "git lab")

    unknown, not_offered = stage.messenger.answers
    assert isinstance(unknown, Failure)
    assert (unknown.reason, unknown.facts["nearest"]) == ("connector_unknown", {"github": "GitHub"})
    assert isinstance(not_offered, Failure)
    assert (not_offered.reason, not_offered.facts["name"]) == ("connector_not_offered", "GitLab")
    assert stage.platform.asked == []


def test_what_is_offered_is_found_under_a_name_that_nobody_had_read_yet(stage: WorkerHarness) -> None:
    stage.platform.connectors = [Connector("g_hub", "Octo Cat")]
    stage.setups.save(Setup("T1", "org_a", allowed_connectors=("g_hub",)), "set up")

    ask(stage, "octo cat")

    assert stage.platform.asked == [("org_a", "g_hub", {})]


def test_an_organization_has_a_limit_too(stage: WorkerHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "ORGANIZATION_LINKS", 1)
    ask(stage, "aa", "U1")

    ask(stage, "aa", "U2")

    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)
    assert failure.reason == "limit_organization"
    assert stage.redis.get("slack_app:limit:limit_person:E1:U2") == "0"


def test_what_the_platform_did_not_make_is_given_back(stage: WorkerHarness) -> None:
    stage.platform.error = UpstreamError("platform", status=403)
    for tool in ("aa", "bb"):
        ask(stage, tool)
    stage.platform.error = None
    assert links_of_the_organization(stage) == 0

    for tool in ("aa", "bb"):
        ask(stage, tool, number="2")

    assert stage.platform.links == 2
    assert links_of_the_organization(stage) == 2


def test_what_is_no_tool_is_asked_for_only_while_the_list_was_never_read(stage: WorkerHarness) -> None:
    """security.md 27: what follows costs look-ups, whose number is bounded, and no links."""
    stage.platform.error = UpstreamError("platform", status=404)
    for number in range(5):
        ask(stage, f"none{number}")

    assert stage.platform.asked == [("org_a", "none0", {})]
    assert refused(stage) == ["connector_unknown"] * 5
    assert links_of_the_organization(stage) == 0


def test_who_asks_for_what_is_refused_again_and_again_is_told_to_come_back(stage: WorkerHarness) -> None:
    """security.md 27: each costs two requests, and a link's are never held back."""
    stage.platform.error = UpstreamError("platform", status=422, fields={"site": ""})
    for number in range(5):
        ask(stage, "aa", number=str(number))

    assert len(stage.platform.asked) == 2
    assert refused(stage)[-3:] == ["limit_person"] * 3
    assert links_of_the_organization(stage) == 0


def test_what_was_not_delivered_is_given_back_once(stage: WorkerHarness) -> None:
    stage.messenger.dm_error = stage.messenger.answer_error = SLACK_REFUSES
    ask(stage, "aa")
    for _ in range(5):
        stage.now += 60
        stage.run()

    assert stage.redis.get("slack_app:limit:limit_person:E1:U1") == "0"
    assert links_of_the_organization(stage) == 0


def test_a_link_that_another_request_brought_stays_counted_when_it_is_not_delivered_again(
    stage: WorkerHarness,
) -> None:
    ask(stage, "aa")
    stage.messenger.dm_error = stage.messenger.answer_error = SLACK_REFUSES

    ask(stage, "aa", number="2")

    assert stage.redis.get("slack_app:limit:limit_person:E1:U1") == "1"
    assert links_of_the_organization(stage) == 1


def word(number: int, user_id: str = "U1", kind: str = "help.show", **more: Any) -> Job:
    person = replace(JOB.person, user_id=user_id)
    return replace(JOB, id=f"T1:{user_id}:w{number}", person=person, kind=kind, connector_type="", **more)


def refused(stage: WorkerHarness) -> list[str]:
    return [fact.reason for fact in stage.messenger.answers if isinstance(fact, Failure)]


def test_one_person_may_ask_for_something_every_two_seconds_and_others_do_not_feel_it(stage: WorkerHarness) -> None:
    """security.md 19, 27"""
    for number in range(policy.REQUESTS + 5):
        stage.enqueue(word(number, kind="status.show"))
    stage.run()
    assert refused(stage) == ["limit_requests"] * 5

    stage.enqueue(word(0, "U2", "status.show"))
    stage.run()
    assert refused(stage) == ["limit_requests"] * 5


def test_who_asks_a_thousand_times_is_told_ten_times_that_it_is_too_much(stage: WorkerHarness) -> None:
    """security.md 27: each telling costs a thread that others wait for."""
    for number in range(1000):
        stage.enqueue(word(number, kind="status.show"))
    stage.run()

    assert refused(stage) == ["limit_requests"] * policy.REFUSALS_TOLD
    assert len(stage.messenger.answers) == policy.REQUESTS + policy.REFUSALS_TOLD
    assert stage.is_idle


def test_whatever_one_person_asks_for_few_of_their_jobs_wait_for_their_turn(stage: WorkerHarness) -> None:
    """security.md 27: what waits is taken up again and again, and all others' retries stand behind it."""
    task = task_of("status.show")
    assert task
    hands = [stage.job_runner._in_turn(JOB.person, task) for _ in range(MOST_AT_ONCE)]
    for hand in hands:
        hand.__enter__()
    for number in range(1000):
        stage.enqueue(word(number, kind="status.show"))
    stage.run()

    assert stage.redis.zcard(SCHEDULED) == policy.REQUESTS


def test_who_waits_for_their_turn_has_not_failed(stage: WorkerHarness) -> None:
    task = task_of("status.show")
    assert task
    hands = [stage.job_runner._in_turn(JOB.person, task) for _ in range(MOST_AT_ONCE)]
    for hand in hands:
        hand.__enter__()
    stage.enqueue(word(1, kind="status.show"))
    stage.run_until(20)

    assert stage.redis.hget(job_key("T1:U1:w1"), "retries") is None


def test_of_a_home_that_is_opened_a_thousand_times_one_opening_is_put_off(stage: WorkerHarness) -> None:
    """security.md 27"""
    for number in range(1000):
        stage.enqueue(word(number, kind="home.publish", response_url="", channel_id=""))
    stage.run()

    assert stage.redis.zcard(SCHEDULED) == 1


def test_a_person_of_a_grid_has_no_more_in_several_of_its_workspaces(stage: WorkerHarness) -> None:
    """security.md 7, 27"""
    for number in range(policy.REQUESTS + 5):
        there = replace(JOB.person, team_id=f"T{number}")
        stage.enqueue(replace(word(number, kind="whoami.show"), person=there))
    stage.run()

    assert refused(stage) == ["limit_requests"] * 5


def test_a_job_that_is_tried_again_counts_once(stage: WorkerHarness) -> None:
    stage.platform.accounts_error = DOWN
    stage.enqueue(word(0, kind="status.show"))
    stage.run_until(120)

    assert stage.redis.get("slack_app:limit:limit_requests:E1:U1") == "1"


def test_the_home_of_somebody_who_opens_it_too_often_is_put_off_and_not_refused(stage: WorkerHarness) -> None:
    """security.md 27"""
    for number in range(policy.REQUESTS + 1):
        stage.enqueue(word(number, kind="home.publish", response_url="", channel_id=""))
    stage.run()
    before = len(stage.messenger.homes)
    assert not stage.is_idle
    assert not any(isinstance(fact, Failure) for _, fact in stage.messenger.homes)

    stage.redis.delete("slack_app:limit:limit_home:E1:U1")  # its minute is over
    stage.now += 100
    stage.run()

    assert len(stage.messenger.homes) > before
    assert stage.is_idle


def test_what_slack_or_an_operator_asks_for_is_not_limited(stage: WorkerHarness) -> None:
    for number in range(policy.REQUESTS + 1):
        stage.enqueue(word(number, kind="setup.invite"))
    stage.run()

    assert not stage.redis.exists("slack_app:limit:limit_requests:E1:U1")


def test_one_persons_slow_jobs_leave_the_workers_threads_to_others(stage: WorkerHarness) -> None:
    """security.md 27: the platform does not answer, and one person asks eight times."""
    slow, asked = Event(), Semaphore(0)
    answer = stage.platform.accounts

    def accounts(credentials: Credentials) -> Sequence[Connection]:
        asked.release()
        assert slow.wait(20)
        return answer(credentials)

    stage.platform.accounts = accounts  # type: ignore[method-assign]
    for number in range(8):
        stage.enqueue(word(number, kind="status.show"))
    with ThreadPoolExecutor(4) as threads:
        running = [threads.submit(stage.job_runner.run, delivery) for delivery in [*stage.taken()]]
        assert asked.acquire(timeout=20)
        assert asked.acquire(timeout=20)
        ask(stage, "aa", "U2")  # would wait for ever, if the third took the last thread
        ask(stage, "aa")  # their own link waits for none of it
        assert stage.platform.links == 2
        slow.set()
        for each in running:
            each.result(20)

    stage.now += 1
    stage.run()
    assert sum(isinstance(fact, Status) for fact in stage.messenger.answers) == 8


def test_one_persons_slow_links_leave_the_workers_threads_to_others(
    stage: WorkerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """security.md 27: the platform is slow with some tools, and one person asks for four of them."""
    monkeypatch.setattr(policy, "PERSON_LINKS", 30)
    slow, asked, authorize = Event(), Semaphore(0), stage.platform.authorize

    def slowly(credentials: Credentials, connector_type: str, parameters: Mapping[str, str]) -> Authorization:
        if connector_type != "aa":
            asked.release()
            assert slow.wait(20)
        return authorize(credentials, connector_type, parameters)

    stage.platform.authorize = slowly  # type: ignore[method-assign]
    for number in range(4):
        stage.enqueue(replace(JOB, id=f"T1:U1:{number}", connector_type=f"slow{number}"))
    with ThreadPoolExecutor(3) as threads:
        running = [threads.submit(stage.job_runner.run, delivery) for delivery in [*stage.taken()]]
        assert asked.acquire(timeout=20)
        assert asked.acquire(timeout=20)
        is_third_begun = asked.acquire(timeout=0.5)
        ask(stage, "aa", "U2")  # would wait for a thread, if the third had taken the last
        slow.set()
        for each in running:
            each.result(20)

    assert not is_third_begun
    assert stage.platform.asked[0][1] == "aa"
