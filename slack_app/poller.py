"""Polls the pending links, on threads of its own: a queue full of jobs holds up no good news.

Which link is next, and how often the platform may be asked, is decided in Redis for all workers together
(adapters/links/schedule.py); a link whose worker died is polled by another after half a minute. How many threads of
this process one organization may hold is decided with it: links of one whose platform stalls leave some for the others.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import structlog

from slack_app.errors import UpstreamError
from slack_app.model.links import DueLink
from slack_app.tracing import span
from slack_app.watchdog import WORK_SECONDS, Watchdog

THREADS = 24
"""40 organizations, asked 80 times a minute each, keep 11 of them busy at 0.2 s an answer."""
IDLE_SECONDS = 0.25
LATE_SECONDS = 5.0
LOG_EVERY_SECONDS = 60.0

log = structlog.get_logger("slack_app.poller")


class PollLoop:
    """One thread that takes the links that are due (`take_due`), and `threads` that poll them (`poll`).

    `take_due` is told how many threads are free, and how many links of which organization are in hand.
    """

    def __init__(
        self,
        *,
        take_due: Callable[[int, Mapping[str, int]], Sequence[DueLink]],
        poll: Callable[[str], None],
        threads: int = THREADS,
        watchdog: Watchdog | None = None,
    ) -> None:
        self._take_due = take_due
        self._poll = poll
        self._watchdog = watchdog or Watchdog()
        self._taker = threading.Thread(target=self._take, name="poll-taker", daemon=True)
        self._threads = [threading.Thread(target=self._run, name=f"poller-{n}", daemon=True) for n in range(threads)]
        self._taken: queue.SimpleQueue[DueLink | None] = queue.SimpleQueue()
        self._in_hand: Counter[str] = Counter()
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._log_late_from = 0.0

    def start(self) -> None:
        """Start polling."""
        for thread in [*self._threads, self._taker]:
            thread.start()

    def stop(self, seconds: float) -> None:
        """Poll no more links; what is being polled is finished, or polled again by another worker."""
        ends_at = time.monotonic() + seconds
        self._stopping.set()
        self._taker.join(seconds)
        for _ in self._threads:
            self._taken.put(None)
        for thread in self._threads:
            thread.join(max(0.0, ends_at - time.monotonic()))

    def _take(self) -> None:
        while not self._stopping.is_set():
            self._watchdog.moved("poll-taker")
            try:
                pause = self._hand_out()
            except UpstreamError as exc:
                log.warning("poller.outage", service=exc.service, code=exc.code)
                pause = 1.0
            except Exception:
                log.exception("poller.defect")
                pause = 1.0
            self._stopping.wait(pause)
        self._watchdog.rests("poll-taker")

    def _hand_out(self) -> float:
        """Hand what is due to the threads that are free; return how many seconds to pause."""
        with self._changed:
            free = len(self._threads) - self._in_hand.total()
            if not free:
                self._changed.wait(IDLE_SECONDS)
                return 0.0
            in_hand = dict(self._in_hand)
        due = self._take_due(free, in_hand)
        for link in due:
            with self._changed:
                self._in_hand[link.organization_id] += 1
            self._taken.put(link)
        self._log_late(max((link.late_seconds for link in due), default=0.0))
        return 0.0 if due else IDLE_SECONDS

    def _log_late(self, seconds: float) -> None:
        if seconds > LATE_SECONDS and time.monotonic() >= self._log_late_from:
            self._log_late_from = time.monotonic() + LOG_EVERY_SECONDS
            log.warning("poller.late", seconds=round(seconds, 1))

    def _run(self) -> None:
        name = threading.current_thread().name
        while (link := self._taken.get()) is not None:
            self._watchdog.moved(name, WORK_SECONDS)
            try:
                with span("poll", late_seconds=link.late_seconds):
                    self._poll(link.id)
            except UpstreamError as exc:
                log.warning("poller.outage", service=exc.service, code=exc.code)
            except Exception:
                log.exception("poller.defect")
            structlog.contextvars.clear_contextvars()  # what was bound for this link
            with self._changed:
                self._in_hand[link.organization_id] -= 1
                if not self._in_hand[link.organization_id]:
                    del self._in_hand[link.organization_id]
                self._changed.notify()
            self._watchdog.rests(name)
