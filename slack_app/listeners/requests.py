"""Makes jobs of what Slack sends: who asked, where, and an id that is the same however often it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from slack_app.features.identify import IDENTIFY
from slack_app.features.policy import is_kept_out, is_stranger, placed
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import MalformedRequestError
from slack_app.model.jobs import Job
from slack_app.model.messages import MessageRef, is_dm
from slack_app.model.tasks import Task
from slack_app.model.users import Membership, SlackUser
from slack_app.views.values import Value

Payload = Mapping[str, Any]

log = structlog.get_logger("slack_app.listeners")


def user_of(payload: Payload) -> SlackUser:
    """Return who did it, and where. Raises MalformedRequestError for a request that names no workspace at all."""
    if "user_id" in payload:  # a command
        user_id = payload["user_id"]
    else:
        user_id = payload["event"]["user"] if "event" in payload else payload["user"]["id"]
    return SlackUser(enterprise_of(payload), place_of(payload), user_id)


def place_of(payload: Payload) -> str:
    """Return the workspace in which something happened; only where none is named, the Enterprise Grid or the person's.

    Of an org-wide installation `team` may be null, and the person's `team_id` is another workspace of theirs, or the
    Grid: https://docs.slack.dev/enterprise/developing-for-enterprise-orgs, https://github.com/slackapi/bolt-js/issues/1875
    """
    named = [*_named_there(payload), *_named_of_person(payload)]
    for team_id in [*(id_ for id_ in named if not _is_grid(id_)), *named, enterprise_of(payload)]:
        if team_id:
            return team_id
    raise MalformedRequestError


def is_place_named(payload: Payload) -> bool:
    """Return whether the request says in which workspace it happened, and not only where its person is from.

    A direct message and the App Home of an org-wide installation are of no workspace; an event of theirs names the
    person's: https://docs.slack.dev/enterprise/developing-for-enterprise-orgs
    """
    if "is_place_named" in payload:  # a message in a command's shape
        return bool(payload["is_place_named"])
    if is_org_wide(granted_in(payload)):
        return False
    return not all(_is_grid(id_) for id_ in _named_there(payload))


def enterprise_of(payload: Payload) -> str | None:
    """Return the Enterprise Grid where something happened; None outside of one."""
    named = filter(_is_grid, [*_named_there(payload), *_named_of_person(payload)])
    return next(iter([*_named_grids(payload), *named]), None)


def membership_in(payload: Payload) -> Membership:
    """Return how far the request says that its person is one of ours.

    Strangers of a shared conversation can press, and what they do is an event, whatever workspace these name; commands
    are for the workspace's own people: https://docs.slack.dev/apis/slack-connect/using-slack-connect-with-apps
    """
    if "user_id" in payload:  # a command, or a message in its shape
        return Membership(payload.get("membership", Membership.STATED))
    there = {id_ for id_ in _named_there(payload) if not _is_grid(id_)}
    theirs = set(_named_of_person(payload))
    if payload.get("is_ext_shared_channel") or len(there) > 1 or len(set(_named_grids(payload))) > 1:
        return Membership.CONFLICTING
    names_nobody_elses = theirs == there if theirs else "event" in payload
    return Membership.UNSTATED if names_nobody_elses else Membership.CONFLICTING


def _named_there(payload: Payload) -> list[str]:
    view, granted = payload.get("view") or {}, granted_in(payload)
    named = [
        (payload.get("team") or {}).get("id"),
        view.get("team_id"),
        view.get("app_installed_team_id"),
        (payload.get("message") or {}).get("team"),
        granted.get("team_id"),
        payload.get("team_id"),
        payload.get("context_team_id"),
    ]
    return [id_ for id_ in named if id_]


def _named_of_person(payload: Payload) -> list[str]:
    event = payload.get("event") or {}
    named = [
        (payload.get("user") or {}).get("team_id"),
        *(event.get(name) for name in ("user_team", "team", "source_team")),
    ]
    return [id_ for id_ in named if id_]


def _named_grids(payload: Payload) -> list[str]:
    named = [
        (payload.get("team") or {}).get("enterprise_id"),
        (payload.get("enterprise") or {}).get("id"),
        granted_in(payload).get("enterprise_id"),
        payload.get("enterprise_id"),
        payload.get("context_enterprise_id"),
    ]
    return [id_ for id_ in named if id_]


def granted_in(payload: Payload) -> Payload:
    """Return the installation that an event is for; of several, that of the place where it happened.

    Slack names one of those that see the event: https://docs.slack.dev/apis/events-api/#authorizations
    """
    every: list[Payload] = payload.get("authorizations") or [{}]
    teams = {payload.get("context_team_id"), payload.get("team_id")} - {None, ""}
    grids = {payload.get("context_enterprise_id"), payload.get("enterprise_id")} - {None, ""}
    of_team = [granted for granted in every if granted.get("team_id") in teams]
    of_grid = [granted for granted in every if is_org_wide(granted) and granted.get("enterprise_id") in grids]
    return [*of_team, *of_grid, *every][0]


def is_org_wide(granted: Payload) -> bool:
    """Return whether it is the installation of a whole Enterprise Grid; where Slack sends a form, that is a word."""
    return granted.get("is_enterprise_install") in (True, "true")


def _is_grid(id_: str) -> bool:
    return id_.startswith("E")


def identified(payload: Payload, deps: Dependencies) -> SlackUser | None:
    """Return who asks for something that is answered at once; None for whom we do not know, or not yet.

    Nor is it anybody who may be a guest, where guests may not connect. Raises UpstreamError.
    """
    user = user_of(payload)
    known = deps.recall(user)
    if known is None or known.role is None:  # Slack is asked behind the answer, once a minute: the next letter has one
        minute = int(deps.clock() // 60)
        deps.queue.enqueue(_job(IDENTIFY, payload, f"identify-{minute}", deps, trigger_id=""))
    if known is None and membership_in(payload) is not Membership.UNSTATED:
        reason = "unknown"
    elif known is not None and is_stranger(user, known):
        reason = "stranger"
    else:
        if known is not None:
            user = placed(deps.choice.setups, user, known, is_place_named=is_place_named(payload))
        if not is_kept_out(deps.choice.setups.for_user(user), known.role if known else None):
            return user
        reason = "guest"
    log.info("suggestion.refused", reason=reason, team_id=user.team_id)
    return None


def job_from_command(task: Task, payload: Payload, deps: Dependencies, /, **more: Any) -> Job[Any]:
    """Return the job of a command, or of a message, which has an event's id instead of a trigger.

    `more` are fields of the job.
    """
    asked = {field: payload[field] for field in ("channel_id", "response_url", "trigger_id")}
    asked["thread"] = thread_of(payload)
    sent_id = payload.get("event_id") or payload["trigger_id"]
    return _job(task, payload, sent_id, deps, **{**asked, **more})


def job_from_submission(task: Task, payload: Payload, deps: Dependencies, /, **more: Any) -> Job[Any]:
    """Return the job of a modal that was submitted.

    Its trigger is not to be relied on: Slack takes it and shows nothing on some clients. So the job has none, and what
    is asked next is asked in the answer to the submission, or by a message with a button.
    https://github.com/slackapi/bolt-js/issues/1072
    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """
    view = payload["view"]
    carried = Value.parse(view.get("private_metadata"))
    about = {"target_id": carried.target_id, "connector_type": carried.connector_type, "trigger_id": ""}
    sent_id = payload.get("trigger_id") or f"{view['id']}-{payload.get('hash') or view.get('hash') or ''}"
    return _job(task, payload, sent_id, deps, **{**about, **more})


def job_from_interaction(task: Task, payload: Payload, deps: Dependencies, /, **more: Any) -> Job[Any]:
    """Return the job of an interaction; `more` are fields of the job."""
    return _job(task, payload, payload["trigger_id"], deps, **more)


def job_from_action(task: Task, payload: Payload, deps: Dependencies, /, **more: Any) -> Job[Any]:
    """Return the job of a button that was pressed, or of an option that was chosen.

    An ordinary message is edited in its place; its response_url would do the same, but five times only. One that others
    can read is left alone, and the answer is a direct message.
    https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    """
    where = payload["container"]
    if where["type"] == "view" and not payload.get("view"):
        raise MalformedRequestError
    is_private = bool(where.get("is_ephemeral"))
    channel_id = where.get("channel_id") or ""
    is_message = where["type"] == "message" and not is_private and is_dm(channel_id)
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
    return job_from_interaction(task, payload, deps, **{**pressed, **more})


def thread_of(place: Payload) -> MessageRef | None:
    """Return the thread in which the message stands; None in a channel, where others would read the answer.

    A press has it, too, though that is not documented: https://github.com/slack-go/slack/pull/888
    """
    channel_id, ts = place.get("channel_id") or "", place.get("thread_ts")
    return MessageRef(channel_id, ts) if is_dm(channel_id) and ts else None


def carried_by(action: Payload) -> Value:
    """Return what the button, or the chosen option, carries."""
    return Value.parse(action.get("value") or (action.get("selected_option") or {}).get("value"))


def job_from_event(task: Task, body: Payload, deps: Dependencies, /, **more: Any) -> Job[Any]:
    """Return the job of an event; `more` are fields of the job. Slack repeats an event with the same id.

    https://docs.slack.dev/apis/events-api/
    """
    return _job(task, body, body["event_id"], deps, **{"trigger_id": "", **more})


def _job(task: Task, payload: Payload, sent_id: str, deps: Dependencies, /, **more: Any) -> Job[Any]:
    user = user_of(payload)
    job_id = f"{user.team_id}:{user.user_id}:{sent_id}"
    named = {"membership": membership_in(payload), "is_place_named": is_place_named(payload)}
    return task.job(job_id, user, deps.clock(), **{"trigger_id": sent_id, **named, **more})
