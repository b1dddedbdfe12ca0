"""Every sentence that a person can read in Slack, one file a feature.

Short, to "you", with what to do next; nothing about how the app is built. Words from outside go through `text.plain`
before they stand in a sentence: https://docs.slack.dev/messaging/formatting-message-text#escaping
"""

from slack_app.wording import (
    ask_admin,
    buttons,
    change,
    connect,
    details,
    failure,
    greet,
    help,  # noqa: A004  (one feature is one word)
    home,
    key,
    link,
    menu,
    pending_requests,
    remove_setup,
    setup,
    status,
    text,
    understand,
)

__all__ = [
    "ask_admin",
    "buttons",
    "change",
    "connect",
    "details",
    "failure",
    "greet",
    "help",
    "home",
    "key",
    "link",
    "menu",
    "pending_requests",
    "remove_setup",
    "setup",
    "status",
    "text",
    "understand",
]
