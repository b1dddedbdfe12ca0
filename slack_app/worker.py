"""Takes jobs off the queue and keeps them in hand while they run; job_runner.py says what becomes of each.

Threads: one reads the queue, `threads` run jobs, one keeps the leases and brings back what is due, one tells
people that it takes longer (on its own, so that a stalled platform cannot hold that word up too).
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import structlog

from slack_app.adapters.jobs.consumer import JobConsumer
from slack_app.errors import BROKEN_RECORD, UpstreamError
from slack_app.job_runner import JobRunner
from slack_app.poller import PollLoop
from slack_app.ports import Clock

log = structlog.get_logger("slack_app.worker")


class Worker:
    """The work of one process; `start` returns at once, `stop` finishes what is in hand."""

    def __init__(
        self,
        *,
        consumer: JobConsumer,
        job_runner: JobRunner,
        threads: int,
        poll_loop: PollLoop,
        check_redis: Callable[[], None] = lambda: None,
        clock: Clock = time.time,
    ) -> None:
        self._consumer = consumer
        self._job_runner = job_runner
        self._threads = threads
        self._poll_loop = poll_loop
        self._check_redis = check_redis
        self._clock = clock
        self._stopping = threading.Event()
        self._stopped = threading.Event()
        self._free = threading.Semaphore(threads)
        self._in_hand: dict[str, None] = {}
        self._handed: queue.SimpleQueue[tuple[str, str] | None] = queue.SimpleQueue()
        self._running: list[threading.Thread] = []

    def start(self) -> None:
        """Start taking jobs."""
        self._reader = self._thread("reader", self._read)
        self._running = [self._thread(f"job-{n}", self._run_jobs) for n in range(self._threads)]
        self._thread("keeper", lambda: self._every(0.5, self._stopped, self._keep))
        self._thread("teller", lambda: self._every(0.5, self._stopping, self._job_runner.notify_overdue))
        self._poll_loop.start()
        log.info("worker.started", threads=self._threads)

    def stop(self, seconds: float = 22.0) -> None:
        """Take no more jobs and finish those in hand; what is not finished in time another worker takes over."""
        ends_at = time.monotonic() + seconds
        self._stopping.set()
        self._reader.join(seconds)
        for _ in self._running:
            self._handed.put(None)
        for thread in self._running:
            thread.join(max(0.0, ends_at - time.monotonic()))
        self._poll_loop.stop(max(0.0, ends_at - time.monotonic()))
        self._stopped.set()
        log.info("worker.stopped", waiting=len(self._in_hand))

    def _thread(self, name: str, target: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=target, name=name, daemon=True)
        thread.start()
        return thread

    def _every(self, seconds: float, until: threading.Event, step: Callable[[], None]) -> None:
        while not until.wait(seconds):
            self._supervised(step)

    def _supervised(self, step: Callable[[], None]) -> bool:
        """Run one round of a loop that must never end; False when it failed."""
        try:
            step()
        except UpstreamError as exc:
            log.warning("worker.outage", service=exc.service, code=exc.code)
            if exc.code == BROKEN_RECORD:
                with suppress(UpstreamError):
                    self._consumer.set_aside_broken_keys()
            return False
        except Exception:
            log.exception("worker.defect")
            return False
        return True

    # Reading

    def _read(self) -> None:
        self._supervised(self._check_redis)
        is_open = False
        while not self._stopping.is_set():
            is_open = self._supervised(self._take if is_open else self._consumer.open)
            if not is_open:
                self._stopping.wait(1.0)

    def _take(self) -> None:
        if not self._free.acquire(timeout=1.0):
            return
        slots = 1
        while slots < self._threads and self._free.acquire(blocking=False):
            slots += 1
        try:
            for entry_id, job_id in self._consumer.claim_stale(slots) or self._consumer.take(slots):
                if entry_id in self._in_hand:
                    continue  # Redis was away for longer than a lease, and gave us our own job again
                slots -= 1
                self._in_hand[entry_id] = None
                self._handed.put((entry_id, job_id))
        finally:
            if slots:
                self._free.release(slots)

    # Keeping

    def _keep(self) -> None:
        self._consumer.renew(list(self._in_hand))
        self._consumer.requeue_due(self._clock())

    # Running

    def _run_jobs(self) -> None:
        while (entry := self._handed.get()) is not None:
            entry_id, job_id = entry
            # A job that raises stays on the queue and comes again when its lease has run out.
            self._supervised(partial(self._job_runner.run, entry_id, job_id))
            del self._in_hand[entry_id]
            self._free.release()
