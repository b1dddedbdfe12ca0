"""A Redis that comes after the processes which need it, and one that is too old: real processes, real servers."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import redis

from slack_app.demo.redis_server import free_port
from tests import networks
from tests.conftest import running_redis
from tests.failover import watched
from tests.stage import GENERAL, LEON, MAYA, Stage, answers, on_stage, wait_for

Away = tuple[str, Callable[[], None]]
"""The address of a Redis that is away, and what brings it."""


def alone(stack: ExitStack, _directory: Path) -> Away:
    """A server that is too old besides: it says so when it is there."""
    server, port = stack.enter_context(running_redis()), free_port()
    with redis.Redis.from_url(server.url) as client:
        own = b"redis_version:" + client.info("server")["redis_version"].encode()
    old = b"redis_version:6.0.9".ljust(len(own))  # an answer's length stands before it

    def serve(client: socket.socket) -> None:
        networks.carry(client, server.port, lambda data: data.replace(own, old))

    def come() -> None:
        stack.enter_context(networks.listening(serve, port))

    return f"redis://127.0.0.1:{port}/0", come


def cluster(stack: ExitStack, _directory: Path) -> Away:
    options = ("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-port", str(free_port()))
    server = stack.enter_context(running_redis(*options))
    client = redis.Redis.from_url(server.url)
    client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
    wait_for(lambda: b"cluster_state:ok" in client.execute_command("CLUSTER", "INFO"), what="the slots")
    client.close()
    server.kill()
    return f"redis+cluster://127.0.0.1:{server.port}", server.start


def sentinel(stack: ExitStack, directory: Path) -> Away:
    """The server is there, and nobody who knows it."""
    server = stack.enter_context(running_redis())
    port = free_port()

    def come() -> None:
        stack.enter_context(watched(server, directory, port))

    return f"redis+sentinel://127.0.0.1:{port}/main/0", come


def status_of(url: str) -> int:
    try:
        with urlopen(url, timeout=2) as answer:
            return int(answer.status)
    except HTTPError as exc:
        return exc.code
    except OSError:  # nobody listens yet
        return 0


def asks(stage: Stage, person: str) -> bool:
    """Type the command; whether the link came soon. A Cluster takes nothing for its first two seconds."""
    stage.workspace.type_command(user_id=person, channel_id=GENERAL, text="github")
    with suppress(AssertionError):
        wait_for(lambda: stage.dms(person), 0.5)
    return bool(stage.dms(person))


def too_old(stage: Stage) -> list[str]:
    """Return the lines of the log that say so, as errors."""
    lines = stage.log.read_text().splitlines()
    return [line for line in lines if '"redis.too_old"' in line and '"level": "error"' in line]


@pytest.mark.parametrize("kind", [alone, sentinel, cluster])
def test_a_redis_that_is_away_at_the_start_is_waited_for(
    kind: Callable[[ExitStack, Path], Away], tmp_path: Path
) -> None:
    with ExitStack() as stack:
        url, come = kind(stack, tmp_path)
        stage = stack.enter_context(on_stage(url, tmp_path / "app.log"))
        port = free_port()
        processes = [stage.start("worker"), stage.start("web", PORT=str(port)), stage.start("socket")]
        stage.workspace.request_url = f"http://127.0.0.1:{port}/slack/events"
        wait_for(lambda: status_of(f"{stage.url}/healthz") == 200, what="the process lives")
        assert status_of(f"{stage.url}/readyz") == 503
        wait_for(lambda: '"worker.outage"' in stage.log.read_text(), what="the worker has looked for Redis")
        wait_for(lambda: stage.workspace.is_socket_connected, what="Socket Mode")

        come()

        wait_for(lambda: answers(f"{stage.url}/readyz"), what="the process is ready")
        wait_for(lambda: asks(stage, MAYA), what="the link")
        stage.workspace.request_url = None
        wait_for(lambda: asks(stage, LEON), what="the link by Socket Mode")
        assert [process.poll() for process in processes] == [None, None, None]
        assert "Traceback" not in stage.log.read_text()
        if kind is alone:
            wait_for(lambda: len(too_old(stage)) == 3, what="the line of each process")
            assert "6.0.9 is too old; the app needs Redis 6.2 or later, or Valkey" in too_old(stage)[0]
