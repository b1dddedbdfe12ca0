"""Who asks for much, or stalls, keeps nobody else waiting: real processes, real HTTP, one worker."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

import pytest

from slack_app.stand_ins.freddy import Connection
from slack_app.stand_ins.slack import Workspace
from tests.stage import API_KEY, LEON, MAYA, Stage, on_stage, stretched, wait_for
from tests.workspaces import app_for, install, set_up, slack_of_two

CONNECTIONS, WORDS = 120, 20
TAKES = 100
STALLED, HEALTHY = "org_one", "org_two"
STALL_SECONDS = 10.0
NOISE_SECONDS = 0.2
"""What a machine that others use, too, adds to a tenth of a second."""


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


def seconds_to_link(workspace: Workspace, first: int, each: float, count: int) -> list[float]:
    """Let so many people ask for a link, one after the other at the interval; returns after how long each had it."""

    def ask(number: int) -> float:
        user = f"U{first + number:05}"
        direct = workspace.dm_of(user)
        time.sleep(max(0.0, began + number * each - time.monotonic()))
        asked = time.monotonic()
        assert workspace.type_command(user_id=user, channel_id=direct, text="github").status == 200
        while not any("Connect GitHub" in message.text for message in workspace.messages_in(direct, seen_by=user)):
            if time.monotonic() > asked + 120:
                return 120.0
            time.sleep(0.005)
        return time.monotonic() - asked

    began = time.monotonic()
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(ask, range(count)))


def ask_for_links(workspace: Workspace, first: int, each: float, count: int) -> None:
    """Let so many people ask for a link, one after the other at the interval; nobody waits for what comes of it."""
    began = time.monotonic()
    for number in range(first, first + count):
        time.sleep(max(0.0, began + (number - first) * each - time.monotonic()))
        user = f"U{number:05}"
        assert workspace.type_command(user_id=user, channel_id=workspace.dm_of(user), text="github").status == 200


def test_an_organization_whose_platform_stalls_keeps_no_other_waiting(redis_url: str, tmp_path: Path) -> None:
    """security.md 27: its threads were everybody's, and the others' links came after a minute"""
    slack = slack_of_two(people=200)
    stalled, healthy = slack.workspaces
    with app_for(slack, redis_url, tmp_path / "app.log") as app:
        for workspace in slack.workspaces:
            install(app, workspace.team_id)
            set_up(workspace)
        app.platform.requests_a_minute = 10_000
        alone = quantiles(seconds_to_link(healthy, 0, 0.5, 20), n=20)[-1]

        # given five commands a second of an organization for which every call to the platform takes ten seconds
        app.platform.delays[STALLED] = STALL_SECONDS
        with ThreadPoolExecutor(1) as pool:
            asking = pool.submit(ask_for_links, stalled, 0, 0.2, 110)
            time.sleep(4.0)  # by now it has all that it gets

            # when others ask, two a second
            beside = quantiles(seconds_to_link(healthy, 20, 0.5, 36), n=20)[-1]
            asking.result()

    # then 95 of 100 of them wait at most twice as long
    assert beside <= 2 * alone + stretched(NOISE_SECONDS), (alone, beside)
