"""Buttons and selects: each feature's module registers its own with `on_action`.

Who pressed is read from the payload now; whether the thing is theirs, and they are ours, is checked in the work.
"""

from __future__ import annotations

from typing import Any

from slack_bolt import App

from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import Body, Listener, acknowledged
from slack_app.listeners.requests import job_from_action
from slack_app.model.tasks import Task
from slack_app.views.ids import ActionId


def on_action(app: App, action_id: ActionId, press: Listener, deps: Dependencies) -> None:
    """Register what a press does."""
    app.action(action_id.pattern)(acknowledged(press, deps))


def enqueue_press(task: Task, **more: Any) -> Listener:
    """Return a press that puts a job into the queue; `more` are fields of the job."""

    def press(body: Body, deps: Dependencies) -> None:
        deps.queue.enqueue(job_from_action(task, body, deps, **more))

    return press
