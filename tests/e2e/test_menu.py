"""The menu of `/connect` alone, with real processes, real HTTP and a real Redis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from slack_app.demo.workspace import SlackTrouble
from tests.stage import Stage, on_stage, wait_for


@pytest.fixture
def app(redis_url: str, tmp_path: Path) -> Iterator[Stage]:
    with on_stage(redis_url, tmp_path / "app.log") as stage:
        stage.start_web("--with-worker")
        yield stage


def test_the_menu_comes_at_once_when_the_tools_were_read_before(app: Stage) -> None:
    assert app.ask("")["text"] == "Looking up the tools of your organization. In a moment you can choose here."
    wait_for(lambda: "Which tool" in app.answers()[-1].text)
    app.platform.delay = 5.0

    text = str(app.ask("")["text"])

    assert text.startswith("*Which tool do you want to connect?*")
    assert "• GitHub (Development)" in text
    app.platform.delay = 0.0


def test_the_menu_needs_no_slack_and_no_platform_once_it_is_known(app: Stage) -> None:
    app.ask("")
    wait_for(lambda: "Which tool" in app.answers()[-1].text)
    app.kill_all()
    app.start_web()
    app.workspace.slack_trouble = SlackTrouble.DOWN

    assert "• GitHub (Development)" in str(app.ask("")["text"])
