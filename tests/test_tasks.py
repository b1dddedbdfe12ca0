"""Every kind of job is declared once, and everything that people can do leads to one."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest

from slack_app.adapters.jobs import DEAD, job_key
from slack_app.features.connect import CONNECT
from slack_app.listeners.command import OWN_WORDS, SUBCOMMANDS, run
from slack_app.listeners.text import parse
from slack_app.model.jobs import VERSION
from slack_app.model.messages import Failure
from slack_app.model.tasks import Permission, Task, all_tasks, task_of
from slack_app.model.users import Role
from slack_app.views.ids import ActionId, CallbackId
from tests.listeners_harness import FORMS, Slack
from tests.worker_harness import JOB, WorkerHarness

PRIORITIZED = {ActionId.OPEN_LINK, ActionId.CHECK_LINK}
"""These have a link polled first, and are no jobs."""
FIELDS = {ActionId.ALLOWED_CONNECTORS}
"""This is a field of a form: it asks for options, and is never pressed."""


@pytest.fixture
def worker() -> WorkerHarness:
    return WorkerHarness()


@pytest.mark.parametrize("action_id", sorted(set(ActionId) - PRIORITIZED - FIELDS))
def test_every_button_has_a_task(worker: WorkerHarness, action_id: ActionId) -> None:
    slack = Slack(worker)

    assert slack.press(action_id) == 200

    [task] = slack.tasks()
    assert task in set(all_tasks())


@pytest.mark.parametrize("action_id", sorted(set(ActionId) - FIELDS))
@pytest.mark.parametrize("workspace", [{"team_id": "T2"}, {}], ids=["another", "unnamed"])
def test_people_of_another_workspace_press_in_vain(
    worker: WorkerHarness, action_id: ActionId, workspace: dict[str, str]
) -> None:
    """security.md 6, 7: in a shared channel, a message of ours stands before people of both workspaces."""
    slack = Slack(worker)
    worker.people.roles["U9"] = Role.NONE
    worker.enqueue()
    worker.run()
    [link] = worker.links.of_workspace("T1")
    said = copy.deepcopy(vars(worker.messenger))

    assert slack.press(action_id, f"{link.id}:github", user={"id": "U9", **workspace}, enterprise={"id": "E1"}) == 200
    worker.run()

    assert worker.is_idle
    assert vars(worker.messenger) == said
    assert worker.links.get(link.id) == link


@pytest.mark.parametrize("action_id", [ActionId.CONNECT_SUGGESTED, ActionId.DISCONNECT])
def test_a_button_of_which_a_block_has_several_is_known_by_the_beginning_of_its_id(
    worker: WorkerHarness, action_id: ActionId
) -> None:
    slack = Slack(worker)

    assert slack.press(action_id.suffixed("tcred:1\n2")) == 200

    assert len(slack.jobs()) == 1


def test_a_button_that_no_version_knows_is_not_answered_as_if_it_were(worker: WorkerHarness) -> None:
    slack = Slack(worker)

    assert slack.press("link_checkmate") == 404

    assert slack.jobs() == []


@pytest.mark.parametrize("callback_id", list(CallbackId))
def test_every_modal_and_shortcut_has_a_task(worker: WorkerHarness, callback_id: CallbackId) -> None:
    slack = Slack(worker)

    if callback_id is CallbackId.OPEN_MENU:
        status = slack.send("shortcut", callback_id=callback_id)
    else:
        view: dict[str, Any] = {
            "type": "modal",
            "id": "V1",
            "callback_id": callback_id,
            "private_metadata": "1:",
            "blocks": [{"type": "input", "block_id": block_id} for block_id in FORMS[callback_id]],
        }
        status = slack.send("view_submission", view={**view, "state": {"values": FORMS[callback_id]}})

    assert status == 200
    [task] = slack.tasks()
    assert task in set(all_tasks())


@pytest.mark.parametrize(
    "word", sorted({word for own in [*SUBCOMMANDS, "menu"] for word in OWN_WORDS[own]} | {"disconnect github"})
)
def test_every_word_of_the_command_has_a_task(worker: WorkerHarness, word: str) -> None:
    slack = Slack(worker)
    payload = {"team_id": "T1", "user_id": "U1", "channel_id": "C1", "response_url": "https://x", "trigger_id": "1"}

    run(payload, parse(word), slack.deps)

    [task] = slack.tasks()
    assert task not in (None, CONNECT)


def test_every_task_has_a_handler(worker: WorkerHarness) -> None:
    assert set(worker.handlers) == set(all_tasks())


def test_two_tasks_are_never_called_the_same() -> None:
    with pytest.raises(ValueError, match="connect"):
        Task("connect", Permission.ANYBODY)
    with pytest.raises(ValueError, match=r"menu\.show"):
        Task("a task of the tests", Permission.ANYBODY, former_kinds=("menu.show",))


def test_what_a_request_resumes_as_is_a_task() -> None:
    assert all(task_of(task.resumes_as) for task in all_tasks() if task.resumes_as)


@pytest.mark.parametrize("newer", [{"kind": "dance"}, {"v": VERSION + 1}], ids=["a kind", "a form"])
def test_a_job_that_only_a_newer_version_knows_is_put_back_for_later(
    worker: WorkerHarness, newer: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    worker.enqueue(JOB)
    body = {**json.loads(worker.redis.hget(job_key(JOB.id), "body")), **newer}
    worker.redis.hset(job_key(JOB.id), "body", json.dumps(body))

    for _ in range(20):
        worker.run()
        worker.now += 61

    assert worker.redis.xlen(DEAD) == 0
    assert worker.messenger.answers == worker.messenger.dms == []
    worker.redis.hset(job_key(JOB.id), "body", replace(JOB, accepted_at=worker.now).to_json())
    worker.run()
    assert len(worker.messenger.dms) == 1


def test_a_job_whose_payload_is_none_is_told_to_its_person_and_kept_for_the_operator(worker: WorkerHarness) -> None:
    worker.enqueue(replace(JOB, kind="rename.save", payload={"label": 7}))
    worker.run()

    assert worker.messenger.answers == [Failure("defect", {}, JOB.reference, is_admin=False)]
    assert [fields["reason"] for _, fields in worker.redis.xrange(DEAD)] == ["defect"]
