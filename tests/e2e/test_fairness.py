"""One member who asks for much, with real processes, real HTTP and a platform that takes 100 requests a minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from slack_app.stand_ins.freddy import Connection
from tests.stage import API_KEY, LEON, MAYA, Stage, on_stage, wait_for

CONNECTIONS, WORDS = 120, 20
TAKES = 100


@pytest.fixture
def stage(redis_url: str, tmp_path: Path) -> Iterator[Stage]:
    with on_stage(redis_url, tmp_path / "app.log") as stage:
        for number in range(CONNECTIONS):
            id_, tool = f"tcred_{number}", f"tool{number:03}"
            stage.platform.connections[id_] = Connection(
                id_, f"conn_{number}", tool, tool, "dev@example.com", API_KEY, datetime.now(UTC)
            )
        stage.make_admin(MAYA)  # under one key, others see their own alone
        yield stage


def busiest_minute(stage: Stage) -> int:
    asked = [call.at for call in stage.platform.calls]
    return max(sum(at <= other < at + 60 for other in asked) for at in asked)


def test_a_colleagues_link_comes_at_once_while_one_member_asks_for_everything(stage: Stage) -> None:
    """security.md 27"""
    stage.start_web("--with-worker")
    for _ in range(WORDS):
        stage.ask("status", MAYA)

    stage.ask("github", LEON)
    wait_for(lambda: stage.dms(LEON), within=3.0, what="the colleague's link")

    def answered() -> int:
        return sum("tool000" in message.text for message in stage.answers(MAYA))

    # What one person may not have of this minute's look-ups comes in the next: the lists wait for that, no link does.
    wait_for(lambda: answered() == WORDS, within=75.0, what="every list")
    assert busiest_minute(stage) <= TAKES
    assert "RATE_LIMIT_EXCEEDED" not in stage.log.read_text()
