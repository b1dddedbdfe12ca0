"""The composition root: the only place that builds clients, stores and Bolt; the rest is handed what it needs."""

from __future__ import annotations

import os

from slack_app import log
from slack_app.config import Settings


def set_up_logging(settings: Settings) -> None:
    """Log as the settings say; text where a person reads along."""
    log.configure(settings.log_level, settings.log_format or ("text" if os.isatty(2) else "json"))
