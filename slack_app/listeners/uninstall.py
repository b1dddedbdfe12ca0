"""The app was removed from a workspace, or from a whole Enterprise Grid; what is to be forgotten is the work's.

https://docs.slack.dev/reference/events/app_uninstalled, https://docs.slack.dev/reference/events/tokens_revoked
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_app.model.jobs import Job
from slack_app.model.users import SlackUser
from slack_app.ports import Clock
from slack_app.ports.jobs import JobQueue


def hand_over(body: Mapping[str, Any], queue: JobQueue, clock: Clock) -> None:
    """Write the job; a person's token that was revoked is none of ours. Raises UpstreamError."""
    event = body["event"]
    if event["type"] == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
        return
    granted = (body.get("authorizations") or [{}])[0]
    enterprise_id = granted.get("enterprise_id") or body.get("enterprise_id")
    is_org_wide = bool(granted.get("is_enterprise_install")) or not body.get("team_id")
    place = str(enterprise_id if is_org_wide else body["team_id"])
    details = {"event_at": body["event_time"], "is_org_wide": is_org_wide}
    person = SlackUser(enterprise_id, place, "")
    queue.enqueue(Job(f"{place}:leave:{body['event_id']}", person, "", "", "", {}, clock(), "leave", details))
