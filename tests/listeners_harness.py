"""The listeners on Bolt, with the worker's queue behind them: what people do goes in, jobs come out."""

from __future__ import annotations

import json
from typing import Any

from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult

from slack_app import listeners
from slack_app.adapters.jobs import BACKGROUND, PERSON, job_key, line_key
from slack_app.adapters.known import KnownPeople
from slack_app.listeners.dependencies import Dependencies
from slack_app.model.jobs import Job
from slack_app.model.tasks import Task, task_of
from slack_app.views.ids import CallbackId
from tests.worker_harness import WorkerHarness

FORMS: dict[str, Any] = {
    CallbackId.CHOOSE_TOOL: {
        "menu_tool": {"menu_choose": {"selected_option": {"value": ":github", "text": {"text": "GitHub"}}}}
    },
    CallbackId.DETAILS: {"site_name": {"value": {"value": "Team"}}},
    CallbackId.RENAME: {"name": {"name": {"value": "Work"}}},
    CallbackId.DECLINE: {"reason": {"reason": {"value": "We use GitHub."}}},
    CallbackId.KEY: {"key": {"key": {"value": "ak_0123456789"}}},
    CallbackId.SETUP: {
        "organization": {"organization": {"value": "org_a"}},
        "way": {"way": {"selected_option": {"value": "own"}}},
        "who": {"who": {"selected_option": {"value": "everybody"}}},
        "key": {"key": {"value": None}},
    },
}
"""What is filled into each modal."""


class Slack:
    """Sends what people do to the listeners, and reads the jobs that come of it."""

    def __init__(self, worker: WorkerHarness, command: str = "/connect") -> None:
        self.worker = worker
        self.answer: dict[str, Any] = {}
        self.deps = Dependencies(
            command,
            worker.queue,
            worker.schedule,
            worker.links,
            worker.choice,
            worker.keys,
            lambda: worker.now,
            KnownPeople(worker.redis).recall,
            worker.queue.has_worker,
        )
        self._app = App(
            signing_secret="s",
            authorize=lambda enterprise_id, team_id: AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id),
            process_before_response=True,
        )
        listeners.register(self._app, self.deps)

    def send(self, kind: str, **payload: Any) -> int:
        """Send an interaction; return the status of the answer."""
        about = {"team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T1"}, "trigger_id": "1.2.3"}
        body = {"type": kind, **about, **payload}
        answer = self._app.dispatch(BoltRequest(body=body, mode="socket_mode"))
        self.answer = json.loads(answer.body or "{}")
        return answer.status

    def type(self, text: str, **about: Any) -> int:
        """Type the command in a channel; `about` are other fields of it."""
        asked = {"command": self.deps.command, "text": text, "team_id": "T1", "user_id": "U1", "channel_id": "C1"}
        body = {**asked, "response_url": "https://x", "trigger_id": "1.2.3", **about}
        answer = self._app.dispatch(BoltRequest(body=body, mode="socket_mode"))
        self.answer = json.loads(answer.body or "{}")
        return answer.status

    def press(self, action_id: str, value: str = "d1:github", **about: Any) -> int:
        """Press a button in a private message; `about` are other fields of the payload."""
        where = {"type": "message", "is_ephemeral": True, "channel_id": "C1", "message_ts": "1.1"}
        action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
        pressed = {"container": where, "response_url": "https://x", "actions": [action]}
        return self.send("block_actions", **{**pressed, **about})

    def event(self, envelope: dict[str, Any] | None = None, **event: Any) -> int:
        """Send an event; return the status of the answer. `envelope` puts other fields around it."""
        about = {"team_id": "T1", "event_id": "Ev1", "event_time": int(self.worker.now), "type": "event_callback"}
        about |= envelope or {}
        return self._app.dispatch(BoltRequest(body={**about, "event": event}, mode="socket_mode")).status

    def access(self, change: str, *team_ids: str) -> int:
        """Tell that workspaces joined or left their Grid's installation: `change` is "granted" or "revoked"."""
        envelope = {"team_id": None, "enterprise_id": "E1"}
        return self.event(envelope, type=f"team_access_{change}", team_ids=[*team_ids] or ["T1"])

    def say(self, text: str, **about: Any) -> int:
        """Write to the app in its direct message; `about` are other fields of the event."""
        event = {"type": "message", "channel_type": "im", "user": "U1", "team": "T1", "channel": "D1", "ts": "1.1"}
        return self.event(**{**event, "text": text, **about})

    def tasks(self) -> list[Task | None]:
        """Return the task of every job in the queue."""
        return [task_of(job.kind) for job in self.jobs()]

    def jobs(self) -> list[Job[Any]]:
        """Return every job in the queue."""
        redis = self.worker.redis
        lines = [key for lane in (PERSON, BACKGROUND) for key in sorted(redis.keys(line_key(lane, "*")))]
        ids = [job_id for line in lines for job_id in redis.lrange(line, 0, -1)]
        return [Job.from_json(redis.hget(job_key(job_id), "body")) for job_id in ids]
