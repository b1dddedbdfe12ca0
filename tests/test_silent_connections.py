"""Connections that say nothing, or never end the head of a request, are closed by the server itself (security.md 4)."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from slack_app.app.serving import HEAD_SECONDS
from slack_app.demo.redis_server import free_port
from tests.stage import Stage, on_stage, stretched, wait_for

pytestmark = pytest.mark.processes
WHOLE = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
HALF = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-Slack"
UPGRADE = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
BEGINNINGS = {
    "silent": b"",
    "half a head": HALF,
    "half a second head": WHOLE + HALF,
    "half a head behind two that came at once": WHOLE + WHOLE + HALF,
    "half an upgrade": UPGRADE,
    "a body that nobody waits for": WHOLE.replace(b"Host: x", b"Host: x\r\nContent-Length: 1000") + b"x",
}
MUCH = 2 * 2**20
"""Bytes, far beyond what any sender's head has."""
IDLE_SECONDS = 65.0
"""After which uvicorn closes a connection that is kept for a next request."""
WAYS = {
    "half a head": (False, True),
    "half a second head": (False, True),
    "half a head behind two that came at once": (False, True),
    "a body that nobody waits for": (True,),
}
"""Whether more bytes drip in. Nothing more after a whole answer is an idle connection, kept for a next request."""


@pytest.fixture
def stage(redis_url: str, tmp_path: Path) -> Iterator[Stage]:
    with on_stage(redis_url, tmp_path / "app.log") as stage:
        yield stage


def test_the_server_closes_them_in_bounded_time_and_serves_others_meanwhile(stage: Stage) -> None:
    stage.start_web()
    address = urlsplit(stage.url)
    with ExitStack() as opened:
        connections = {
            (name, drips): opened.enter_context(socket.create_connection((str(address.hostname), address.port)))
            for name in BEGINNINGS
            for drips in WAYS.get(name, (False,))
        }
        for (name, _), connection in connections.items():
            connection.sendall(BEGINNINGS[name])
        deadline, still_open = time.monotonic() + min(stretched(HEAD_SECONDS + 5), IDLE_SECONDS - 10), dict(connections)
        while still_open and time.monotonic() < deadline:
            assert requests.get(f"{stage.url}/healthz", timeout=stretched(2)).status_code == 200
            still_open = {key: c for key, c in still_open.items() if not _is_closed(c, drips=key[1])}
            time.sleep(0.2)

    assert list(still_open) == []


def _is_closed(connection: socket.socket, *, drips: bool) -> bool:
    connection.settimeout(0.01)
    try:
        if drips:
            connection.sendall(b"x")
        while connection.recv(4096):  # answers that came before
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


@pytest.mark.parametrize("before", [b"", WHOLE], ids=["the first", "a later one"])
def test_a_head_that_never_ends_is_refused_long_before_its_time_is_over(stage: Stage, before: bytes) -> None:
    """security.md 4"""
    stage.start_web()
    address, sent = urlsplit(stage.url), 0
    with socket.create_connection((str(address.hostname), address.port)) as connection, suppress(OSError):
        connection.sendall(before + HALF)
        while sent < MUCH:
            connection.sendall(b"x" * 1000 + b": y\r\nX-Slack")
            sent += 1000
            time.sleep(0.001)

    assert sent < MUCH
    assert requests.get(f"{stage.url}/healthz", timeout=stretched(2)).status_code == 200


def test_a_worker_answers_probes_where_it_has_a_port(stage: Stage) -> None:
    port = free_port()
    stage.start("worker", METRICS_PORT=str(port))

    def figures() -> str:
        with suppress(requests.ConnectionError):
            return requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
        return ""

    wait_for(lambda: "slack_app_jobs_to_do" in figures())
    assert requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200
    assert requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
