"""Whose job is next: workspaces take turns, people go before the background, and neither waits for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from slack_app.adapters.jobs import PERSON, STREAM, WAKE, job_key, line_key, ring_key
from slack_app.adapters.jobs.consumer import BACKGROUND_EVERY, JobConsumer
from slack_app.adapters.jobs.producer import JobProducer
from slack_app.adapters.redis import open_fast
from slack_app.demo.redis_server import RedisServer
from slack_app.errors import UpstreamError
from slack_app.features.connect import CONNECT
from slack_app.features.home import PUBLISH_HOME
from slack_app.model.jobs import Job
from slack_app.model.tasks import Task
from slack_app.model.users import SlackUser


def job(team_id: str, number: int = 0, task: Task = CONNECT, **more: Any) -> Job:
    return task.job(f"{team_id}:U1:{number}", SlackUser(None, team_id, "U1"), 1000.0, **more)


def enqueue(client: Any, *jobs: Job) -> None:
    queue = JobProducer(client)
    for each in jobs:
        assert queue.enqueue(each)


def worker(client: Any, lease_seconds: float = 10.0) -> JobConsumer:
    consumer = JobConsumer(blocking=client, redis=client, consumer="a", lease_seconds=lease_seconds)
    consumer.open()
    return consumer


def taken(consumer: JobConsumer, held: Sequence[str] = (), most: int = 1000) -> list[str]:
    """Take so many jobs; returns their ids."""
    ids: list[str] = []
    while len(ids) < most and (delivery := consumer.take(held)):
        ids.append(delivery.job_id)
    return ids


def tenants(ids: Sequence[str]) -> list[str]:
    return [job_id.split(":")[0] for job_id in ids]


def test_behind_fifty_thousand_jobs_of_one_workspace_anothers_command_is_the_next_but_one(redis_url: str) -> None:
    """security.md 27: it was behind all of them"""
    import redis

    client: Any = redis.Redis.from_url(redis_url, decode_responses=True)
    with client.pipeline(transaction=False) as pipe:
        pipe.rpush(line_key(PERSON, "T1"), *(f"T1:U1:{number}" for number in range(50_000)))
        pipe.zadd(ring_key(PERSON), {"T1": 1})
        pipe.execute()
    consumer = worker(client)
    assert JobProducer(client).facts()[0] == 50_000
    taken(consumer, most=3)

    enqueue(client, job("T2"))

    assert "T2:U1:0" in taken(consumer, most=2)
    client.close()


def test_forty_workspaces_take_turns_and_each_ones_jobs_stay_in_order(client: Any) -> None:
    names = [f"T{number}" for number in range(40)]
    enqueue(client, *(job(name, number) for name in names for number in range(3)))

    ids = taken(worker(client))

    assert [sorted(tenants(ids[round_ : round_ + 40])) for round_ in (0, 40, 80)] == [sorted(names)] * 3
    assert all([i for i in ids if i.startswith(f"{name}:")] == [f"{name}:U1:{n}" for n in range(3)] for name in names)


def test_the_workspaces_of_a_grid_stand_in_one_line(client: Any) -> None:
    enqueue(
        client, *(replace(job(team, n), person=SlackUser("E1", team, "U1")) for n in range(2) for team in ("T1", "T2"))
    )
    enqueue(client, job("T3"))

    assert tenants(taken(worker(client), most=2)) == ["T1", "T3"]


def test_what_a_person_waits_for_goes_before_the_background(client: Any) -> None:
    enqueue(client, *(job("T1", number, PUBLISH_HOME) for number in range(3)))
    enqueue(client, job("T1", 10), job("T2", 11), job("T2", 12, PUBLISH_HOME, trigger_id="1.2"))  # a press in the Home

    ids = taken(worker(client), most=3)

    assert sorted(ids) == ["T1:U1:10", "T2:U1:11", "T2:U1:12"]


def test_the_background_is_done_too_while_people_ask_for_more_than_can_be_done(client: Any) -> None:
    enqueue(client, *(job("T1", number) for number in range(40)), *(job("T2", n, PUBLISH_HOME) for n in range(5)))

    ids = taken(worker(client), most=3 * BACKGROUND_EVERY)

    assert tenants(ids).count("T2") == 3


def test_whoever_has_their_share_is_passed_over_and_is_next_when_they_may(client: Any) -> None:
    enqueue(client, *(job(name, number) for name in ("T1", "T2", "T3") for number in range(2)))
    consumer = worker(client)

    assert tenants(taken(consumer, held=["T1", "T2"])) == ["T3", "T3"]
    assert sorted(tenants(taken(consumer, held=["T2"]))) == ["T1", "T1"]
    assert tenants(taken(consumer)) == ["T2", "T2"]


def test_a_workspace_behind_thousands_that_may_not_have_more_is_found_at_once(client: Any) -> None:
    names = [f"T{number}" for number in range(1000)]
    enqueue(client, *(job(name) for name in names), job("TX"))

    assert taken(worker(client), held=names) == ["TX:U1:0"]


def test_a_worker_is_told_whether_more_is_waiting(client: Any) -> None:
    enqueue(client, job("T1"), job("T2", 0, PUBLISH_HOME))
    consumer = worker(client)

    first, second = consumer.take(), consumer.take()

    assert first
    assert second
    assert (first.are_more_waiting, second.are_more_waiting) == (True, False)
    assert not client.exists(WAKE)


def test_a_worker_that_waits_is_woken_by_the_next_job_and_a_thousand_wake_no_thousand(client: Any) -> None:
    enqueue(client, *(job("T1", number) for number in range(1000)))

    worker(client).wait()  # a second at most

    assert client.llen(WAKE) < 16


def test_what_is_tried_again_stands_in_its_own_workspaces_line(client: Any) -> None:
    enqueue(client, *(job("T1", number) for number in range(5)), job("T2"))
    consumer = worker(client)
    first = consumer.take()
    assert first
    consumer.retry_at(first, 1001.0)

    assert consumer.requeue_due(1001.0) == 1

    ids = taken(consumer)
    assert ids[0] == "T2:U1:0"
    assert ids[-1] == first.job_id == "T1:U1:0"


def test_what_a_dead_worker_had_in_hand_comes_before_what_waits_and_in_its_order(client: Any) -> None:
    enqueue(client, *(job("T1", number) for number in range(5)))
    taken(worker(client), most=3)

    assert worker(client, lease_seconds=0).requeue_stale() == 3

    assert taken(worker(client)) == [f"T1:U1:{number}" for number in range(5)]


def test_a_job_that_is_put_back_is_the_next_of_its_own_and_was_not_begun(client: Any) -> None:
    enqueue(client, job("T1", 1), job("T1", 2))
    consumer = worker(client)
    first = consumer.take()
    assert first

    consumer.put_back(first)

    again = [consumer.take(), consumer.take()]
    assert [(one.job_id, one.attempts) for one in again if one] == [("T1:U1:1", 1), ("T1:U1:2", 1)]
    assert consumer.take() is None


def test_a_worker_that_dies_before_it_hears_what_it_took_loses_nothing(client: Any) -> None:
    """The answer of the script never came: the job is leased, and nobody has it."""
    enqueue(client, job("T1"))
    worker(client).take()

    assert worker(client).take() is None
    assert worker(client, lease_seconds=0).requeue_stale() == 1

    again = worker(client).take()
    assert again
    assert again.job == job("T1")


def test_jobs_that_version_0_1_put_on_the_stream_are_done_and_first(client: Any) -> None:
    consumer = worker(client)
    for number in range(3):
        old = job("T1", number)
        client.hset(job_key(old.id), "body", old.to_json())
        client.xadd(STREAM, {"id": old.id})
    enqueue(client, job("T2"))

    first = consumer.take()
    assert first
    assert (first.job, first.tenant) == (job("T1"), "T1")
    consumer.retry_at(first, 1001.0)
    assert consumer.requeue_due(1001.0) == 1

    assert taken(consumer, held=["T1"]) == ["T1:U1:1", "T1:U1:2", "T2:U1:0"]
    assert taken(consumer) == ["T1:U1:0"]


def test_a_line_that_is_none_holds_up_nobody_and_takes_jobs_again(client: Any) -> None:
    """security.md 16"""
    enqueue(client, job("T1"), job("T2"))
    client.set(line_key(PERSON, "T1"), "x")

    assert taken(worker(client)) == ["T2:U1:0"]
    enqueue(client, job("T1", 1))
    assert taken(worker(client)) == ["T1:U1:1"]

    client.set(line_key(PERSON, "T1"), "x")
    enqueue(client, job("T1", 2))
    assert taken(worker(client)) == ["T1:U1:2"]


def test_a_redis_whose_memory_is_full_takes_no_job_and_loses_none_that_waits(own_redis: RedisServer) -> None:
    """deploy.md, Redis: the next command moved the line of its workspace aside, with all that waited in it"""
    # given jobs that wait, one of them for later, and a Redis that has no memory left
    client = open_fast(own_redis.url)
    enqueue(client, *(job("T1", number) for number in range(4)))
    consumer = worker(client)
    delivery = consumer.take()
    assert delivery
    consumer.retry_at(delivery, 1001.0)
    client.config_set("maxmemory", 1)

    # when more come, and what waits is due
    with pytest.raises(UpstreamError) as refused:
        enqueue(client, job("T1", 4))
    with pytest.raises(UpstreamError):
        consumer.requeue_due(1001.0)

    # then it is an outage, and all are there when it is over
    assert refused.value.retryable
    client.config_set("maxmemory", 0)
    assert consumer.requeue_due(1001.0) == 1
    assert taken(consumer) == ["T1:U1:1", "T1:U1:2", "T1:U1:3", "T1:U1:0"]
    client.close()


def test_a_redis_whose_memory_is_full_gives_no_job_so_none_is_begun_in_vain(own_redis: RedisServer) -> None:
    """deploy.md, Redis: after ten starts, in two minutes, people heard of a defect, again and again"""
    # given a job in hand, one that waits, and a Redis that has no memory left
    client = open_fast(own_redis.url)
    enqueue(client, job("T1"), job("T1", 1))
    consumer = worker(client, lease_seconds=0)
    assert consumer.take()
    client.config_set("maxmemory", 1)

    # when workers try for a while
    for _ in range(12):
        consumer.requeue_stale()
        with pytest.raises(UpstreamError) as refused:
            consumer.take()
        assert refused.value.retryable

    # then none was begun, and both are when it is over
    client.config_set("maxmemory", 0)
    first, second = consumer.take(), consumer.take()
    assert first
    assert second
    assert (first.job_id, first.attempts) == ("T1:U1:0", 2)
    assert (second.job_id, second.attempts) == ("T1:U1:1", 1)
    client.close()


@pytest.mark.parametrize("garbage", ["", "x", "person", "nowhere:T1", "person:T\nX"])
def test_a_job_whose_line_cannot_be_read_comes_again_all_the_same(client: Any, garbage: str) -> None:
    """security.md 16"""
    enqueue(client, job("T1"))
    consumer = worker(client)
    delivery = consumer.take()
    assert delivery
    client.hset(job_key(delivery.job_id), "line", garbage)
    consumer.retry_at(delivery, 1001.0)

    assert consumer.requeue_due(1001.0) == 1
    assert taken(consumer) == ["T1:U1:0"]


def test_a_ring_that_is_lost_is_made_anew_of_the_lines(client: Any) -> None:
    """security.md 16"""
    enqueue(client, job("T1"), job("T2"), job("T2", 1))
    client.set(ring_key(PERSON), "x")
    consumer = worker(client)

    consumer.set_aside_broken_keys()

    assert sorted(taken(consumer)) == ["T1:U1:0", "T2:U1:0", "T2:U1:1"]
    assert JobProducer(client).facts()[0] == 3


@pytest.mark.parametrize("turn", ["inf", "-inf", 1e300, -1e300, 2**53])
def test_a_turn_that_nobody_can_come_after_keeps_nobody_from_theirs(client: Any, turn: float) -> None:
    """security.md 16: whoever came first by name was the only one who had turns"""
    enqueue(client, *(job(f"T{number}", 1) for number in range(3)))
    client.zadd(ring_key(PERSON), {"T0": turn})
    enqueue(client, *(job(f"T{number}", 2) for number in range(3)))
    consumer = worker(client)

    assert sorted(taken(consumer, held=["T0"])) == ["T1:U1:1", "T1:U1:2", "T2:U1:1", "T2:U1:2"]
    assert taken(consumer) == ["T0:U1:1", "T0:U1:2"]
