"""The doctor answers within 8 s: of thousands of workspaces, over a slow network, and of what hangs in the middle."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from slack_app.adapters.jobs.producer import JobProducer
from slack_app.app.background import Background
from slack_app.app.diagnostics import LONGEST_SECONDS
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Setup
from tests.doctor.scenes import Report, Scene, many, scene
from tests.networks import carry, listening
from tests.stage import stretched
from tests.worker_harness import JOB

ROUND_TRIP = 0.03


def through(made: Scene, changed: Callable[[bytes], bytes]) -> None:
    """Lead the scene to its Redis through something that sees each of its answers."""
    before, _, rest = made.environment["REDIS_URL"].rpartition(":")
    port, _, database = rest.partition("/")
    near = made.opened.enter_context(listening(lambda client: carry(client, int(port), changed)))
    made.set(REDIS_URL=f"{before}:{near}/{database}")


def late(answer: bytes) -> bytes:
    time.sleep(ROUND_TRIP)
    return answer


def timed(made: Scene, *arguments: str) -> tuple[Report, float]:
    began = time.monotonic()
    return made.examine(*arguments), time.monotonic() - began


def test_hundreds_of_workspaces_are_looked_at_over_a_slow_network(redis_url: str) -> None:
    with many(redis_url) as made:
        for number in range(300):
            made.install((None, f"T0X{number}"), "xoxb-canary-T0ONE")
            made.setups.save(Setup(f"T0X{number}", "org_one"), "1")
        through(made, late)

        report, seconds = timed(made)

    assert "was asked about 50 of 302 workspaces" in report.printed
    assert "what is kept can be opened" in report.printed
    assert [said for said in report.wrong if not said.startswith("Platform: there is no key")] == []
    assert seconds < stretched(LONGEST_SECONDS)


def test_jobs_that_wait_in_hundreds_of_workspaces_are_looked_at_over_a_slow_network(redis_url: str) -> None:
    with scene(redis_url) as made:
        queue = JobProducer(made.redis)
        for number in range(300):
            queue.enqueue(replace(JOB, id=f"T{number}:U1:1", person=SlackUser(None, f"T{number}", "U1")))
        made.redis.delete("slack_app:{jobs}:workers")
        through(made, late)

        report, seconds = timed(made)

    assert report.wrong == ["Workers: no worker lives, and jobs wait (300): nobody gets a link"]
    assert seconds < stretched(LONGEST_SECONDS)


@pytest.mark.parametrize(("place", "answers"), [(scene, 12), (many, 22), (scene, 30)])
def test_a_redis_that_hangs_in_the_middle_is_said_in_time_and_once(place: Any, answers: int, redis_url: str) -> None:
    left, ended = threading.Semaphore(answers), threading.Event()

    def stop(answer: bytes) -> bytes:
        if not left.acquire(blocking=False):
            ended.wait()
        return answer

    with place(redis_url) as made:
        made.opened.callback(ended.set)
        through(made, stop)

        report, seconds = timed(made)

    assert report.status == 1
    assert {said.partition(":")[0] for said in report.wrong} == {"Redis"}
    assert seconds < stretched(LONGEST_SECONDS + 0.5)


@pytest.mark.parametrize("setting", ["REDIS_URL", "FREDDY_API_URL", "PUBLIC_URL"])
def test_a_name_server_that_hangs_is_no_fault_of_others(
    setting: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, ask = threading.Event(), socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **more: ended.wait() if host == "hangs.test" else ask(host, *rest, **more),
    )
    with scene(redis_url) as made:
        made.opened.callback(ended.set)
        made.set(**{setting: {"REDIS_URL": "redis://hangs.test/0"}.get(setting, "https://hangs.test")})

        report, seconds = timed(made)

    [wrong] = report.wrong
    assert wrong.startswith({"REDIS_URL": "Redis", "FREDDY_API_URL": "Platform", "PUBLIC_URL": "Address"}[setting])
    assert seconds < stretched(LONGEST_SECONDS + 0.5)


def test_what_cannot_be_read_is_not_said_to_be_empty(redis_url: str) -> None:
    with many(redis_url) as made:
        made.redis.delete("slack_app:setups")
        made.redis.set("slack_app:setups", "of somebody else")

        report = made.examine()

    assert "no workspace has installed the app yet" not in report.printed
    assert any(said.startswith("Mapping: cannot be read") for said in report.wrong)


def test_whoever_hangs_keeps_no_signal_from_the_process() -> None:
    blocked = Background(5.0).start(lambda: signal.pthread_sigmask(signal.SIG_BLOCK, ()))()

    assert blocked >= {signal.SIGTERM, signal.SIGINT}
