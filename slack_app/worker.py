"""Takes jobs off the queue and keeps them in hand while they run; job_runner.py says what becomes of each.

Threads: one waits for jobs, `threads` run them, one keeps the leases and brings back what is due or was left by a dead
worker, one tells people that it takes longer (on its own, so that a stalled platform cannot hold that word up too), one
beats, so that others know that this worker lives.
Which job is next is decided in Redis (each tenant in turn); how many threads one organization may have, by shares.py.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import structlog

from slack_app import __version__
from slack_app.adapters.heartbeat import BEAT_SECONDS
from slack_app.adapters.jobs.consumer import JobConsumer
from slack_app.adapters.jobs.delivery import Delivery
from slack_app.errors import BROKEN_RECORD, UpstreamError
from slack_app.job_runner import JobRunner
from slack_app.poller import PollLoop
from slack_app.ports import Clock
from slack_app.ports.workers import Heartbeat
from slack_app.shares import Shares
from slack_app.watchdog import WORK_SECONDS, Watchdog

STALE_EVERY = 4
"""Rounds of the keeper, of half a second: a lease is ten seconds, and what ran out is seen soon enough."""

MOST_PUT_BACK = 50
"""So many jobs in a row whose organization turns out to have its share; then whoever ends a job looks again."""

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
        heartbeat: Heartbeat,
        check_redis: Callable[[], None] = lambda: None,
        clock: Clock = time.time,
        organization_of: Callable[[str], str | None] = lambda _tenant: None,
        watchdog: Watchdog | None = None,
    ) -> None:
        self._consumer = consumer
        self._job_runner = job_runner
        self._threads = threads
        self._poll_loop = poll_loop
        self._heartbeat = heartbeat
        self._check_redis = check_redis
        self._clock = clock
        self._watchdog = watchdog or Watchdog()
        self._stopping = threading.Event()
        self._stopped = threading.Event()
        self._shares = Shares(threads, organization_of)
        self._taking = threading.Lock()
        self._free = threading.Semaphore(threads)
        self._is_idle, self._are_waiting = False, True
        self._in_hand: dict[str, None] = {}
        self._rounds = 0
        self._handed: queue.SimpleQueue[Delivery | None] = queue.SimpleQueue()
        self._running: list[threading.Thread] = []

    def start(self) -> None:
        """Start taking jobs."""
        self._reader = self._thread("reader", self._read)
        self._running = [self._thread(f"job-{n}", self._run_jobs) for n in range(self._threads)]
        self._thread("keeper", lambda: self._every(0.5, self._stopped, self._keep))
        self._thread("teller", lambda: self._every(0.5, self._stopping, self._tell))
        self._heart = self._thread("heart", self._beat_on)
        self._poll_loop.start()
        log.info("worker.started", version=__version__, threads=self._threads)

    def stop(self, seconds: float = 22.0) -> None:
        """Take no more jobs and finish those in hand; what is not finished in time another worker takes over."""
        ends_at = time.monotonic() + seconds
        self._stopping.set()
        self._heart.join(seconds / 4)
        with suppress(UpstreamError):
            self._heartbeat.end()
        if self._taking.acquire(timeout=seconds / 4):  # what is being taken is handed to the threads before their end
            self._taking.release()
        self._reader.join(seconds)
        for _ in self._running:
            self._handed.put(None)
        for thread in self._running:
            thread.join(max(0.0, ends_at - time.monotonic()))
        self._poll_loop.stop(max(0.0, ends_at - time.monotonic()))
        self._stopped.set()
        log.info("worker.stopped", version=__version__, waiting=len(self._in_hand))

    def _thread(self, name: str, target: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=target, name=name, daemon=True)
        thread.start()
        return thread

    def _every(self, seconds: float, until: threading.Event, step: Callable[[], None]) -> None:
        while not until.wait(seconds):
            self._moved()
            self._supervised(step)
        self._watchdog.rests(threading.current_thread().name)

    def _moved(self) -> None:
        self._watchdog.moved(threading.current_thread().name)

    def _supervised(self, step: Callable[[], object]) -> bool:
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

    def _beat_on(self) -> None:
        self._beat()
        self._every(BEAT_SECONDS, self._stopping, self._beat)

    def _beat(self) -> None:
        if not self._watchdog.stuck():
            self._supervised(self._heartbeat.beat)

    def _tell(self) -> None:
        self._job_runner.notify_overdue(self._moved)

    # Reading

    def _read(self) -> None:
        self._supervised(self._check_redis)
        is_open = False
        while not self._stopping.is_set():
            self._moved()
            is_open = self._supervised(self._await_job if is_open else self._consumer.open)
            if not is_open:
                self._stopping.wait(1.0)
        self._watchdog.rests("reader")

    def _await_job(self) -> None:
        """Hand out one job as soon as there is one and a thread is free; neither is waited for longer than a second."""
        if not self._free.acquire(blocking=False):
            if not self._free.acquire(timeout=1.0):
                return
            self._is_idle = False  # what came while all were busy, nobody has looked for
        if self._is_idle:
            try:
                self._consumer.wait()
            except BaseException:
                self._free.release()
                raise
        self._is_idle = not (self._take() and self._are_waiting)

    def _take(self) -> bool:
        """Hand out the next job in place of the one that the caller had; False, and a thread is free, if there is none.

        What waits may be of those alone who have their share of the threads: whichever job ends next looks again.
        """
        delivery = None
        try:
            with self._taking:
                if self._stopping.is_set():
                    return False
                self._are_waiting = False  # also where Redis fails now: the threads do not try it one after the other
                delivery = self._take_next()
                self._are_waiting = delivery.are_more_waiting if delivery else bool(self._shares.held())
                if delivery is None:
                    return False
                self._shares.add(delivery.tenant)
                self._in_hand[delivery.entry_id] = None
                self._handed.put(delivery)
                return True
        finally:
            if delivery is None:
                self._free.release()

    def _take_next(self) -> Delivery | None:
        """Take the next job whose organization may have one more thread.

        Whose a tenant is may be known only when it has been taken: an organization of many workspaces, none of them
        known yet, would have all threads.
        """
        for _ in range(MOST_PUT_BACK):
            delivery = self._consumer.take(self._shares.held())
            if delivery is None:
                return None
            with suppress(UpstreamError):  # it counts for itself then, as before
                self._shares.learn(delivery.tenant)
            if delivery.tenant not in self._shares.held():
                return delivery
            self._consumer.put_back(delivery)
        return None

    # Keeping

    def _keep(self) -> None:
        self._consumer.renew(list(self._in_hand))
        self._consumer.requeue_due(self._clock())
        self._rounds += 1
        if self._rounds % STALE_EVERY == 0:
            self._consumer.requeue_stale()

    # Running

    def _run_jobs(self) -> None:
        name = threading.current_thread().name
        while (delivery := self._handed.get()) is not None:
            self._watchdog.moved(name, WORK_SECONDS)
            # A job that raises stays in hand and comes again when its lease has run out.
            self._supervised(partial(self._job_runner.run, delivery))
            del self._in_hand[delivery.entry_id]
            self._shares.remove(delivery.tenant)
            if self._are_waiting:
                self._supervised(self._take)
            else:
                self._free.release()
            self._watchdog.rests(name)
