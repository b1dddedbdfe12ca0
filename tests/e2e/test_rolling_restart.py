"""Every process is ended in order and started anew while commands come: none is lost, none is done twice."""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import suppress
from pathlib import Path
from subprocess import Popen

import pytest
import redis

from slack_app.adapters.jobs import STREAM
from slack_app.demo.redis_server import free_port
from tests.networks import carry, listening
from tests.stage import GENERAL, Stage, answers, on_stage, wait_for

PEOPLE = 400
LINKS_EVERY = 10
"""The platform may be asked so often in a minute: of so many commands one asks for a link."""


def started_web(stage: Stage, port: int, **more: str) -> Popen[bytes]:
    process = stage.start("web", PORT=str(port), **more)
    wait_for(lambda: answers(f"http://127.0.0.1:{port}/readyz"), what="the web process is ready")
    return process


class Typing:
    """People who type a command each, one after another, until they are told to stop."""

    def __init__(self, stage: Stage) -> None:
        self.statuses: dict[str, int] = {}
        self._stage = stage
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._type, daemon=True)
        self._thread.start()

    def _type(self) -> None:
        for number in range(PEOPLE):
            if self._stopping.wait(0.01):
                return
            person, text = f"U{number:05}", "whoami" if number % LINKS_EVERY else "github"
            ack = self._stage.workspace.type_command(user_id=person, channel_id=GENERAL, text=text)
            self.statuses[person] = ack.status

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()


def balanced(ports: list[int], client: socket.socket) -> None:
    """Carry a connection to the first web process that takes it, as a load balancer does."""
    for port in ports:
        with suppress(ConnectionRefusedError):
            carry(client, port)
            return


def answered(stage: Stage, person: str) -> int:
    """Return how many private messages followed the acknowledgement."""
    return len(stage.answers(person)) - 1


@pytest.mark.processes
def test_a_rolling_restart_loses_no_command_and_does_none_twice(redis_url: str, tmp_path: Path) -> None:
    ports = [free_port(), free_port()]
    with (
        redis.Redis.from_url(redis_url) as client,
        on_stage(redis_url, tmp_path / "app.log", people=PEOPLE) as stage,
        listening(lambda client: balanced(ports, client)) as port,
    ):
        workers = [stage.start("worker"), stage.start("worker")]
        webs = [started_web(stage, each) for each in ports]
        stage.workspace.request_url = f"http://127.0.0.1:{port}/slack/events"
        typing = Typing(stage)
        wait_for(lambda: answered(stage, "U00001") == 1, what="a worker works")

        # when each is ended and started anew: the workers, then the web processes
        statuses = []
        for old in workers:
            old.send_signal(signal.SIGTERM)
            statuses.append(old.wait(timeout=60))
            stage.start("worker")
        for old, each in zip(webs, ports, strict=True):
            old.send_signal(signal.SIGTERM)
            statuses.append(old.wait(timeout=60))
            started_web(stage, each)
        typing.stop()

        # then: nobody was refused, and each has one answer
        assert statuses == [0, 0, 0, 0]
        assert set(typing.statuses.values()) == {200}
        wait_for(lambda: all(answered(stage, who) >= 1 for who in typing.statuses), what="everybody has an answer")
        wait_for(lambda: not client.xlen(STREAM), what="nothing is in hand")
        assert {who: answered(stage, who) for who in typing.statuses if answered(stage, who) != 1} == {}
        assert [who for who in typing.statuses if int(who[1:]) % LINKS_EVERY == 0 and len(stage.dms(who)) != 1] == []
