"""An app of one workspace: people of any other get nothing, whatever they do (security.md 7)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slack_app.errors import UpstreamError
from slack_app.model.tasks import Permission, Task, all_tasks
from slack_app.model.users import Role, SlackUser
from tests.worker_harness import JOB, WorkerHarness

TASKS = [task for task in all_tasks() if task.permission is not Permission.SYSTEM]


@pytest.fixture
def worker() -> WorkerHarness:
    worker = WorkerHarness()
    worker.people.roles["U0ADMIN"] = Role.ADMIN
    worker.foreign = {"T2"}
    return worker


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.kind)
def test_no_job_of_a_stranger_is_done_and_no_admin_hears_of_it(worker: WorkerHarness, task: Task) -> None:
    stranger = SlackUser(None, "T2", "U9")

    worker.enqueue(replace(JOB, id="T2:U9:1", person=stranger, kind=task.kind))
    worker.run()

    said = worker.messenger
    assert (said.dms, said.answers, said.edits, said.modals, said.updates, said.homes) == ([], [], [], [], [], [])
    assert worker.platform.asked == []
    assert worker.is_idle


def test_a_stranger_is_not_told_that_it_takes_longer_either(worker: WorkerHarness) -> None:
    worker.enqueue(replace(JOB, id="T2:U9:1", person=SlackUser(None, "T2", "U9")))
    worker.now += 60

    worker.job_runner.notify_overdue()

    assert (worker.messenger.answers, worker.messenger.dms) == ([], [])


def test_while_nobody_can_say_whose_it_is_the_job_waits(worker: WorkerHarness) -> None:
    def unknown(_person: SlackUser) -> bool:
        raise UpstreamError("slack", status=503, retryable=True)

    known, worker.job_runner._is_served = worker.job_runner._is_served, unknown
    worker.enqueue()
    worker.run()
    assert (worker.messenger.dms, worker.platform.asked) == ([], [])

    worker.job_runner._is_served = known
    worker.now += 10
    worker.run()
    assert len(worker.messenger.dms) == 1
