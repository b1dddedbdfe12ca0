"""A workspace that left its Enterprise Grid: nothing of that Grid is its people's any more (security.md 7)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slack_app.model.messages import Failure
from slack_app.model.tasks import Permission, Task, all_tasks
from slack_app.model.tools import Connection
from slack_app.model.users import Role, SlackUser
from slack_app.model.workspaces import Setup
from tests.worker_harness import JOB, WorkerHarness

BEFORE, ALONE, ELSEWHERE = (SlackUser(enterprise_id, "T9", "U1") for enterprise_id in ("E1", None, "E2"))
TASKS = [task for task in all_tasks() if task.permission in (Permission.CONNECT, Permission.ADMIN)]


@pytest.fixture
def stage() -> WorkerHarness:
    """A workspace whose admins changed a rule while its Grid was mapped by the operator."""
    stage = WorkerHarness()
    stage.people.roles["U1"] = Role.OWNER
    stage.platform.connected = [Connection("tcred_1", "github", "GitHub", "boss@example.com")]
    stage.setups.save(Setup("E1", "org_grid"), "the operator's")
    stage.setups.save(Setup("T9", "org_grid", guests_allowed=False, enterprise_id="E1", is_inherited=True), "a rule")
    return stage


@pytest.mark.parametrize("person", [ALONE, ELSEWHERE], ids=["alone", "in another Grid"])
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.kind)
def test_whatever_its_people_ask_for_the_old_grids_organization_is_not_asked(
    stage: WorkerHarness, task: Task, person: SlackUser
) -> None:
    job = replace(JOB, id="T9:U1:1", person=person, kind=task.kind, target_id="tcred_1:github", trigger_id="1.2")

    stage.enqueue(job)
    stage.run()

    assert stage.platform.asked == []
    assert stage.platform.keys_used == set()
    assert stage.platform.disconnected == []


def test_its_people_are_told_that_it_is_not_set_up(stage: WorkerHarness) -> None:
    stage.enqueue(replace(JOB, person=BEFORE))
    stage.run()
    assert stage.platform.asked == [("org_grid", "github", {})]

    stage.enqueue(replace(JOB, id="T9:U1:2", person=ALONE))
    stage.run()

    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)
    assert failure.reason == "workspace_unmapped"
    assert len(stage.platform.asked) == 1
