"""What a link costs of Redis, and what is left of it by a worker that dies in the middle."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import fakeredis
import pytest
from redis.connection import AbstractConnection

from slack_app.adapters.freddy import Freddy
from slack_app.adapters.http import HttpResponse
from slack_app.adapters.links.budget import RedisBudget
from slack_app.adapters.redis import open_patient
from slack_app.adapters.round_trip import Command, RoundTrip
from slack_app.errors import UpstreamError
from slack_app.features.deliver_link import LinkReady
from slack_app.model.users import SlackUser
from tests.worker_harness import JOB, START, WorkerHarness

ROUND_TRIPS = [
    "producer.enqueue",
    "consumer.take",
    "limits.take",
    "steps.begin",
    "budget.spend",
    "steps.publish",
    "steps.note_brought",
    "consumer.finish",
]
WAYS = {"redis_pools", "round_trip", "redis"}
"""Through which all of them go."""


class PlatformHttp:
    """The platform, which answers everything at once."""

    def request(self, method: str, url: str, **_: Any) -> HttpResponse:
        connector = {"tool_key": "github", "display_name": "GitHub"}
        answer: Mapping[str, Any] = {"connections": [], "connectors": [connector]}
        if method == "POST":
            answer = {"authorization_url": "https://github.com/?state=s1", "state": f"s{url}"}
        return HttpResponse(200, {}, json.dumps(answer).encode())


@contextmanager
def round_trips(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Note which function of ours has sent something to Redis."""
    sent: list[str] = []
    send: Any = AbstractConnection.send_packed_command

    def noting(self: Any, command: Any, check_health: bool = True) -> Any:
        frames = [frame for frame in traceback.extract_stack() if "slack_app/" in frame.filename]
        ours = [frame for frame in frames if Path(frame.filename).stem not in WAYS]
        sent.append(f"{Path(ours[-1].filename).stem}.{ours[-1].name}" if ours else "?")
        return send(self, command, check_health)

    with monkeypatch.context() as patch:
        patch.setattr(AbstractConnection, "send_packed_command", noting)
        yield sent


def test_a_link_costs_eight_round_trips_to_redis(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first link of a person to a tool, by a worker that has made one before."""
    client = open_patient(redis_url)

    def platform(clock: Any) -> Any:
        return Freddy(PlatformHttp(), url="http://platform", budget=RedisBudget(client, clock))  # type: ignore[arg-type]

    stage = WorkerHarness(client, platform=platform)  # type: ignore[arg-type]
    stage.enqueue(replace(JOB, id="T1:U2:1", person=SlackUser("E1", "T1", "U2")))
    stage.run()
    stage.finish_behind()

    with round_trips(monkeypatch) as sent:
        stage.enqueue()
        delivery = stage.consumer.take()
        assert delivery
        stage.job_runner.run(delivery)

    assert [type(fact) for fact in stage.messenger.dms] == [LinkReady, LinkReady]
    assert sent == ROUND_TRIPS


class Killed(BaseException):
    """The worker is no more."""


def die(monkeypatch: pytest.MonkeyPatch, server: fakeredis.FakeServer, step: str, done: int) -> None:
    """Have the worker die when so many commands of the step have been done."""
    send = RoundTrip._send

    def dying(self: RoundTrip, commands: tuple[Command, ...]) -> Any:
        if traceback.extract_stack(limit=3)[0].name != step:
            return send(self, commands)
        if done:
            send(self, commands[:done])
        server.connected = False
        raise Killed

    monkeypatch.setattr(RoundTrip, "_send", dying)


KILLS = [(step, done) for step in ("begin", "publish", "note_brought") for done in range(7)]


@pytest.mark.parametrize(("step", "done"), KILLS)
def test_a_worker_that_dies_in_the_middle_leaves_no_second_link_and_no_second_message(
    monkeypatch: pytest.MonkeyPatch, step: str, done: int
) -> None:
    """decisions.md: progress is written before the next step; but for the time between Slack's answer and our note."""
    server = fakeredis.FakeServer()
    stage = WorkerHarness(fakeredis.FakeRedis(server=server, decode_responses=True))
    stage.enqueue()
    stage.run_until(0)
    delivery = stage.consumer.take()
    assert delivery
    with monkeypatch.context() as patch:
        die(patch, server, step, done)
        with pytest.raises((Killed, UpstreamError)):
            stage.job_runner.run(delivery)
    server.connected = True

    stage.take_over()
    stage.run()

    [link] = stage.links.of_workspace("T1")
    shown = [fact.live.id for fact in stage.messenger.dms if isinstance(fact, LinkReady)]
    assert set(shown) == {link.id}
    is_noted = step != "note_brought" or done >= 2
    assert len(shown) == (1 if is_noted else 2)
    assert link.dm is not None
    assert stage.redis.exists(f"slack_app:state:{link.link.state}")
    assert stage.redis.zscore("slack_app:{links}:idle:org_a", link.id) <= START + 30
    assert stage.redis.get("slack_app:limit:limit_requests:E1:U1") == "1"
    assert stage.is_idle
