"""What Slack gives when the app is installed."""

from __future__ import annotations

from typing import Any

from slack_sdk.oauth.installation_store import Installation


def installed(enterprise_id: str | None, team_id: str | None, token: str = "xoxb-1", **more: Any) -> Installation:
    """What Bolt makes of Slack's answer: https://docs.slack.dev/reference/methods/oauth.v2.access"""
    return Installation(
        app_id="A1",
        enterprise_id=enterprise_id,
        team_id=team_id,
        team_name="Acme",
        bot_token=token,
        bot_id="B1",
        bot_user_id="UBOT",
        bot_scopes="commands,chat:write",
        user_id="U1",
        is_enterprise_install=team_id is None,
        token_type="bot",
        **more,
    )
