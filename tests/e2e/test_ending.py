"""A process ends in time, whatever hangs in it."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import redis

from slack_app.adapters.jobs import STREAM
from slack_app.wording import install as wording
from tests.adapters.hostile import ANSWERS, answering
from tests.stage import on_stage, stretched, wait_for
from tests.workspaces import app_for, back, begin, slack_of_two, state_in

pytestmark = pytest.mark.processes
PEOPLE, THREADS = 40, 12
"""Of a worker's 16 threads one organization has 12."""


def test_a_platform_that_drips_its_answers_keeps_no_process_from_ending(redis_url: str, tmp_path: Path) -> None:
    """security.md 26"""
    client: Any = redis.Redis.from_url(redis_url, decode_responses=True)
    with (
        answering(ANSWERS["a header's value that drips"]) as hostile,
        on_stage(redis_url, tmp_path / "app.log", people=PEOPLE) as stage,
    ):
        # given a worker, and a web process that works too, whose threads all wait for a platform that drips its answers
        stage.environment["FREDDY_API_URL"] = hostile
        processes = [stage.start_web("--with-worker"), stage.start("worker")]
        for number in range(PEOPLE):
            stage.ask("github", user_id=f"U{number:05}")
        wait_for(
            lambda: client.xpending(STREAM, "workers")["pending"] >= 2 * THREADS, what="both have their hands full"
        )

        # when they are asked to end
        began = time.monotonic()
        for process in processes:
            process.send_signal(signal.SIGTERM)
        statuses = [process.wait(timeout=120) for process in processes]

        # then they do, in time and in order
        assert statuses == [0, 0]
        assert time.monotonic() - began < stretched(26.0)
    client.close()


def test_whoever_installs_the_app_while_it_is_restarted_is_told_to_try_again(redis_url: str, tmp_path: Path) -> None:
    """security.md 26"""
    with (
        answering(ANSWERS["a header's value that drips"]) as hostile,
        app_for(slack_of_two(), redis_url, tmp_path / "app.log", SLACK_API_URL=f"{hostile}/api/") as app,
        ThreadPoolExecutor(6) as pool,
    ):
        # given people who come back from Slack, which drips its word on them
        begun = [begin(app) for _ in range(6)]
        targets = [(f"{app.url}/slack/oauth_redirect?code=c&state={state_in(link)}", cookie) for link, cookie in begun]
        shown = [pool.submit(back, *target) for target in targets]
        time.sleep(1)

        # when the process is asked to end
        [process] = app.processes
        process.send_signal(signal.SIGTERM)
        pages = [page.result() for page in shown]

        # then each of them reads what to do, and nobody is alarmed by the log
        assert {(page.status_code, page.text) for page in pages} == {(503, wording.restarting())}
        assert process.wait(timeout=60) == 0
        assert "Traceback" not in app.log.read_text()
