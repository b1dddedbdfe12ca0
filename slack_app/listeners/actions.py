"""Buttons and selects: each feature's module registers its own with `on_action`.

Who pressed is read from the payload now; whether the thing is theirs is checked in the work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from slack_bolt import App

from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import Body, acknowledged
from slack_app.listeners.requests import job_from_action, user_of_interaction
from slack_app.model.tasks import Task
from slack_app.model.users import SlackUser
from slack_app.views.ids import ActionId

Press = Callable[[Body, SlackUser, Dependencies], None]

log = structlog.get_logger("slack_app.listeners")


def on_action(app: App, action_id: ActionId, press: Press, deps: Dependencies) -> None:
    """Register what a press does; people of other workspaces press in vain."""

    def pressed(body: Body, deps: Dependencies) -> None:
        user = user_of_interaction(body)
        if user is None:
            log.info("press.refused", reason="foreign_workspace")
        else:
            press(body, user, deps)

    app.action(action_id.pattern)(acknowledged(pressed, deps))


def enqueue_press(task: Task, **more: Any) -> Press:
    """Return a press that puts a job into the queue; `more` are fields of the job."""

    def press(body: Body, user: SlackUser, deps: Dependencies) -> None:
        deps.queue.enqueue(job_from_action(task, body, user, deps, **more))

    return press
