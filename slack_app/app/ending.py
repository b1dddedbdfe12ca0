"""Ends the process in time, whatever its threads do.

Python joins the threads of executors when it exits, and one of them may wait for a name server for minutes.
"""

from __future__ import annotations

import os
import threading

import structlog

END_SECONDS = 25.0
"""From SIGTERM on; container platforms kill after 30 s: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/"""

REQUESTS_SECONDS = 3
"""Of these, for the requests that a web process has in hand; its work ends after them."""

log = structlog.get_logger("slack_app.app")


def end_within(seconds: float = END_SECONDS) -> None:
    """Let the process end by itself for so long, and end it then; what it had in hand another worker takes over."""
    timer = threading.Timer(seconds, _end_now)
    timer.daemon = True
    timer.start()


def _end_now() -> None:
    log.warning("process.ended_late", seconds=END_SECONDS)
    os._exit(0)
