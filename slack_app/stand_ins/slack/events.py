"""What Slack tells the app by itself: https://docs.slack.dev/apis/events-api/

Each function returns the whole envelope, so that a test can send it late, or twice.
"""

from __future__ import annotations

import secrets
from typing import Any

from slack_app.stand_ins.slack.model import APP_USER, Message, Person
from slack_app.stand_ins.slack.objects import view_object
from slack_app.stand_ins.slack.team import APP_ID, BOT_ID, Team
from slack_app.stand_ins.slack.views import View

Envelope = dict[str, Any]


def message_event(team: Team, message: Message, at: float) -> Envelope:
    """Return the event of a message in a direct message with the app: https://docs.slack.dev/reference/events/message.im"""
    event: dict[str, Any] = {
        "type": "message",
        "channel": message.channel_id,
        "channel_type": "im",
        "user": message.user_id,
        "team": team.named(team.naming.person),
        **({"user_team": team.naming.user_team} if team.naming.user_team else {}),
        "text": message.text,
        "ts": message.ts,
        "event_ts": message.ts,
    }
    if message.thread_ts:
        event["thread_ts"] = message.thread_ts
    if message.subtype:
        event["subtype"] = message.subtype
    if message.subtype == "file_share":
        event["files"] = [{"id": "F0FILE", "name": "screenshot.png", "mimetype": "image/png"}]
    if message.user_id == APP_USER:
        event |= {"bot_id": BOT_ID, "app_id": APP_ID}
    return _to_installation(team, event, at)


def home_opened(
    team: Team,
    person: Person,
    channel_id: str,
    view: View | None,
    at: float,
    *,
    tab: str = "home",
    has_state: bool = False,
) -> Envelope:
    """Return the event of an opened App Home, or of its tab "messages", which has no view.

    Whether its view says what stands in the fields (`has_state`) Slack does not document.
    https://docs.slack.dev/reference/events/app_home_opened
    """
    event: dict[str, Any] = {"type": "app_home_opened", "user": person.id, "channel": channel_id, "tab": tab}
    event["event_ts"] = f"{at:.6f}"
    if view and tab == "home":
        event["view"] = {**view_object(view, team.team_id), **team.view_ids}
        if not has_state:
            del event["view"]["state"]
    return _to_installation(team, event, at)


def uninstalled_event(*, team_id: str | None, at: float, enterprise_id: str | None = None) -> Envelope:
    """Return the event of the app being uninstalled; of an organization's installation there is no `team_id`.

    https://docs.slack.dev/reference/events/app_uninstalled
    """
    return _envelope({"type": "app_uninstalled"}, team_id, enterprise_id, at)


def revoked_event(
    *, team_id: str | None, at: float, enterprise_id: str | None = None, bot_user_id: str = APP_USER
) -> Envelope:
    """Return the event of the bot's token being revoked; Slack promises no order between this and `app_uninstalled`.

    https://docs.slack.dev/reference/events/tokens_revoked
    """
    event = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot_user_id]}}
    return _envelope(event, team_id, enterprise_id, at)


def access_event(*, team_id: str, enterprise_id: str, at: float, is_granted: bool) -> Envelope:
    """Return the event of a workspace that joins or leaves its organization's installation.

    https://docs.slack.dev/reference/events/team_access_revoked (the outer `team_id` is null there)
    """
    event = {"type": f"team_access_{'granted' if is_granted else 'revoked'}", "team_ids": [team_id]}
    granted = {"enterprise_id": enterprise_id, "team_id": None, "is_bot": False, "is_enterprise_install": True}
    return {**_envelope(event, None, enterprise_id, at), "team_id": None, "authorizations": [granted]}


def _to_installation(team: Team, event: dict[str, Any], at: float) -> Envelope:
    """Return the envelope with the installation it is for; an uninstalled app has none."""
    granted = {
        "enterprise_id": team.enterprise_id,
        "team_id": None if team.is_org_wide else team.named(team.naming.granted),
        "user_id": APP_USER,
        "is_bot": True,
        "is_enterprise_install": team.is_org_wide,
    }
    context = {"context_team_id": team.named(team.naming.context), "context_enterprise_id": team.enterprise_id}
    more = {"authorizations": [granted], "is_ext_shared_channel": team.naming.is_shared, **context}
    return {**_envelope(event, team.named(team.naming.envelope), None, at), **more}


def _envelope(event: dict[str, Any], team_id: str | None, enterprise_id: str | None, at: float) -> Envelope:
    """Return the envelope of an event."""
    return {
        "token": "deprecated-verification-token",
        "type": "event_callback",
        **({"team_id": team_id} if team_id else {}),
        **({"enterprise_id": enterprise_id} if enterprise_id else {}),
        "api_app_id": APP_ID,
        "event": event,
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(at),
    }
