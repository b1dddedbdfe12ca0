"""The threads of a worker, on fakeredis: whose job gets the next free one."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import fakeredis
import pytest

from slack_app.adapters.heartbeat import RedisHeartbeat, RedisWorkers
from slack_app.adapters.jobs.consumer import JobConsumer
from slack_app.adapters.jobs.delivery import Delivery
from slack_app.adapters.jobs.producer import JobProducer
from slack_app.errors import UpstreamError
from slack_app.features.connect import CONNECT
from slack_app.model.users import SlackUser
from slack_app.watchdog import WORK_SECONDS, Watchdog
from slack_app.worker import Worker
from tests.stage import wait_for


class Runner:
    """Finishes jobs; those of the workspace T0SLOW wait until they may go on."""

    def __init__(self, consumer: JobConsumer) -> None:
        self.consumer = consumer
        self.may_go_on = threading.Semaphore(0)
        self.begun: list[str] = []
        self.ended: list[str] = []

    def run(self, delivery: Delivery) -> None:
        self.begun.append(delivery.tenant)
        if delivery.tenant.startswith("T0SLOW"):
            assert self.may_go_on.acquire(timeout=60)
        self.consumer.finish(delivery, "done")
        self.ended.append(delivery.tenant)

    def notify_overdue(self, _moved: object) -> None:
        """Nobody waits."""


@pytest.fixture
def client() -> Any:
    return fakeredis.FakeRedis(decode_responses=True)


@contextmanager
def working(client: Any, threads: int = 4, **more: Any) -> Iterator[Runner]:
    """A worker of so many threads; three quarters of them may be one organization's."""
    consumer = JobConsumer(blocking=client, redis=client, consumer="a")
    runner: Any = Runner(consumer)
    loop: Any = SimpleNamespace(start=lambda: None, stop=lambda _seconds: None)
    heart = RedisHeartbeat(client, "a", "0.2.0", time.time)
    worker = Worker(
        consumer=consumer, job_runner=runner, threads=threads, poll_loop=loop, **{"heartbeat": heart, **more}
    )
    worker.start()
    yield runner
    for _ in range(1000):
        runner.may_go_on.release()
    worker.stop()


def enqueue(client: Any, tenant: str, *numbers: int) -> None:
    for number in numbers:
        JobProducer(client).enqueue(CONNECT.job(f"{tenant}:U1:{number}", SlackUser(None, tenant, "U1"), 0.0))


def test_an_organization_that_stalls_leaves_a_thread_to_the_others(client: Any) -> None:
    with working(client) as runner:
        enqueue(client, "T0SLOW", *range(20))
        wait_for(lambda: runner.begun == ["T0SLOW"] * 3, what="three of four threads are taken")

        enqueue(client, "T0QUICK", *range(10))
        wait_for(lambda: len(runner.ended) == 10, what="the others' jobs are done")

        assert runner.begun.count("T0SLOW") == 3


def test_a_thread_that_is_free_again_takes_what_waits_for_its_organization(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_over = threading.Event()
    monkeypatch.setattr(JobConsumer, "wait", lambda _self: is_over.wait())  # nobody is woken by time, nor by a job
    enqueue(client, "T0SLOW", *range(8))
    with working(client) as runner:
        wait_for(lambda: len(runner.begun) == 3, what="three of four threads are taken")
        for done in range(1, 6):
            runner.may_go_on.release()
            wait_for(lambda done=done: len(runner.begun) == 3 + done, what="the next one")  # type: ignore[misc]
        is_over.set()


def test_two_workspaces_of_one_organization_have_no_more_than_one(client: Any) -> None:
    with working(client, organization_of=lambda _tenant: "org_a") as runner:
        enqueue(client, "T0QUICK", 1)
        enqueue(client, "T0SLOW2", 1)
        wait_for(lambda: len(runner.begun) == 2, what="both are known")
        enqueue(client, "T0SLOW", *range(5))
        enqueue(client, "T0SLOW2", *range(2, 7))
        wait_for(lambda: len(runner.begun) == 4, what="three threads are taken")
        enqueue(client, "T0QUICK", 2)  # of the same organization: it has its share

        threading.Event().wait(0.2)
        assert len(runner.begun) == 4


def test_an_organization_of_many_workspaces_has_no_more_though_none_of_them_is_known_yet(client: Any) -> None:
    """Each that was taken for the first time counted for itself: 16 of 16 threads."""
    for number in range(40):
        enqueue(client, f"T0SLOW{number}", 1, 2)
    with working(client, organization_of=lambda tenant: "org_a" if "SLOW" in tenant else None) as runner:
        wait_for(lambda: len(runner.begun) == 3, what="three of four threads are taken")

        enqueue(client, "T0QUICK", *range(10))

        wait_for(lambda: runner.ended == ["T0QUICK"] * 10, what="the others' jobs are done")
        assert len(runner.begun) == 13
        for _ in range(80):
            runner.may_go_on.release()
        wait_for(lambda: len(runner.ended) == 90, what="nothing is lost")


def test_a_job_that_comes_while_nothing_waits_is_begun_without_waiting_for_the_clock(client: Any) -> None:
    with working(client) as runner:
        enqueue(client, "T0QUICK", 1)
        wait_for(lambda: runner.ended, what="the first")
        threading.Event().wait(0.05)
        enqueue(client, "T0QUICK", 2)
        wait_for(lambda: len(runner.ended) == 2, within=0.5, what="the second")


def test_whose_it_is_being_unknown_keeps_no_job_from_being_done(client: Any) -> None:
    def unknown(_tenant: str) -> str:
        raise UpstreamError("redis", retryable=True)

    with working(client, organization_of=unknown) as runner:
        enqueue(client, "T0QUICK", 1)
        wait_for(lambda: runner.ended, what="the job")


def test_a_worker_that_stops_finishes_what_it_took_and_takes_no_more(client: Any) -> None:
    enqueue(client, "T0SLOW", *range(8))
    with working(client) as runner:
        wait_for(lambda: len(runner.begun) == 3, what="three of four threads are taken")

    left = JobProducer(client).facts()[0]
    assert len(runner.ended) + left == 8
    assert client.xlen("slack_app:{jobs}:stream") == 0


def test_a_worker_is_known_to_live_from_its_start_until_it_ends(client: Any) -> None:
    workers = RedisWorkers(client)
    with working(client):
        wait_for(lambda: [worker.name for worker in workers.alive()] == ["a"], what="it beats")

    assert workers.alive() == []


def test_a_job_that_never_ends_is_named_and_its_worker_beats_no_more(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slack_app.worker.BEAT_SECONDS", 0.01)
    now, beats = [0.0], threading.Semaphore(0)
    watchdog = Watchdog(lambda: now[0])
    heart: Any = SimpleNamespace(beat=beats.release, end=lambda: None)
    with working(client, watchdog=watchdog, heartbeat=heart) as runner:
        enqueue(client, "T0SLOW", 1)
        wait_for(lambda: runner.begun, what="the job is begun")
        now[0] += WORK_SECONDS + 1

        wait_for(lambda: len(watchdog.stuck()) == 1, what="all others have come round")
        [stuck] = watchdog.stuck()
        assert stuck.startswith("job-")
        while beats.acquire(timeout=0.2):
            """Those of before."""

        runner.may_go_on.release()
        wait_for(lambda: not watchdog.stuck(), what="nothing is stuck")
        assert beats.acquire(timeout=60)
