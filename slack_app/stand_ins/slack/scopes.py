"""What an app asks for, in words: https://docs.slack.dev/reference/scopes"""

from __future__ import annotations

DESCRIPTIONS = {
    "app_mentions:read": "Read messages that mention it",
    "channels:read": "See which public channels there are",
    "chat:write": "Send messages",
    "chat:write.public": "Send messages to channels it is not in",
    "commands": "Add a slash command and shortcuts",
    "groups:read": "See which private channels it is in",
    "im:history": "Read the direct messages that people send it",
    "im:read": "See who has direct messages with it",
    "im:write": "Start direct messages with people",
    "team:read": "See the name of the workspace",
    "usergroups:read": "See which user groups there are",
    "users:read": "See who is in the workspace",
    "users:read.email": "See people's email addresses",
}


def scopes_in(text: str) -> list[str]:
    """Return the scopes that are asked for, each once; Slack takes commas and spaces."""
    return list(dict.fromkeys(text.replace(",", " ").split()))
