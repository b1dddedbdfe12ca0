"""Connections to Redis: so many and no more, and none that has failed is used while others are well."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from redis import Redis, RedisError

from slack_app.adapters.jobs.consumer import JobConsumer
from slack_app.adapters.redis import open_blocking, open_fast, open_patient, redis_errors
from slack_app.adapters.redis_pools import KEPT_OPEN
from slack_app.demo.redis_server import RedisServer
from slack_app.errors import UpstreamError
from tests.conftest import running_redis
from tests.failover import Name, Pair, named, open_client, running_pair, watched
from tests.stage import PATIENCE, wait_for

PLAN, WANTED, AT_ONCE = 6, 12, 40
ASKING, TURNS = 5, 3000
OPEN = [open_fast, open_patient]


@pytest.fixture
def small() -> Iterator[RedisServer]:
    """A Redis of few connections."""
    with running_redis("--maxclients", str(PLAN)) as server:
        yield server


@pytest.fixture
def pair() -> Iterator[Pair]:
    with running_pair() as pair:
        yield pair


@pytest.fixture
def name(pair: Pair) -> Iterator[Name]:
    with named(pair.primary) as name:
        yield name


def ask(client: Any, seconds: float = 0.0) -> Any:
    """Ask something that takes a while, which another connection may use meanwhile."""
    with redis_errors():
        return client.blpop("slack_app:nothing", timeout=seconds) if seconds else client.set("slack_app:x", "y")


def is_served(client: Any) -> bool:
    with suppress(UpstreamError):
        return bool(ask(client))
    return False


def connections_of(server: RedisServer) -> int:
    with open_client(server) as client:
        return len(client.client_list()) - 1


def test_no_more_connections_are_opened_than_were_asked_for_and_everybody_waits_for_their_turn(
    own_redis: RedisServer,
) -> None:
    """reports.md A2"""
    client = open_patient(own_redis.url, 3)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        served = list(pool.map(lambda _: ask(client, 0.02), range(AT_ONCE)))

    assert len(served) == AT_ONCE
    assert connections_of(own_redis) <= 3


def test_who_waits_for_a_connection_comes_before_who_has_just_had_one(own_redis: RedisServer) -> None:
    """A process with healthy connections refused every second command while it had more to do than connections."""
    client = open_patient(own_redis.url, 1)
    turns: Counter[int] = Counter()
    ready = threading.Barrier(ASKING)

    def keep_asking(number: int) -> None:
        ready.wait()
        while turns.total() < TURNS:
            ask(client)
            turns[number] += 1

    with ThreadPoolExecutor(ASKING) as pool:
        list(pool.map(keep_asking, range(ASKING)))

    assert min(turns[number] for number in range(ASKING)) >= TURNS / ASKING / 2


def test_what_a_burst_opened_is_closed_and_another_process_finds_room(small: RedisServer) -> None:
    """A worker that started beside web processes with all of a small server's connections waited for them for ever."""
    of_a_burst, all_there = open_patient(small.url, PLAN), threading.Barrier(PLAN)
    late = open_patient(small.url, 1)

    def work(_: int) -> None:
        all_there.wait()
        ask(of_a_burst, 0.2)

    with ThreadPoolExecutor(PLAN) as pool:
        list(pool.map(work, range(PLAN)))
    with pytest.raises(RedisError, match="max number of clients"):
        Redis.from_url(small.url).ping()

    wait_for(lambda: is_served(late), what="room for another process")
    wait_for(lambda: connections_of(small) <= KEPT_OPEN + 1, what="all but a few are closed")
    assert ask(of_a_burst)


@pytest.mark.parametrize("open_client", OPEN)
def test_a_burst_is_served_by_the_connections_that_a_full_server_took(
    small: RedisServer, open_client: Callable[[str, int], Any]
) -> None:
    """reports.md A2: 31 to 37 of 40."""
    client, all_there = open_client(small.url, WANTED), threading.Barrier(WANTED)
    client.connection_pool.timeout = PATIENCE  # on a machine that does other things, too, 0.3 s are soon over

    def work(_: int) -> int:
        all_there.wait()
        return sum(ask(client) for _ in range(AT_ONCE))

    with ThreadPoolExecutor(WANTED) as pool:
        served = sum(pool.map(work, range(WANTED)))

    assert served == WANTED * AT_ONCE


def test_a_connection_that_could_not_be_opened_is_not_tried_while_others_are_open(small: RedisServer) -> None:
    """reports.md A2b: 5 of 5 failed."""
    client = open_fast(small.url, WANTED)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: ask(client, 0.1), range(3)))
    others = [open_fast(small.url, 1) for _ in range(PLAN - 3)]
    for other in others:
        ask(other)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: ask(client, 0.1), range(4)))

    assert [ask(client) for _ in range(5)] == [True] * 5


@pytest.mark.parametrize("open_client", OPEN)
def test_a_command_is_served_by_the_new_primary_though_the_connection_stands_to_the_former(
    pair: Pair, name: Name, open_client: Callable[[str, int], Any]
) -> None:
    client = open_client(name.url, 4)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: ask(client, 0.1), range(4)))
    pair.switch()
    name.server = pair.primary

    assert [ask(client) for _ in range(8)] == [True] * 8


@pytest.mark.parametrize("is_script", [False, True])
def test_a_script_and_a_transaction_are_served_by_the_new_primary(pair: Pair, name: Name, is_script: bool) -> None:
    client = open_fast(name.url)
    script = client.register_script("return redis.call('SET', KEYS[1], 'y')")

    def write() -> Any:
        with redis_errors(), client.pipeline(transaction=True) as pipe:
            if is_script:
                return script(keys=["slack_app:x"])
            pipe.set("slack_app:x", "y")
            pipe.set("slack_app:x", "z")
            return pipe.execute()

    first = write()
    pair.switch()
    name.server = pair.primary

    assert write() == first


def test_behind_sentinel_the_new_primary_is_found_without_a_restart(pair: Pair, tmp_path: Path) -> None:
    with watched(pair.primary, tmp_path) as sentinel:
        client = open_fast(sentinel.url, 4)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: ask(client, 0.1), range(4)))
        sentinel.fail_over(pair)

        def served() -> bool:
            with suppress(UpstreamError):
                return bool(ask(client))
            return False

        wait_for(served, within=5.0)
        assert [ask(client) for _ in range(8)] == [True] * 8


def test_a_former_primary_that_sentinel_has_not_told_yet_is_left_within_seconds(pair: Pair, tmp_path: Path) -> None:
    """Sentinel makes it a replica after 8 s; what it takes until then is lost."""
    with watched(pair.primary, tmp_path) as sentinel:
        client = open_fast(sentinel.url, 1)
        assert client.info("server")["tcp_port"] == pair.primary.port
        sentinel.fail_over(pair)
        with open_client(pair.replica) as former:
            wait_for(lambda: client.info("server")["tcp_port"] == pair.primary.port, within=3.0)
            assert former.info("replication")["role"] == "master"


def test_a_server_that_is_a_replica_for_a_while_is_an_outage_and_no_defect(pair: Pair) -> None:
    client = open_fast(pair.primary.url)
    ask(client)
    with open_client(pair.primary) as operator:
        operator.replicaof("127.0.0.1", pair.replica.port)
        with pytest.raises(UpstreamError) as caught:
            ask(client)
        operator.replicaof("NO", "ONE")

    assert caught.value.retryable
    assert ask(client)


def test_who_waits_for_jobs_while_the_server_becomes_a_replica_sees_an_outage_and_no_defect(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slack_app.adapters.jobs.consumer.BLOCK_SECONDS", 5.0)
    blocking, client = open_blocking(pair.primary.url, 5.0), open_patient(pair.primary.url)
    work = JobConsumer(blocking=blocking, redis=client, consumer="a")
    work.open()
    seen: list[UpstreamError] = []

    def take() -> None:
        try:
            work.wait()
        except UpstreamError as exc:
            seen.append(exc)

    waiting = threading.Thread(target=take)
    waiting.start()
    with open_client(pair.primary) as operator:
        wait_for(lambda: operator.info("clients")["blocked_clients"] == 1)
        operator.replicaof("127.0.0.1", pair.replica.port)
    waiting.join(10)

    assert [exc.retryable for exc in seen] == [True]


def test_a_connection_whose_user_lost_a_right_is_dropped_and_serves_again_when_it_is_given_back(
    own_redis: RedisServer,
) -> None:
    with open_client(own_redis) as operator:
        operator.execute_command("ACL", "SETUSER", "app", "on", ">p", "~*", "+@all")
        client = open_fast(own_redis.url.replace("redis://", "redis://app:p@"), 1)
        ask(client)
        number = client.client_id()
        operator.execute_command("ACL", "SETUSER", "app", "-set")
        with pytest.raises(UpstreamError) as caught:
            ask(client)
        operator.execute_command("ACL", "SETUSER", "app", "+set")

    assert caught.value.retryable
    assert ask(client)
    assert client.client_id() != number


def test_a_right_that_a_script_lacks_is_an_outage_and_no_defect(own_redis: RedisServer) -> None:
    with open_client(own_redis) as operator:
        operator.execute_command("ACL", "SETUSER", "app", "on", ">p", "~*", "+@all", "-set")
    client = open_fast(own_redis.url.replace("redis://", "redis://app:p@"), 1)

    with pytest.raises(UpstreamError) as caught, redis_errors():
        client.eval("return redis.call('SET', KEYS[1], 'y')", 1, "slack_app:x")

    assert caught.value.retryable


def test_an_idle_connection_is_asked_whether_it_still_stands(own_redis: RedisServer) -> None:
    for client in (open_fast(own_redis.url), open_patient(own_redis.url), open_blocking(own_redis.url, 1.0)):
        connection = client.connection_pool.get_connection()

        assert 0 < connection.health_check_interval <= 30
        client.connection_pool.release(connection)
