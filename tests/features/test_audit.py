"""What people connected and disconnected, and what they were refused, stands in the audit trail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slack_app.model.jobs import Job
from slack_app.model.links import Completion, Outcome
from slack_app.model.tools import Connection, Connector
from slack_app.model.users import Role, SlackUser
from slack_app.model.workspaces import Setup
from tests.worker_harness import JOB, WorkerHarness

ACCOUNT = Connection("tcred_1", "github", "GitHub", "dev@example.com", created_at="2030-03-17T18:00:00+00:00")


@pytest.fixture
def stage() -> WorkerHarness:
    stage = WorkerHarness()
    stage.platform.connectors = [Connector("github", "GitHub"), Connector("notion", "Notion")]
    return stage


def do(stage: WorkerHarness, kind: str, tool: str = "", target_id: str = "", person: SlackUser = JOB.person) -> None:
    asked: Job = replace(JOB, id=f"T1:{person.user_id}:{kind}:{stage.now}", kind=kind, person=person)
    stage.enqueue(replace(asked, connector_type=tool, target_id=target_id, accepted_at=stage.now))
    stage.run()
    stage.now += 1


def noted(stage: WorkerHarness) -> list[tuple[str, str, str]]:
    return [(change.who, change.what, change.about) for change in stage.audit.last(99)]


def connect(stage: WorkerHarness) -> None:
    stage.enqueue()
    stage.run_until(5)
    stage.platform.completion, stage.platform.connected = Completion(Outcome.CONNECTED, ACCOUNT), [ACCOUNT]
    stage.run_until(60)


def test_who_connects_and_disconnects_is_noted_once_and_without_the_account(stage: WorkerHarness) -> None:
    connect(stage)
    for _ in range(2):
        do(stage, "disconnect.confirm", "github", ACCOUNT.id)

    assert noted(stage) == [("U1", "connected", "github"), ("U1", "disconnected", "github")]
    assert "dev@example.com" not in str(stage.audit.last(99))


def test_an_account_that_was_the_wrong_one_is_noted_as_disconnected(stage: WorkerHarness) -> None:
    connect(stage)
    [live] = stage.links.of_workspace("T1")

    do(stage, "link.wrong_account", target_id=live.id)

    assert noted(stage) == [("U1", "connected", "github"), ("U1", "disconnected", "github")]


def test_who_is_refused_by_a_rule_is_noted_once_a_day(stage: WorkerHarness) -> None:
    stage.setups.save(Setup("T1", "org_a", guests_allowed=False, allowed_connectors=("notion",)), "1", is_forced=True)
    guest = replace(JOB.person, user_id="U2")
    stage.people.roles["U2"] = Role.GUEST

    for _ in range(3):
        do(stage, "connect.chosen", "github")
        do(stage, "setup.open")
        do(stage, "status.show", person=guest)

    assert noted(stage) == [
        ("U1", "refused", "connector_not_offered github"),
        ("U1", "refused", "not_admin"),
        ("U2", "refused", "guests_not_allowed"),
    ]


def test_what_was_typed_and_is_no_tool_is_not_noted(stage: WorkerHarness) -> None:
    """security.md 17"""
    do(stage, "connect.chosen", "my-secret-word")

    assert noted(stage) == []
