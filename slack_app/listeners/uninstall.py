"""The app was removed from a workspace, or from a whole Enterprise Grid; what is to be deleted is the work's.

Of a Grid's installation single workspaces can leave, and join it again, while its token stays.
https://docs.slack.dev/reference/events/app_uninstalled, https://docs.slack.dev/reference/events/tokens_revoked
https://docs.slack.dev/reference/events/team_access_revoked
"""

from __future__ import annotations

from slack_bolt import App

from slack_app.features.uninstall import RESTORE, UNINSTALL, Granted, Uninstalled
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import Body, MalformedRequestError, acknowledged
from slack_app.listeners.requests import enterprise_of, granted_in, is_org_wide
from slack_app.model.users import SlackUser


def register(app: App, deps: Dependencies) -> None:
    """Listen to both events; Slack sends them in any order."""
    app.event("app_uninstalled")(acknowledged(uninstalled, deps))
    app.event("tokens_revoked")(acknowledged(uninstalled, deps))
    app.event("team_access_revoked")(acknowledged(access_changed, deps))
    app.event("team_access_granted")(acknowledged(access_changed, deps))


def uninstalled(body: Body, deps: Dependencies) -> None:
    """Enqueue the job; a person's token that was revoked is none of ours. Raises UpstreamError."""
    event = body["event"]
    if event["type"] == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
        return
    enterprise_id = enterprise_of(body)
    of_grid = is_org_wide(granted_in(body)) or not body.get("team_id")
    if not (enterprise_id if of_grid else body["team_id"]):
        raise MalformedRequestError
    place = str(enterprise_id if of_grid else body["team_id"])
    uninstall = Uninstalled(body["event_time"], of_grid)
    job_id, nobody = f"{place}:leave:{body['event_id']}", SlackUser(enterprise_id, place, "")
    deps.queue.enqueue(UNINSTALL.job(job_id, nobody, deps.clock(), payload=uninstall))


def access_changed(body: Body, deps: Dependencies) -> None:
    """Enqueue a job for each workspace that left its Grid's installation, or joined it. Raises UpstreamError."""
    enterprise_id = enterprise_of(body)
    if not enterprise_id:
        raise MalformedRequestError
    for team_id in body["event"]["team_ids"]:
        job_id, nobody = f"{team_id}:access:{body['event_id']}", SlackUser(enterprise_id, team_id, "")
        if body["event"]["type"] == "team_access_granted":
            granted = Granted(body["event_time"])
            deps.queue.enqueue(RESTORE.job(job_id, nobody, deps.clock(), payload=granted))
        else:
            left = Uninstalled(body["event_time"], is_org_wide=False, is_grid_kept=True)
            deps.queue.enqueue(UNINSTALL.job(job_id, nobody, deps.clock(), payload=left))
