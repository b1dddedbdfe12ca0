"""The demo as a newcomer starts it: a process of its own in a shell of theirs, and nothing left of it afterwards."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from slack_app.demo import run as demo_run
from slack_app.demo.redis_server import free_port
from tests.stage import stretched, wait_for

OPERATORS = {
    "SLACK_COMMAND": "/link",
    "AUTHORIZATION_HOSTS": "github.com",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "HTTPS_PROXY": "http://127.0.0.1:1",
    "HTTP_PROXY": "http://127.0.0.1:1",
    "http_proxy": "http://127.0.0.1:1",
    "ALL_PROXY": "http://127.0.0.1:1",
    "SSL_CERT_FILE": "/no/such/file",
    "REQUESTS_CA_BUNDLE": "/no/such/file",
    "WORKSPACE_ORGANIZATIONS": "T0DEMO=org_other",
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "WEB_CONCURRENCY": "3",
    "METRICS_PORT": "1",
    "STATE_TTL_SECONDS": "1",
    "WORKER_THREADS": "0",
    "LOG_LEVEL": "LOUD",
    "LOG_FORMAT": "odd",
    "HOST": "192.0.2.1",
    "ENCRYPTION_KEYS_FILE": "/no/such/file",
    "FREDDY_API_KEY_FILE": "/no/such/file",
}


Started = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Started]:
    """Start the demo in a session of its own, with its temporary files apart, and as a terminal starts it.

    Signals that whoever runs the tests ignores (nohup, in the background) would be ignored by it, too.
    """
    processes: list[subprocess.Popen[str]] = []

    def started(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            ["env", "--default-signal=HUP,INT", sys.executable, "-m", "slack_app", "demo", *arguments],
            env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1", **environment},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        processes.append(process)
        return process

    yield started
    for process in processes:
        for child in descendants(process):
            child.kill()
        process.kill()
        process.wait()


def descendants(process: subprocess.Popen[str]) -> list[psutil.Process]:
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def address(process: subprocess.Popen[str]) -> str:
    """Return where the demo says that it is."""
    assert process.stdout
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found.group()
    raise AssertionError("the demo said nothing")


def test_the_demo_is_deaf_to_the_operators_own_settings(start: Started, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("METRICS_PORT=none\nSLACK_SINGING_SECRET=x\nno setting\n")

    process = start("--port", "0", **OPERATORS)
    url = address(process)

    with urlopen(f"{url}/page/state?user=U0MAYA", timeout=5) as answer:
        state = json.load(answer)

    assert process.poll() is None
    for child in descendants(process):
        if "slack_app.demo.clock" in child.cmdline():
            environment = child.environ()
            assert {name for name in OPERATORS if environment.get(name) == OPERATORS[name]} == set()
    assert state["team"]


def test_a_port_that_is_taken_is_passed_over_unless_it_was_named(
    start: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = int(taken.getsockname()[1])
        monkeypatch.setattr(demo_run, "PORT", port)
        with demo_run.running(None) as demo:
            assert port < int(demo.url.rpartition(":")[2]) < port + demo_run.PORTS_TRIED

        named = start("--port", str(port))
        output, _ = named.communicate(timeout=30)

    assert named.returncode == 1
    assert "Is the port taken? Try --port 3100." in output


def test_the_page_is_answered_only_when_the_app_is_ready(start: Started) -> None:
    port = free_port()
    process = start("--port", str(port))
    url = f"http://127.0.0.1:{port}/"

    def answered() -> bool:
        try:
            with urlopen(url, timeout=stretched(20)):
                return True
        except OSError:
            return False

    wait_for(answered, 30)
    web = next(p for p in descendants(process) if p.cmdline()[-1:] == ["web"])
    [listening] = [c.laddr.port for c in web.net_connections("tcp") if c.status == psutil.CONN_LISTEN]
    with urlopen(f"http://127.0.0.1:{listening}/readyz", timeout=5) as ready:
        assert ready.status == 200


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("delay", [None, 0.0, 0.3], ids=["running", "at the first process", "while it starts"])
def test_nothing_is_left_when_the_terminal_closes_or_ctrl_c_comes(
    start: Started, tmp_path: Path, number: signal.Signals, delay: float | None
) -> None:
    process = start("--port", "0")
    if delay is None:
        address(process)
    else:
        wait_for(lambda: descendants(process), 20)
        time.sleep(delay)
    children = descendants(process)

    os.killpg(process.pid, number)
    process.stdout.close()  # type: ignore[union-attr]
    process.wait(stretched(20))

    assert process.returncode == 0
    assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []
    assert list(tmp_path.iterdir()) == []
