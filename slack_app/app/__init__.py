"""The composition root: the only place that builds clients, stores and Bolt; the rest is handed what it needs."""

from __future__ import annotations

import os

import structlog

from slack_app import log, tracing
from slack_app.config import Settings


def set_up_reporting(settings: Settings, process: str) -> None:
    """Log as the settings say (text where a person reads along), and send traces and errors where they say.

    The extra that takes is missing? That is logged, and costs people nothing.
    """
    log.configure(settings.log_level, settings.log_format or ("text" if os.isatty(2) else "json"))
    try:
        if settings.otel_exporter_otlp_endpoint:
            tracing.export_to(settings.otel_exporter_otlp_endpoint, process)
        if settings.sentry_dsn:
            log.send_errors_to(settings.sentry_dsn.get_secret_value(), process)
    except ImportError as exc:
        reason = f"{exc.name} is missing: pip install 'freddy-connect[otel,sentry]'"
        structlog.get_logger("slack_app.app").error("reporting.missing", reason=reason)
