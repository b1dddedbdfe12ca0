"""Polls the pending links, on threads of its own: a queue full of jobs holds up no good news.

Which link is next, and how often the platform may be asked, is decided in Redis for all workers together
(adapters/links/schedule.py); a link whose worker died is polled by another after half a minute.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import structlog

from slack_app.errors import UpstreamError

IDLE_SECONDS = 0.25

log = structlog.get_logger("slack_app.poller")


class PollLoop:
    """`threads` threads that take one due link at a time (`take_due`) and poll it (`poll`)."""

    def __init__(
        self, *, take_due: Callable[[int], Sequence[str]], poll: Callable[[str], None], threads: int = 4
    ) -> None:
        self._take_due = take_due
        self._poll = poll
        self._threads = [threading.Thread(target=self._run, name=f"poller-{n}", daemon=True) for n in range(threads)]
        self._stopping = threading.Event()

    def start(self) -> None:
        """Start polling."""
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float) -> None:
        """Poll no more links; what is being polled is finished, or polled again by another worker."""
        ends_at = time.monotonic() + seconds
        self._stopping.set()
        for thread in self._threads:
            thread.join(max(0.0, ends_at - time.monotonic()))

    def _run(self) -> None:
        while not self._stopping.is_set():
            pause = 0.0
            try:
                pause = self._round()
            except UpstreamError as exc:
                log.warning("poller.outage", service=exc.service, code=exc.code)
                pause = 1.0
            except Exception:
                log.exception("poller.defect")
                pause = 1.0
            self._stopping.wait(pause)

    def _round(self) -> float:
        """Poll one link if one is due; return how many seconds to pause."""
        due = self._take_due(1)
        for link_id in due:
            self._poll(link_id)
        return 0.0 if due else IDLE_SECONDS
