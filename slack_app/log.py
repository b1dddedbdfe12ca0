"""Sets up logging: one line an event, only allowed fields, and a last filter for everything shaped like a secret.

Other libraries' lines are kept from WARNING on, cut short, whatever LOG_LEVEL says: below that they hold
request bodies, and those hold links and response URLs.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO

import structlog

from slack_app import __version__
from slack_app.secret_shapes import LOGGED

ALLOWED = frozenset(
    """
    event level timestamp reference exception logger
    enterprise_id team_id user_id organization_id connector_type job kind outcome reason service status code trace_id
    seconds ms pause retries attempts port threads consumer waiting stuck way meaning codes request_id check setting
    error host version
    """.split()
)
LINE_LIMIT = 4000
SEARCH_LIMIT = 16 * LINE_LIMIT
"""Far more than is shown, so that what is cut in the middle of a secret is not."""

Event = MutableMapping[str, Any]


def configure(level: str, form: Literal["json", "text"], stream: TextIO | None = None) -> None:
    """Send every log line of the process to standard error, in one form."""
    renderer: Any = structlog.processors.JSONRenderer()
    if form == "text":
        renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                keep_allowed,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("slack_app").setLevel(level)


class Sentry(logging.Handler):
    """Sends what is logged as an error, as the line stands in the log: cleaned, without variables and requests."""

    def emit(self, record: logging.LogRecord) -> None:
        """Send one line."""
        import sentry_sdk

        event = record.msg.get("event") if isinstance(record.msg, dict) else record.name
        with sentry_sdk.new_scope() as scope:
            scope.fingerprint = [str(event)]
            scope.capture_message(self.format(record), "error")


def send_errors_to(dsn: str, process: str) -> None:
    """Send errors to Sentry as well. Raises ImportError without the extra `sentry`."""
    import sentry_sdk

    sentry_sdk.init(
        dsn,
        release=__version__,
        server_name=process,
        default_integrations=False,
        send_default_pii=False,
        max_breadcrumbs=0,
    )
    handler = Sentry(logging.ERROR)
    handler.setFormatter(logging.getLogger().handlers[0].formatter)
    logging.getLogger().addHandler(handler)


def keep_allowed(_logger: Any, _method: str, event: Event) -> Event:
    """Drop every field that is not on the list, and clean what is left."""
    return {name: scrub(value) for name, value in event.items() if name in ALLOWED}


def scrub(value: Any) -> Any:
    """Black out what looks like a token, a state or an address; numbers stay as they are."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    whole = str(value)
    text = whole[:SEARCH_LIMIT]
    if not text.replace(".", "").isalnum():  # else it is none, and most fields are ids and words: each search costs
        for secret in LOGGED:
            text = secret.sub("[hidden]", text)
    if len(text) <= LINE_LIMIT and len(whole) <= SEARCH_LIMIT:
        return text
    return f"{text[:LINE_LIMIT]}… ({len(whole)} characters)"
