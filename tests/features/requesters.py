"""A workspace with admins, where people are refused something and ask for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slack_app.model.jobs import Job
from slack_app.model.messages import Failure
from slack_app.model.users import Role, SlackUser
from slack_app.model.workspaces import Setup
from tests.worker_harness import JOB, WorkerHarness

MAYA, LEON = SlackUser("E1", "T1", "U1"), SlackUser("E1", "T1", "U2")
ADMIN, NEWCOMER = SlackUser("E1", "T1", "U0ADMIN"), SlackUser("E1", "T2", "U9")


def with_admins() -> WorkerHarness:
    """Return a worker of a workspace with two admins, which offers GitHub alone."""
    stage = WorkerHarness()
    stage.people.roles = {"U0ADMIN": Role.ADMIN, "U0OWNER": Role.OWNER}
    stage.setups.save(Setup("T1", "org_a", allowed_connectors=("github",)), "set up")
    return stage


def refused(stage: WorkerHarness, person: SlackUser = MAYA, tool: str = "gitlab", number: str = "1") -> Failure:
    stage.enqueue(replace(JOB, id=f"T1:{person.user_id}:{number}", person=person, connector_type=tool))
    stage.run()
    failure = stage.messenger.answers[-1]
    assert isinstance(failure, Failure)
    return failure


def pressed(
    kind: str, person: SlackUser = MAYA, about: str = "", tool: str = "", number: str = "p", **more: Any
) -> Job:
    job = replace(JOB, id=f"T1:{person.user_id}:{kind}{number}", person=person, kind=kind, connector_type=tool)
    return replace(job, target_id=about, **more)


def ask(stage: WorkerHarness, failure: Failure, person: SlackUser = MAYA) -> object:
    stage.enqueue(pressed("admins.ask", person, failure.draft_id))
    stage.run()
    return stage.messenger.answers[-1]
