"""Machines whose clocks are wrong, with real processes and a real Redis."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.connecting import connect
from tests.stage import Stage, on_stage

WRONG = """
import runpy, sys, time
real, off = time.time, float(sys.argv.pop(1))
time.time = lambda: real() + off
runpy.run_module("slack_app", run_name="__main__")
"""


@pytest.fixture
def stage(redis_url: str, tmp_path: Path) -> Iterator[Stage]:
    with on_stage(redis_url, tmp_path / "app.log") as stage:
        yield stage


@pytest.mark.parametrize("seconds_off", [-900, 900])
def test_a_link_comes_and_its_end_is_told_while_the_workers_clock_is_wrong(stage: Stage, seconds_off: int) -> None:
    """reports.md B4"""
    stage.start_web()
    with stage.log.open("ab") as log:
        command = [sys.executable, "-c", WRONG, str(seconds_off), "worker"]
        environment = {**os.environ, **stage.environment}
        stage.processes.append(subprocess.Popen(command, env=environment, cwd=stage.log.parent, stdout=log, stderr=log))

    message = connect(stage, "github")

    assert "is connected as" in message.text
    assert "clock.off" in stage.log.read_text()
