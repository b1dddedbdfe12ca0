"""The buttons of a link's message: opening and checking it has it polled first, the others are jobs."""

from __future__ import annotations

from slack_bolt import App

from slack_app.features.help import EXPLAIN_REFUSAL, Refusal
from slack_app.features.link_actions import CANCEL_LINK, RENEW_LINK, WRONG_ACCOUNT
from slack_app.listeners.actions import enqueue_press, on_action
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import Body
from slack_app.listeners.requests import carried_by, job_from_action, user_of
from slack_app.model.links import EphemeralRef
from slack_app.views.ids import ActionId


def register(app: App, deps: Dependencies) -> None:
    """Listen to the buttons. A link button opens its address by itself; Slack reports its press, too."""
    on_action(app, ActionId.OPEN_LINK, opened, deps)
    on_action(app, ActionId.CHECK_LINK, check_requested, deps)
    on_action(app, ActionId.RENEW_LINK, enqueue_press(RENEW_LINK), deps)
    on_action(app, ActionId.CANCEL_LINK, enqueue_press(CANCEL_LINK), deps)
    on_action(app, ActionId.WRONG_ACCOUNT, enqueue_press(WRONG_ACCOUNT), deps)


def opened(body: Body, deps: Dependencies) -> None:
    """Have the link polled soon: its person is on their way. Raises UpstreamError."""
    _prioritize(body, deps, is_asked=False)


def check_requested(body: Body, deps: Dependencies) -> None:
    """Have the link polled now, and its person told the time of it (*Check now*); of one that is over, that it is.

    Raises UpstreamError.
    """
    if not _prioritize(body, deps, is_asked=True):
        outdated = Refusal("button_outdated", {})
        deps.queue.enqueue(job_from_action(EXPLAIN_REFUSAL, body, deps, payload=outdated))


def _prioritize(body: Body, deps: Dependencies, *, is_asked: bool) -> bool:
    """Have the link polled first; what becomes of it is shown in the private message that was pressed, too."""
    link_id = carried_by(body["actions"][0]).target_id
    is_theirs = deps.schedule.prioritize(link_id, user_of(body), is_asked=is_asked)
    where = body["container"]
    if is_theirs and where.get("is_ephemeral") and body.get("response_url"):
        ref = EphemeralRef(
            body["response_url"], where.get("channel_id") or "", deps.clock(), where.get("message_ts") or ""
        )
        deps.links.add_ephemeral(link_id, ref)
    return is_theirs
