"""Whether a process moves is seen from outside of it, also where it has no port."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest
from structlog.testing import capture_logs

from slack_app.pulse import Pulse, seen_here
from slack_app.watchdog import LOOP_SECONDS, WORK_SECONDS, Watchdog
from tests.stage import wait_for


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def test_a_loop_that_does_not_come_round_is_stuck_until_it_does() -> None:
    now = [0.0]
    watchdog = Watchdog(lambda: now[0])
    watchdog.moved("reader")
    watchdog.moved("job-1", WORK_SECONDS)
    watchdog.moved("job-2", WORK_SECONDS)
    watchdog.rests("job-2")

    now[0] = LOOP_SECONDS + 1
    assert watchdog.stuck() == ["reader"]
    now[0] = WORK_SECONDS + 1
    assert watchdog.stuck() == ["job-1", "reader"]
    watchdog.moved("reader")
    assert watchdog.stuck() == ["job-1"]


def test_a_process_that_moves_is_seen_and_one_whose_thread_is_stuck_is_not_seen_to_move(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("slack_app.pulse.EVERY_SECONDS", 0.01)
    monkeypatch.setattr("slack_app.pulse.HUNG_SECONDS", 0.5)
    stuck: list[str] = []
    pulse = Pulse("worker", lambda: list(stuck))
    pulse.start()
    assert [(one.kind, one.pid, one.moves) for one in seen_here()] == [("worker", os.getpid(), True)]

    stuck.append("reader")
    wait_for(lambda: not next(seen_here()).moves, what="it is seen to hang")
    stuck.clear()
    wait_for(lambda: next(seen_here()).moves, what="it is seen to move")

    pulse.stop()
    assert list(seen_here()) == []


PROCESS = """
import sys, threading
from slack_app.pulse import Pulse
Pulse("worker", tuple).start()
print("moves", flush=True)
threading.Event().wait()
"""


def test_a_frozen_process_hangs_and_what_a_killed_one_has_left_is_nobody(directory: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(directory)}
    process = subprocess.Popen([sys.executable, "-c", PROCESS], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "moves\n"
    [seen] = seen_here()
    assert (seen.pid, seen.moves) == (process.pid, True)

    process.send_signal(signal.SIGSTOP)
    wait_for(lambda: next(seen_here()).idle > 3, what="it writes no more")
    process.kill()
    process.wait()

    assert list(seen_here()) == []
    assert list(directory.iterdir()) == []


def test_what_others_wrote_there_is_no_process(directory: Path) -> None:
    (directory / "slack-app-x-worker-1.pulse").write_text("no number")
    (directory / "slack-app-x.pulse").symlink_to("/etc/passwd")
    os.mkfifo(directory / "slack-app-x-web-2.pulse")
    (directory / "slack-app-x-web-3.pulse").mkdir()

    assert list(seen_here()) == []


def test_a_place_that_is_full_makes_nobody_unseen(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Pulse("worker", tuple).start()

    monkeypatch.setattr(tempfile, "_get_default_tempdir", lambda: "/nowhere")  # tempfile tries to write before
    monkeypatch.setattr(tempfile, "tempdir", None)

    assert [one.kind for one in seen_here()] == ["worker"]


def test_where_there_is_no_room_no_file_is_left(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", refuse)
    with capture_logs() as logged:
        Pulse("worker", tuple).start()

    assert list(directory.iterdir()) == []
    assert logged[0]["reason"] == "No space left on device"


def test_a_machine_without_a_place_for_the_file_runs_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/proc")

    Pulse("worker", tuple).start()

    assert list(seen_here()) == []
