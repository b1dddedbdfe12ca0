"""Slack's side: a listener parses, enqueues one job and acknowledges; its only I/O is Redis.

That is the queue's round trip and, where an answer shows what is known (menu, suggestions), a read of that.
Each module registers its own listeners with `register(app, deps)`; errors.py says what becomes of what they raise.
"""

from __future__ import annotations

import re

from slack_bolt import App

from slack_app.listeners import (
    ask_admin,
    command,
    connect,
    details,
    home,
    key,
    link,
    menu,
    message,
    pending_requests,
    setup,
    status,
    understand,
    uninstall,
)
from slack_app.listeners.dependencies import Dependencies

MODULES = (
    command,
    message,
    menu,
    home,
    connect,
    link,
    details,
    status,
    key,
    setup,
    ask_admin,
    pending_requests,
    understand,
    uninstall,
)


def register(app: App, deps: Dependencies) -> None:
    """Tell Bolt what the app listens to; manifest.yml says the same to Slack."""
    for module in MODULES:
        module.register(app, deps)
    app.view_closed(re.compile(""))(lambda ack: ack())  # Slack tells it only where asked to; nothing is to be done
