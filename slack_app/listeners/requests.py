"""Makes jobs of what Slack sends: who asked, where, and an id that is the same however often it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_app.errors import UserError
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import MalformedRequestError
from slack_app.model.jobs import Job
from slack_app.model.messages import MessageRef
from slack_app.model.tasks import Task
from slack_app.model.users import SlackUser
from slack_app.views.values import Value

Payload = Mapping[str, Any]


def user_of_command(payload: Payload) -> SlackUser:
    """Return who typed a command, or wrote a message that was put into a command's shape.

    https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
    """
    return SlackUser(payload.get("enterprise_id") or None, payload["team_id"], payload["user_id"])


def job_from_command(task: Task, payload: Payload, deps: Dependencies, /, **more: Any) -> Job[Any]:
    """Return the job of a command, or of a message, which has an event's id instead of a trigger.

    `more` are fields of the job.
    """
    asked = {field: payload[field] for field in ("channel_id", "response_url", "trigger_id")}
    asked["thread"] = thread_of(payload)
    sent_id = payload.get("event_id") or payload["trigger_id"]
    return _job(task, user_of_command(payload), sent_id, deps, **{**asked, **more})


def user_of_interaction(payload: Payload) -> SlackUser | None:
    """Return who pressed, chose or submitted.

    A person whose workspace is not the conversation's, or not named, is nobody we know: people of other workspaces
    in shared channels.
    """
    team, user = payload.get("team") or {}, payload["user"]
    team_id = team.get("id") or user.get("team_id")
    if not team_id or user.get("team_id") != team_id:
        return None
    enterprise_id = (payload.get("enterprise") or {}).get("id") or team.get("enterprise_id")
    return SlackUser(enterprise_id, team_id, user["id"])


def job_from_submission(task: Task, payload: Payload, deps: Dependencies, /, **more: Any) -> Job[Any]:
    """Return the job of a modal that was submitted. Raises UserError for somebody of another workspace.

    Its trigger is not to be relied on: Slack takes it and shows nothing on some clients. So the job has none, and what
    is asked next is asked in the answer to the submission, or by a message with a button.
    https://github.com/slackapi/bolt-js/issues/1072
    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """
    carried = Value.parse(payload["view"].get("private_metadata"))
    about = {"target_id": carried.target_id, "connector_type": carried.connector_type, "trigger_id": ""}
    return job_from_interaction(task, payload, submitter(payload), deps, **{**about, **more})


def submitter(payload: Payload) -> SlackUser:
    """Return who submitted a modal. Raises UserError for somebody of another workspace."""
    user = user_of_interaction(payload)
    if user is None:
        raise UserError("button_outdated")
    return user


def job_from_interaction(task: Task, payload: Payload, user: SlackUser, deps: Dependencies, /, **more: Any) -> Job[Any]:
    """Return the job of an interaction; `more` are fields of the job."""
    return _job(task, user, payload["trigger_id"], deps, **more)


def job_from_action(task: Task, payload: Payload, user: SlackUser, deps: Dependencies, /, **more: Any) -> Job[Any]:
    """Return the job of a button that was pressed, or of an option that was chosen.

    An ordinary message is edited in its place; its response_url would do the same, but five times only.
    https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    """
    where = payload["container"]
    if where["type"] == "view" and not payload.get("view"):
        raise MalformedRequestError
    is_private = bool(where.get("is_ephemeral"))
    channel_id = where.get("channel_id") or ""
    is_message = where["type"] == "message" and not is_private
    view = payload["view"] if where["type"] == "view" else {}
    carried = carried_by(payload["actions"][0])
    pressed = {
        "channel_id": channel_id,
        "response_url": (payload.get("response_url") or "") if is_private else "",
        "can_replace": is_private,
        "message": MessageRef(channel_id, where.get("message_ts") or "") if is_message else None,
        "thread": thread_of(where) if is_message else None,
        "is_from_home": view.get("type") == "home",
        "view_id": view["id"] if view.get("type") == "modal" else "",
        "target_id": carried.target_id,
        "connector_type": carried.connector_type,
    }
    return job_from_interaction(task, payload, user, deps, **{**pressed, **more})


def thread_of(place: Payload) -> MessageRef | None:
    """Return the thread in which the message stands.

    A press has it, too, though that is not documented: https://github.com/slack-go/slack/pull/888
    """
    channel_id, ts = place.get("channel_id"), place.get("thread_ts")
    return MessageRef(channel_id, ts) if channel_id and ts else None


def carried_by(action: Payload) -> Value:
    """Return what the button, or the chosen option, carries."""
    return Value.parse(action.get("value") or (action.get("selected_option") or {}).get("value"))


def job_from_event(task: Task, body: Payload, deps: Dependencies, /, **more: Any) -> Job[Any]:
    """Return the job of an event; `more` are fields of the job. Slack repeats an event with the same id.

    https://docs.slack.dev/apis/events-api/
    """
    user = SlackUser(enterprise_of_event(body), body["team_id"], body["event"]["user"])
    return _job(task, user, body["event_id"], deps, **{"trigger_id": "", **more})


def enterprise_of_event(body: Payload) -> str | None:
    """Return the Enterprise Grid of the installation that an event is for; None outside of one."""
    granted = (body.get("authorizations") or [{}])[0]
    return granted.get("enterprise_id") or body.get("enterprise_id")


def _job(task: Task, user: SlackUser, sent_id: str, deps: Dependencies, **more: Any) -> Job[Any]:
    job_id = f"{user.team_id}:{user.user_id}:{sent_id}"
    return task.job(job_id, user, deps.clock(), **{"trigger_id": sent_id, **more})
