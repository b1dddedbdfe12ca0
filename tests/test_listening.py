"""Where `web` and METRICS_PORT listen: HOST, in IPv4 and IPv6."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from slack_app.app.listening import every_address, listen
from slack_app.demo.redis_server import free_port
from tests.cli.running import run
from tests.stage import Stage, answers, on_stage, wait_for


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


@pytest.fixture
def stage(redis_url: str, tmp_path: Path) -> Iterator[Stage]:
    with on_stage(redis_url, tmp_path / "app.log") as stage:
        yield stage


def takes(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError:
        return False
    return True


@needs_ipv6
@pytest.mark.parametrize(
    ("host", "ipv4", "ipv6"),
    [
        (None, True, True),
        ("::", True, True),
        ("0.0.0.0", True, False),
        ("127.0.0.1", True, False),
        ("localhost", True, False),
        ("::1", False, True),
    ],
)
def test_an_address_is_listened_on_and_no_other(host: str | None, ipv4: bool, ipv6: bool) -> None:
    with closing(listen(host, 0)) as listener:
        port = listener.getsockname()[1]

        assert (takes("127.0.0.1", port), takes("::1", port)) == (ipv4, ipv6)


def test_a_machine_without_ipv6_listens_on_its_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "has_dualstack_ipv6", lambda: False)

    assert every_address() == "0.0.0.0"
    with closing(listen(None, 0)) as listener:
        assert takes("127.0.0.1", listener.getsockname()[1])


def test_what_cannot_be_listened_on_is_said_and_is_a_failed_run(stage: Stage) -> None:
    ended = run("web", **stage.environment, HOST="192.0.2.1", PORT="3999")

    assert ended.returncode == 1
    assert ended.stderr == "slack-app: cannot listen on 192.0.2.1, port 3999: cannot assign requested address\n"


def test_a_name_that_nobody_has_is_an_error_of_the_system() -> None:
    with pytest.raises(socket.gaierror):
        listen("no-such-host.invalid", 0)


@needs_ipv6
@pytest.mark.processes
def test_web_and_its_figures_listen_on_the_host_that_is_set(stage: Stage) -> None:
    port, figures = free_port(), free_port()

    stage.start("web", HOST="::1", PORT=str(port), METRICS_PORT=str(figures))
    wait_for(lambda: answers(f"http://[::1]:{port}/readyz"))
    wait_for(lambda: answers(f"http://[::1]:{figures}/metrics"))

    assert requests.get(f"http://[::1]:{port}/healthz", timeout=5).status_code == 200
    assert not takes("127.0.0.1", port)
    assert not takes("127.0.0.1", figures)


@needs_ipv6
@pytest.mark.processes
def test_several_processes_listen_on_both_kinds_of_addresses(stage: Stage) -> None:
    port = free_port()

    stage.start("web", PORT=str(port), WEB_CONCURRENCY="2")

    wait_for(lambda: answers(f"http://127.0.0.1:{port}/readyz"))
    wait_for(lambda: answers(f"http://[::1]:{port}/readyz"))
