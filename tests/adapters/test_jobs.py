"""The queue's promises, on fakeredis and on a real Redis: nothing accepted is lost, nothing is done twice."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from slack_app.adapters.jobs import DEAD, STREAM, WAITING, job_key
from slack_app.adapters.jobs.consumer import JobConsumer
from slack_app.adapters.jobs.delivery import Delivery
from slack_app.adapters.jobs.producer import JobProducer
from slack_app.model.jobs import Job
from slack_app.model.messages import MessageRef
from slack_app.model.users import SlackUser

LINK_ID = "9f1c"


def job(name: str = "1", accepted_at: float = 1000.0) -> Job:
    return Job(
        id=f"T1:U1:{name}",
        person=SlackUser("E1", "T1", "U1"),
        channel_id="C1",
        response_url="https://hooks.slack.com/commands/T1/1/x",
        connector_type="sharepoint",
        parameters={"site_name": "Team “Märketing”"},
        accepted_at=accepted_at,
        kind="connect",
    )


def work(client: Any, consumer: str = "a", lease_seconds: float = 10.0) -> JobConsumer:
    opened = JobConsumer(blocking=client, redis=client, consumer=consumer, lease_seconds=lease_seconds)
    opened.open()
    return opened


def take(consumer: JobConsumer) -> Delivery:
    delivery = consumer.take()
    assert delivery
    return delivery


def test_a_job_comes_out_as_it_went_in(client: Any) -> None:
    JobProducer(client).enqueue(job())

    delivery = take(work(client))

    assert delivery.job == job()
    assert (delivery.attempts, delivery.retries, delivery.is_done) == (1, 0, False)


def test_jobs_written_before_the_first_worker_started_are_found(client: Any) -> None:
    for name in "123":
        JobProducer(client).enqueue(job(name))

    worker = work(client)

    assert [take(worker).job_id for _ in range(3)] == ["T1:U1:1", "T1:U1:2", "T1:U1:3"]


def test_the_same_request_is_one_job_however_often_it_comes(client: Any) -> None:
    queue = JobProducer(client)

    answers = [queue.enqueue(job()) for _ in range(3)]

    assert answers == [True, False, False]
    assert queue.facts()[:3] == (1, 0, {})


def test_the_same_request_at_once_on_many_threads_is_one_job(client: Any) -> None:
    """security.md 2"""
    answers: list[bool] = []
    threads = [threading.Thread(target=lambda: answers.append(JobProducer(client).enqueue(job()))) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [False] * 7 + [True]


def test_a_finished_job_does_not_come_again_when_slack_repeats_it(client: Any) -> None:
    queue, worker = JobProducer(client), work(client)
    queue.enqueue(job())
    worker.finish(take(worker), "link_sent")

    assert queue.enqueue(job()) is False
    assert worker.take() is None
    assert queue.facts()[:3] == (0, 0, {"connect link_sent": 1})
    assert 0 < client.ttl(job_key(job().id)) <= 3600
    assert client.hgetall(job_key(job().id)) == {"body": ""}


def test_a_job_of_a_dead_worker_is_taken_over_when_its_lease_has_run_out(client: Any) -> None:
    JobProducer(client).enqueue(job())
    dead, alive = work(client, "dead", 0.05), work(client, "alive", 0.05)
    take(dead)

    threading.Event().wait(0.1)  # the lease is the server's time, which a test cannot hand in
    assert alive.requeue_stale() == 1
    taken_over = take(alive)

    assert taken_over.job == job()
    assert taken_over.attempts == 2
    assert alive.requeue_stale() == 0


def test_a_job_in_hand_is_not_taken_over_while_its_lease_is_renewed(client: Any) -> None:
    JobProducer(client).enqueue(job())
    busy, other = work(client, "busy", 0.6), work(client, "other", 0.6)
    taken = take(busy)

    for _ in range(8):
        threading.Event().wait(0.1)
        busy.renew([taken.entry_id])

    assert other.requeue_stale() == 0


def test_a_renewal_does_not_take_a_job_back_from_who_took_it_over(client: Any) -> None:
    JobProducer(client).enqueue(job())
    stalled, other = work(client, "stalled", 0.0), work(client, "other", 0.0)
    taken = take(stalled)
    other.requeue_stale()
    take(other)

    stalled.renew([taken.entry_id])

    [held] = client.xpending_range(STREAM, "workers", "-", "+", 5)
    assert held["consumer"] == "other"


def test_a_job_that_was_put_off_comes_back_when_it_is_due_and_not_before(client: Any) -> None:
    JobProducer(client).enqueue(job())
    worker = work(client)
    worker.retry_at(take(worker), due=1007.0)

    assert worker.requeue_due(1006.9) == 0
    assert worker.take() is None
    assert worker.requeue_due(1007.0) == 1
    delivery = take(worker)

    assert (delivery.job, delivery.attempts, delivery.retries) == (job(), 1, 1)


def test_what_was_done_is_known_when_the_job_comes_again(client: Any) -> None:
    JobProducer(client).enqueue(job())
    worker = work(client)
    progress = take(worker).progress
    progress.record_link(LINK_ID)
    progress.record_dm(MessageRef("D1", "1.2"))

    assert work(client, "other", lease_seconds=0).requeue_stale() == 1
    again = take(worker).progress

    assert (again.link_id, again.dm) == (LINK_ID, MessageRef("D1", "1.2"))


def test_the_person_is_told_once_when_it_takes_longer_than_15_seconds(client: Any) -> None:
    JobProducer(client).enqueue(job())
    worker = work(client)

    assert list(worker.take_overdue(1014.9)) == []
    assert list(worker.take_overdue(1015.0)) == [job()]
    assert list(worker.take_overdue(1100.0)) == []


def test_the_person_is_told_at_once_when_it_is_known_to_take_longer(client: Any) -> None:
    JobProducer(client).enqueue(job())
    worker = work(client)
    worker.retry_at(take(worker), due=1060.0)

    assert list(worker.take_overdue(1001.0)) == [job()]


def test_a_short_pause_is_not_told(client: Any) -> None:
    JobProducer(client).enqueue(job())
    worker = work(client)
    worker.retry_at(take(worker), due=1003.0)

    assert list(worker.take_overdue(1001.0)) == []


def test_nobody_is_told_to_wait_once_the_link_is_there(client: Any) -> None:
    JobProducer(client).enqueue(job())
    worker = work(client)
    take(worker).progress.record_link(LINK_ID)

    assert list(worker.take_overdue(2000.0)) == []


@pytest.mark.parametrize("garbage", ["", "{", "[]", '{"v":99}', '{"v":1}', "null", '{"v":1,"person":{"x":1}}'])
def test_what_cannot_be_read_is_buried_not_run(client: Any, garbage: str) -> None:
    """security.md 16"""
    worker = work(client)
    client.hset(job_key("x"), "body", garbage or "\x00")
    client.xadd(STREAM, {"id": "x"})
    delivery = take(worker)
    assert delivery.job is None

    worker.dead_letter(delivery, "unreadable")

    assert [fields for _, fields in client.xrange(DEAD)] == [{"id": "x", "reason": "unreadable"}]
    assert client.xlen(STREAM) == 0


def test_an_entry_without_a_job_is_known_as_one(client: Any) -> None:
    worker = work(client)
    client.xadd(STREAM, {"other": "field"})

    assert take(worker).job is None


def test_every_key_has_a_lifetime_or_a_reason_to_stay(client: Any) -> None:
    JobProducer(client).enqueue(job())
    worker = work(client)
    take(worker).progress.record_link(LINK_ID)

    lasting = {key for key in client.keys("*") if client.ttl(key) == -1}

    assert lasting <= {STREAM, WAITING}
    assert all(key.startswith("slack_app:") for key in client.keys("*"))


def test_consumers_of_dead_processes_are_forgotten_unless_they_hold_jobs(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slack_app.adapters.jobs.consumer.FORGET_CONSUMER_SECONDS", 0)
    JobProducer(client).enqueue(job())
    holder, idle = work(client, "holder"), work(client, "idle")
    take(holder)
    idle.take()
    threading.Event().wait(0.02)

    idle.forget_idle_consumers()

    assert [consumer["name"] for consumer in client.xinfo_consumers(STREAM, "workers")] == ["holder"]
