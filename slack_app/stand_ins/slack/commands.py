"""Slash commands, as Slack sends them to the app."""

from __future__ import annotations

from slack_app.stand_ins.slack.model import Person
from slack_app.stand_ins.slack.team import APP_ID, ORGANIZATION, Team
from slack_app.stand_ins.slack.typed import escaped


def command_payload(
    team: Team, *, person: Person, channel_id: str, channel_name: str, command: str, text: str, response_url: str,
    trigger_id: str,
) -> dict[str, str]:  # fmt: skip
    """Return the fields of a slash command.

    https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
    """
    grid = {"enterprise_id": team.enterprise_id, "enterprise_name": ORGANIZATION} if team.enterprise_id else {}
    return {
        "token": "deprecated-verification-token",
        "team_id": team.team_id,
        "team_domain": team.domain,
        **grid,
        "channel_id": channel_id,
        "channel_name": channel_name,
        "user_id": person.id,
        "user_name": person.name.lower(),
        "command": command,
        "text": escaped(text),
        "api_app_id": APP_ID,
        "is_enterprise_install": "true" if team.is_org_wide else "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }
