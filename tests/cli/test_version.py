"""Which version runs is to be seen wherever an operator looks."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.request import urlopen

from slack_app import __version__
from tests.cli.running import run
from tests.stage import on_stage, wait_for


def test_the_command_says_its_version() -> None:
    assert run("--version").stdout == f"slack-app {__version__}\n"


def test_a_process_says_its_version_to_probes_and_in_its_first_lines(redis_url: str, tmp_path: Path) -> None:
    with on_stage(redis_url, tmp_path / "app.log") as stage:
        stage.start_web("--with-worker")

        with urlopen(f"{stage.url}/healthz", timeout=60) as response:
            health = json.load(response)
        wait_for(lambda: all(f"{kind}.started" in stage.log.read_text() for kind in ("web", "worker")))

        lines = [json.loads(line) for line in stage.log.read_text().splitlines()]
        versions = {line["event"]: line.get("version") for line in lines if line["event"].endswith(".started")}
        assert health == {"alive": True, "version": __version__}
        assert versions == {"web.started": __version__, "worker.started": __version__}
