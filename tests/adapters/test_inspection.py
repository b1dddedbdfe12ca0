"""What an operator sees of the queue and does to it, while workers run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from slack_app.adapters.jobs import DEAD, STREAM, job_key
from slack_app.adapters.jobs.consumer import JobConsumer
from slack_app.adapters.jobs.inspection import JobInspection, State
from slack_app.adapters.jobs.producer import JobProducer
from slack_app.adapters.redis import open_fast
from slack_app.errors import UpstreamError
from slack_app.model.jobs import Job
from tests.adapters.test_jobs import job, take, work
from tests.contents import contents

NOW = 5000.0


def inspect(client: Any) -> JobInspection:
    return JobInspection(client, lambda: NOW)


def die(client: Any, name: str = "1", reason: str = "undeliverable", **fields: Any) -> Job[Any]:
    """Have a job be given up."""
    dead = replace(job(name), **fields)
    JobProducer(client).enqueue(dead)
    worker = work(client)
    worker.dead_letter(take(worker), reason)
    return dead


def states(client: Any) -> dict[str, State]:
    seen = inspect(client)
    return {one.id: one.state for one in [*seen.dead(9), *seen.waiting(9)]}


def test_each_job_is_seen_where_it_is(client: Any) -> None:
    die(client, "dead")
    for name in ("in-hand", "later"):
        JobProducer(client).enqueue(job(name))
    worker = work(client)
    take(worker)
    worker.retry_at(take(worker), 6000.0)
    JobProducer(client).enqueue(job("waiting"))

    assert states(client) == {
        "T1:U1:dead": State.DEAD,
        "T1:U1:in-hand": State.IN_HAND,
        "T1:U1:waiting": State.WAITING,
        "T1:U1:later": State.LATER,
    }
    [later] = inspect(client).find(job("later").reference)
    assert (later.id, later.due_at, later.retries) == ("T1:U1:later", 6000.0, 1)
    [dead] = inspect(client).find("T1:U1:dead")
    assert (dead.reason, dead.job) == ("undeliverable", replace(job("dead"), response_url=""))


def test_a_dead_job_is_kept_for_a_week_and_is_done_for_whoever_sends_it_again(client: Any) -> None:
    dead = die(client)

    assert not JobProducer(client).enqueue(dead)
    assert 0 < client.ttl("slack_app:{jobs}:dead-job:T1:U1:1") <= 7 * 24 * 3600
    assert client.hget(job_key("T1:U1:1"), "body") == ""
    assert "hooks.slack.com" not in client.hget("slack_app:{jobs}:dead-job:T1:U1:1", "body")


def test_a_dead_job_that_is_put_back_runs_once_as_if_it_were_asked_for_now(client: Any) -> None:
    dead = die(client)
    seen = inspect(client)

    assert [seen.retry(dead.id), seen.retry(dead.id)] == [True, False]

    worker = work(client)
    again = take(worker)
    assert again.job == replace(dead, accepted_at=NOW, response_url="")
    assert (again.attempts, again.retries) == (1, 0)
    assert worker.take() is None
    assert client.xlen(DEAD) == 0
    worker.finish(again, "link_sent")
    assert states(client) == {}


def test_a_job_that_is_put_back_keeps_what_was_done_of_it(client: Any) -> None:
    JobProducer(client).enqueue(job())
    worker = work(client)
    delivery = take(worker)
    delivery.progress.record_link("9f1c")
    worker.dead_letter(delivery, "undeliverable")

    inspect(client).retry("T1:U1:1")

    assert take(work(client)).progress.link_id == "9f1c"


def test_a_dead_job_stays_one_where_its_line_cannot_be_written(client: Any) -> None:
    die(client)
    client.set("slack_app:{jobs}:ring:person", "x")

    with pytest.raises(UpstreamError):
        inspect(client).retry("T1:U1:1")

    client.delete("slack_app:{jobs}:ring:person")
    assert states(client) == {"T1:U1:1": State.DEAD}
    assert inspect(client).retry("T1:U1:1")


def test_a_job_that_is_put_back_waits_behind_what_others_asked_for_and_its_own_workspace(client: Any) -> None:
    die(client)
    other = replace(job("2"), id="T2:U2:2", person=replace(job().person, enterprise_id=None, team_id="T2"))
    for waiting in (job("3"), other):
        JobProducer(client).enqueue(waiting)

    inspect(client).retry("T1:U1:1")

    worker = work(client)
    assert [take(worker).job_id for _ in range(3)] == ["T1:U1:3", "T2:U2:2", "T1:U1:1"]


@pytest.mark.parametrize("name", ["waiting", "in-hand", "later", "done", "unknown"])
def test_only_a_dead_job_is_put_back(client: Any, name: str) -> None:
    worker = work(client)
    for other in ("in-hand", "later", "done"):
        JobProducer(client).enqueue(job(other))
    take(worker)
    worker.retry_at(take(worker), 6000.0)
    worker.finish(take(worker), "link_sent")
    JobProducer(client).enqueue(job("waiting"))
    before = states(client)

    assert not inspect(client).retry(f"T1:U1:{name}")
    assert states(client) == before


def test_what_cannot_be_read_is_not_put_back(client: Any) -> None:
    client.hset(job_key("x"), "body", "{")
    client.xadd(STREAM, {"id": "x"})
    worker = work(client)
    worker.dead_letter(take(worker), "unreadable")

    assert not inspect(client).retry("x")
    assert states(client) == {"x": State.DEAD}
    assert inspect(client).drop("x") is True
    assert states(client) == {}


@pytest.mark.parametrize("name", ["dead", "waiting", "later"])
def test_what_is_dropped_is_nowhere_and_is_never_done(client: Any, name: str) -> None:
    die(client, "dead")
    JobProducer(client).enqueue(job("later"))
    worker = work(client)
    worker.retry_at(take(worker), 6000.0)
    JobProducer(client).enqueue(job("waiting"))
    dropped = f"T1:U1:{name}"

    assert inspect(client).drop(dropped) is True
    assert inspect(client).drop(dropped) is False

    assert dropped not in states(client)
    assert len(states(client)) == 2
    worker.requeue_due(9000.0)
    assert dropped not in {taken.job_id for taken in iter(worker.take, None)}
    assert not client.hget(job_key(dropped), "body")
    assert dropped not in contents(client).replace(repr((job_key(dropped), {"body": ""})), "")


def test_a_job_that_a_worker_has_in_hand_is_not_dropped_and_one_of_a_worker_that_died_is(client: Any) -> None:
    JobProducer(client).enqueue(job())
    worker = work(client)
    entry = take(worker).entry_id

    assert inspect(client).drop("T1:U1:1") is None
    assert states(client) == {"T1:U1:1": State.IN_HAND}

    client.execute_command("XCLAIM", STREAM, "workers", "a", 0, entry, "IDLE", 60_000, "JUSTID")
    assert inspect(client).drop("T1:U1:1") is True
    assert states(client) == {}
    JobConsumer(blocking=client, redis=client, consumer="b", lease_seconds=0).requeue_stale()
    assert work(client).take() is None


def test_of_a_worker_and_an_operator_one_gets_each_job(redis_url: str) -> None:
    client = open_fast(redis_url)
    names = [f"T1:U1:{number}" for number in range(60)]
    for name in names:
        JobProducer(client).enqueue(replace(job(), id=name))
    done: list[str] = []

    def work_off() -> None:
        worker = work(client)
        while delivery := worker.take():
            done.append(delivery.job_id)
            worker.finish(delivery, "link_sent")

    with ThreadPoolExecutor(2) as threads:
        working = threads.submit(work_off)
        dropped = [
            name for name in reversed(names) if client.hget(job_key(name), "body") and inspect(client).drop(name)
        ]
        working.result()

    assert sorted([*done, *dropped]) == sorted(names)
    assert states(client) == {}


def test_of_several_operators_one_puts_each_dead_job_back(redis_url: str) -> None:
    client = open_fast(redis_url)
    names = [die(client, str(number)).id for number in range(20)]

    with ThreadPoolExecutor(4) as threads:
        put_back = list(threads.map(inspect(client).retry, names * 4))

    assert put_back.count(True) == 20
    worker = work(client)
    assert sorted(taken.job_id for taken in iter(worker.take, None)) == sorted(names)
