"""The buttons and menus that connect a tool."""

from __future__ import annotations

from typing import Any

import pytest

from slack_app.features.connect import CONNECT_CHOSEN
from slack_app.listeners.connect import BUTTONS
from slack_app.model.messages import Failure
from slack_app.views.ids import ActionId
from tests.listeners_harness import Slack
from tests.worker_harness import WorkerHarness


@pytest.mark.parametrize("action_id", BUTTONS)
def test_a_press_that_names_a_tool_asks_for_its_link(action_id: ActionId) -> None:
    slack = Slack(WorkerHarness())

    slack.press(action_id, ":github")

    assert slack.tasks() == [CONNECT_CHOSEN]
    assert [job.connector_type for job in slack.jobs()] == ["github"]


@pytest.mark.parametrize("action_id", BUTTONS)
@pytest.mark.parametrize(
    "carried",
    [{"value": ""}, {}, {"selected_option": None}, {"selected_option": {"value": "d1:"}}],
    ids=["empty value", "no value", "no choice", "no tool in the choice"],
)
def test_a_press_that_names_no_tool_asks_the_platform_for_nothing(action_id: ActionId, carried: dict[str, Any]) -> None:
    worker = WorkerHarness()
    slack = Slack(worker)

    slack.press(action_id, actions=[{"action_id": action_id, "block_id": "b1", **carried}])
    worker.run()

    [failure] = worker.messenger.answers
    assert isinstance(failure, Failure)
    assert failure.reason == "button_outdated"
    assert worker.platform.asked == []
