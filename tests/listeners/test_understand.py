"""What is typed after the command, before anything is done with it."""

from __future__ import annotations

import pytest

from slack_app.features.connect import CONNECT
from slack_app.stand_ins.freddy.connectors import CONNECTORS
from tests.listeners_harness import Slack
from tests.worker_harness import WorkerHarness

KEYS = [
    "ak_live_9f8e7d6c5b4a3210ffee",
    "AK_LIVE_9F8E7D6C5B4A3210",
    "xoxb-123456789012-abcdef",
    "sk-proj-abc123DEF456ghi789",
    "0123456789abcdef0123",
]


@pytest.fixture
def slack() -> Slack:
    return Slack(WorkerHarness())


@pytest.mark.parametrize(
    "text",
    [
        *KEYS,
        f"key: {KEYS[0]}",
        f'"key {KEYS[0]}"',
        f"disconnect {KEYS[0]}",
        "sk-a1b2c3d4e5f6a7b8c9d0==",
        "github a.sk-a1b2c3d4e5f6a7b8c9d0=x",
    ],
)
def test_what_looks_like_a_key_is_not_passed_on_as_the_name_of_a_tool(slack: Slack, text: str) -> None:
    """security.md 17"""
    slack.type(text)

    assert slack.answer["text"].startswith("*That looks like a key, so I didn't read on.*")
    assert slack.jobs() == []


@pytest.mark.parametrize(
    "name", [*CONNECTORS, "microsoft-365-mail", "office365_calendar", "dynamics_365_crm", "salesforce_marketing_cloud"]
)
def test_the_name_of_a_tool_is_not_taken_for_a_key(slack: Slack, name: str) -> None:
    slack.type(name)

    assert [(job.kind, job.connector_type) for job in slack.jobs()] == [(CONNECT.kind, name)]


@pytest.mark.parametrize("verb", ["connect", "disconnect", "turn off", "rename"])
@pytest.mark.parametrize("detail", ["password=hunter2", "note=ghp_16C7e42F292c6912E7", "pin.token:=1234"])
@pytest.mark.parametrize("way", ["type", "say"])
def test_no_secret_is_stored_whatever_is_to_be_done(verb: str, detail: str, way: str) -> None:
    """security.md 15, 17: the text goes with the job, also where its details count for nothing."""
    slack = Slack(WorkerHarness())

    getattr(slack, way)(f"{verb} github {detail}")

    assert detail not in str([job.to_json() for job in slack.jobs()])
    assert [task.kind for task in slack.tasks() if task] == (["help.explain"] if way == "say" else [])
