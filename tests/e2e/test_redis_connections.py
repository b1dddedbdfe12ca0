"""A Redis of few connections, and one whose place another takes: real processes, real servers, nothing restarted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.conftest import running_redis
from tests.failover import Pair, named, open_client, running_pair, watched
from tests.stage import GENERAL, LEON, MAYA, Stage, answers, on_stage, wait_for

PLAN, PEOPLE = 20, 40
PERSON = "U{:05}".format
BUSY = "can't take requests"


@contextmanager
def running(redis_url: str, log: Path, people: int = 0) -> Iterator[Stage]:
    with on_stage(redis_url, log, people) as stage:
        stage.platform.requests_a_minute = 1_000_000
        yield stage


def all_ask(stage: Stage) -> list[str]:
    """Everybody types the command at once; returns what each was told at once."""

    def ask(number: int) -> str:
        ack = stage.workspace.type_command(user_id=PERSON(number), channel_id=GENERAL, text="github")
        return f"{ack.status} {ack.body}"

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(ask, range(PEOPLE)))


@pytest.mark.parametrize("most", ["", "19"], ids=["as it comes", "more than there are"])
def test_forty_commands_at_once_are_served_by_a_redis_of_twenty_connections(most: str, tmp_path: Path) -> None:
    """reports.md A2: 31 to 37 of 40, then an outage for ever."""
    with (
        running_redis("--maxclients", str(PLAN)) as server,
        running(server.url, tmp_path / "app.log", PEOPLE) as stage,
    ):
        stage.environment["REDIS_MAX_CONNECTIONS"] = most
        stage.start_web()
        stage.start("worker")

        told = all_ask(stage)

        assert [answer for answer in told if BUSY in answer or not answer.startswith("200")] == []
        wait_for(lambda: all(stage.dms(PERSON(number)) for number in range(PEOPLE)), 30.0, "everybody's link")
        assert answers(f"{stage.url}/readyz")
        stage.ask("github", MAYA)
        wait_for(lambda: stage.dms(MAYA), 5.0, "the link of who comes later")
        if not most:
            with open_client(server) as client:
                assert len(client.client_list()) - 1 <= 16


def asks_until_served(stage: Stage, user_id: str) -> None:
    """Type the command until it is taken and the link is there; 5 s at most."""

    def is_taken() -> bool:
        with suppress(AssertionError):
            return BUSY not in str(stage.ask("github", user_id))
        return False

    began = time.monotonic()
    wait_for(is_taken, 5.0, "the command is taken")
    wait_for(lambda: stage.dms(user_id), 5.0 - (time.monotonic() - began), "the link")


@pytest.fixture
def pair() -> Iterator[Pair]:
    with running_pair() as pair:
        yield pair


def opens_every_connection(stage: Stage) -> None:
    all_ask(stage)
    wait_for(lambda: all(stage.dms(PERSON(number)) for number in range(PEOPLE)), 30.0, "everybody's link")


def test_who_asks_after_a_fail_over_is_served_within_five_seconds(pair: Pair, tmp_path: Path) -> None:
    """The connections to the former primary stay open, and it answers READONLY on each."""
    with named(pair.primary) as name, running(name.url, tmp_path / "app.log", PEOPLE) as stage:
        stage.start_web()
        stage.start("worker")
        opens_every_connection(stage)

        pair.switch()
        name.server = pair.primary

        asks_until_served(stage, LEON)


def test_behind_sentinel_they_are_served_within_five_seconds_too(pair: Pair, tmp_path: Path) -> None:
    with (
        watched(pair.primary, tmp_path) as sentinel,
        named(pair.primary) as name,
        running(name.url, tmp_path / "app.log", PEOPLE) as stage,
    ):
        stage.environment["REDIS_URL"] = sentinel.url
        stage.start_web()
        stage.start("worker")
        opens_every_connection(stage)

        sentinel.fail_over(pair)
        name.server = pair.primary

        asks_until_served(stage, LEON)


def test_who_asks_after_a_primary_was_a_replica_for_a_while_is_served_within_five_seconds(
    pair: Pair, tmp_path: Path
) -> None:
    with running(pair.primary.url, tmp_path / "app.log", PEOPLE) as stage, open_client(pair.primary) as operator:
        stage.start_web()
        stage.start("worker")
        opens_every_connection(stage)

        operator.replicaof("127.0.0.1", pair.replica.port)
        assert BUSY in str(stage.ask("github", MAYA))
        operator.replicaof("NO", "ONE")

        asks_until_served(stage, LEON)
