"""The demo runs on any machine, with a Redis server or without."""

from __future__ import annotations

import json
import sys
from urllib.request import urlopen

import pytest

from slack_app.demo import run
from tests.stage import wait_for


def test_without_a_redis_server_the_demo_runs_on_fakeredis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "find_server", lambda: None)

    with run.running() as demo:
        demo.workspace.type_command(user_id="U0MAYA", channel_id="C0GENERAL", text="github")

        wait_for(lambda: demo.workspace.messages_in("D0MAYA", seen_by="U0MAYA"), 10)
        assert "redis_frozen" not in [fault.name for fault in demo.workspace.faults]
        with urlopen(f"{demo.url}/page/state?user=U0MAYA", timeout=5) as state:
            assert json.load(state)["fault_note"].startswith("Troubles of Redis cannot be played:")


def test_without_any_redis_the_demo_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("signal.signal", lambda *_: None)  # Ctrl-C stays pytest's
    monkeypatch.setattr(run, "forget_the_rest", lambda: None)  # and so does its environment
    monkeypatch.setattr(run, "find_server", lambda: None)
    monkeypatch.setitem(sys.modules, "fakeredis", None)

    assert run.run(0) == 1

    assert "install redis-server or valkey-server, or: pip install" in capsys.readouterr().err


def test_a_port_that_is_taken_is_said_and_not_a_crash(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("signal.signal", lambda *_: None)  # Ctrl-C stays pytest's
    monkeypatch.setattr(run, "forget_the_rest", lambda: None)  # and so does its environment
    with run.running() as demo:
        taken = int(demo.url.rpartition(":")[2])

        assert run.run(taken) == 1

    assert "Is the port taken? Try --port 3100." in capsys.readouterr().err
