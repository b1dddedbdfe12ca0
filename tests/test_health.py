"""Health and readiness say what keeps commands from being taken, or done, and what hangs."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import redis
import requests
from click.testing import CliRunner
from slack_bolt import BoltRequest
from starlette.applications import Starlette

from slack_app import __version__
from slack_app.adapters.breaker import Breaker
from slack_app.adapters.heartbeat import RedisHeartbeat, RedisWorkers
from slack_app.adapters.jobs import PERSON, line_key
from slack_app.adapters.jobs.producer import JobProducer
from slack_app.app.health import build_health
from slack_app.app.web import build_bolt, build_web
from slack_app.cli import main
from slack_app.config import Settings
from slack_app.demo.redis_server import RedisServer, free_port
from slack_app.errors import UpstreamError
from slack_app.health import Health, Readiness
from slack_app.listeners import command
from slack_app.operator_pages import operator_routes
from slack_app.watchdog import LOOP_SECONDS, Watchdog
from tests.conftest import running_redis
from tests.serving import serving
from tests.signed_web import COMMAND, SECRET, Web
from tests.stage import Stage, on_stage, wait_for
from tests.worker_harness import JOB


@pytest.fixture(scope="module")
def redis_server() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


def full(client: Any) -> None:
    client.config_set("maxmemory", 1)


def replica(client: Any) -> None:
    client.execute_command("REPLICAOF", "127.0.0.1", "1")


def alone(client: Any) -> None:
    client.config_set("min-replicas-to-write", 1)


def without(command: str) -> Callable[[Any], None]:
    return lambda client: client.execute_command("ACL", "SETUSER", "app", f"-{command}")


def mended(client: Any) -> None:
    client.config_set("maxmemory", 0)
    client.config_set("min-replicas-to-write", 0)
    client.execute_command("REPLICAOF", "NO", "ONE")
    client.execute_command("ACL", "SETUSER", "app", "on", ">x", "~*", "&*", "+@all")


@pytest.mark.parametrize(
    ("state", "missing"),
    [
        (full, "redis memory"),
        (replica, "redis primary"),
        (alone, "redis replicas"),
        (without("evalsha"), "redis permission"),
        (without("rpush"), "redis permission"),
        (without("expire"), "redis permission"),
    ],
)
def test_readiness_names_what_keeps_a_command_from_being_written(
    redis_server: RedisServer, state: Callable[[Any], None], missing: str
) -> None:
    client: Any = redis.Redis.from_url(redis_server.url, decode_responses=True)
    mended(client)
    client.flushall()
    url = redis_server.url.replace("redis://", "redis://app:x@")
    with serving(build_web(Settings(slack_signing_secret=SECRET, redis_url=url), with_worker=False)) as web:
        assert requests.get(f"{web}/readyz", timeout=5).json() == {"ready": True, "missing": []}
        assert client.keys("*") == []

        state(client)
        answers = [requests.get(f"{web}/readyz", timeout=5) for _ in range(2)]
        assert [(one.status_code, one.json()) for one in answers] == [(503, {"ready": False, "missing": [missing]})] * 2
        assert requests.get(f"{web}/healthz", timeout=5).json() == {"alive": True, "version": __version__}

        mended(client)
        wait_for(lambda: requests.get(f"{web}/readyz", timeout=5).status_code == 200, what="commands are taken again")
    client.close()


def test_what_an_acknowledgement_found_missing_is_named_also_while_nobody_asks_again(redis_server: RedisServer) -> None:
    client: Any = redis.Redis.from_url(redis_server.url, decode_responses=True)
    mended(client)
    now = [0.0]
    breaker = Breaker("redis", clock=lambda: now[0])
    health = build_health(client, breaker, Watchdog())

    full(client)
    with pytest.raises(UpstreamError), breaker():
        JobProducer(client).enqueue(JOB)
    assert health.readiness().missing == ["redis memory"]

    mended(client)
    now[0] += 2
    assert not health.readiness().missing

    with pytest.raises(UpstreamError), breaker():
        raise UpstreamError("redis", retryable=True)
    assert health.readiness().missing == ["redis"]
    client.close()


def test_that_jobs_wait_and_no_worker_lives_is_said_and_takes_no_web_process_away(redis_url: str) -> None:
    client: Any = redis.Redis.from_url(redis_url, decode_responses=True)
    app = build_web(Settings(slack_signing_secret=SECRET, redis_url=redis_url), with_worker=False)
    with serving(app) as url:
        ready = {"ready": True, "missing": []}
        assert requests.get(f"{url}/readyz", timeout=5).json() == ready

        JobProducer(client).enqueue(JOB)
        answer = requests.get(f"{url}/readyz", timeout=5)
        assert (answer.status_code, answer.json()) == (200, {**ready, "warnings": ["no worker"]})

        RedisHeartbeat(client, "a", "0.2.0", lambda: 1.0).beat()
        assert requests.get(f"{url}/readyz", timeout=5).json() == ready


LATE = "It may take longer than usual."


def test_who_was_taken_on_is_told_so_when_redis_goes_away_at_that_moment(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: Any = redis.Redis.from_url(redis_url, decode_responses=True)
    breaker = Breaker("redis", clock=lambda: 0.0)
    bolt = build_bolt(Settings(slack_signing_secret=SECRET, redis_url=redis_url), client, breaker)

    run = command.run

    def run_and_fail_for_another(*asked: Any) -> Any:
        answer = run(*asked)
        with suppress(UpstreamError), breaker():
            raise UpstreamError("redis", retryable=True)
        return answer

    monkeypatch.setattr(command, "run", run_and_fail_for_another)
    answer = bolt.dispatch(BoltRequest(body=dict(COMMAND), mode="socket_mode"))

    assert client.llen(line_key(PERSON, "T0DEMO")) == 1
    assert "I asked for your *GitHub* link" in answer.body
    client.close()


def test_while_no_worker_lives_the_acknowledgement_says_that_it_may_take_longer(redis_url: str) -> None:
    client: Any = redis.Redis.from_url(redis_url, decode_responses=True)
    app = build_web(Settings(slack_signing_secret=SECRET, redis_url=redis_url), with_worker=False)
    with serving(app) as url:
        web = Web(url, client)
        said = web.command(trigger_id="1").json()
        assert said["text"] == f"I asked for your *GitHub* link. Only you will see the answer. {LATE}"
        assert said["blocks"][-1]["text"]["text"] == LATE
        assert LATE not in web.command(trigger_id="2", text="help").text

        RedisHeartbeat(client, "a", "0.2.0", lambda: 1.0).beat()
        assert LATE not in web.command(trigger_id="3").text


def test_a_thread_that_does_not_move_is_named() -> None:
    now = [0.0]
    watchdog = Watchdog(lambda: now[0])
    watchdog.moved("reader")
    pages = Starlette(routes=operator_routes(Health(Readiness, watchdog.stuck), None))
    with serving(pages) as url:
        assert requests.get(f"{url}/healthz", timeout=5).json() == {"alive": True, "version": __version__}

        now[0] += LOOP_SECONDS + 1
        answer = requests.get(f"{url}/healthz", timeout=5)

    assert (answer.status_code, answer.json()) == (503, {"alive": False, "version": __version__, "stuck": ["reader"]})


@pytest.fixture
def stage(redis_url: str, tmp_path: Path) -> Iterator[Stage]:
    with on_stage(redis_url, tmp_path / "app.log") as stage:
        yield stage


def test_a_worker_that_is_frozen_is_told_from_one_that_lives(
    stage: Stage, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its port, by its file, and by what it says in Redis."""
    # given a worker that moves
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("slack_app.pulse.HUNG_SECONDS", 4.0)
    port, workers = free_port(), RedisWorkers(redis.Redis.from_url(redis_url, decode_responses=True))
    worker = stage.start("worker", METRICS_PORT=str(port), TMPDIR=str(tmp_path))
    url = f"http://127.0.0.1:{port}"
    wait_for(lambda: is_alive(url) and len(workers.alive()) == 1, what="it says that it lives")
    assert "process.moves_again" not in stage.log.read_text()
    healthy = CliRunner().invoke(main, ["healthy"])
    assert (healthy.exit_code, healthy.output) == (0, f"worker (process {worker.pid}) moves\n")

    # when it is frozen
    worker.send_signal(signal.SIGSTOP)

    # then nothing says any more that it lives
    wait_for(lambda: CliRunner().invoke(main, ["healthy"]).exit_code == 1, what="it is seen to hang")
    assert f"worker (process {worker.pid}) has not moved for" in CliRunner().invoke(main, ["healthy"]).output
    assert not is_alive(url)

    # and when it goes on, it ends in order and leaves nothing
    worker.send_signal(signal.SIGCONT)
    wait_for(lambda: is_alive(url) and CliRunner().invoke(main, ["healthy"]).exit_code == 0, what="it moves again")
    worker.terminate()
    assert worker.wait(60) == 0
    assert workers.alive() == []
    assert list(tmp_path.glob("*.pulse")) == []
    assert "no process of the app runs here" in CliRunner().invoke(main, ["healthy"]).output


def is_alive(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=1).status_code == 200
    except requests.RequestException:
        return False
