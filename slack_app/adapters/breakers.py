"""Stops asking a system under one key while it does not answer that key, so that not every job finds it out for itself.

After a few failures in a row the next callers are refused at once, with when to come again. One of them at a time tries
again when a short pause is over, and an answer ends the refusals; no lock is held during a call. What has not failed
itself (another tool) is tried at once, also one at a time: where one tool alone does not answer, the others are not
kept waiting for it. A system that says Retry-After is left alone under that key by all for as long.

Each process finds it out for itself. Calls with different patience do not count for each other: 5 s without an answer
say nothing to somebody who has 15. Other keys are never affected. The libraries do not fit: pybreaker holds its lock
during the call (https://github.com/danielfm/pybreaker/issues/3), circuitbreaker lets all through when half open,
and none knows Retry-After or forgets its keys.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from slack_app.errors import BUDGET_SPENT, UpstreamError
from slack_app.instruments import BREAKERS_OPEN

OPEN = "breaker_open"
LONGEST_PAUSE = 120.0
"""A system that wants to be left alone for longer is asked again all the same."""
RETURNS_A_SECOND = 10.0
"""So many of those who were refused under a key come again within a second."""
MOST_KEPT = 1000
_EVERYTHING = -1.0
"""Stands for calls of any patience: Retry-After is about all of them."""


@dataclass(slots=True)
class _Circuit:
    """What is known of failing calls, until one succeeds: what has `failed`, and what is `asked` in spite of it."""

    failures: int = 0
    failed: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    probe_at: float = 0.0
    wanted_at: float = 0.0
    status: int | None = None
    refused: int = 0

    def wait(self, what: str, now: float, pause: float) -> float:
        """Return in how many seconds this may be asked; 0 for now."""
        if what not in self.failed:
            return pause if what in self.asked else 0.0
        if self.asked & self.failed:
            return pause
        return max(self.wanted_at - now, 0.0) if now < self.probe_at else 0.0


class Breakers:
    """The breakers of one system, one for each key and patience that fails at the moment."""

    def __init__(
        self, service: str, *, failures: int = 3, pause: float = 3.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._service = service
        self._failures = failures
        self._pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._circuits: OrderedDict[tuple[str, float], _Circuit] = OrderedDict()

    @contextmanager
    def __call__(self, whose: str, what: str, patience: float) -> Iterator[None]:
        """Guard one call under a key; raises UpstreamError without calling while that is of no use."""
        places = [((whose, _EVERYTHING), ""), ((whose, patience), what)]
        with self._lock:
            probed = self._enter(places)
        outcome: UpstreamError | None = None
        has_answer = False
        try:
            yield
            has_answer = True
        except UpstreamError as exc:
            has_answer = not exc.retryable
            outcome = exc if exc.retryable and exc.code != BUDGET_SPENT else None  # we did not ask then
            raise
        finally:
            with self._lock:
                for key, asked in places:
                    if key in probed and key in self._circuits:
                        self._circuits[key].asked.discard(asked)
                if has_answer:
                    self._close(whose, patience, probed)
                elif outcome is not None:
                    self._count(whose, what, patience, outcome, probed)
                if probed or outcome is not None:
                    is_open = [one.failures >= self._failures for one in self._circuits.values()]
                    BREAKERS_OPEN.labels(self._service).set(sum(is_open))

    def _enter(self, places: list[tuple[tuple[str, float], str]]) -> list[tuple[str, float]]:
        """Return the open breakers that this caller probes. Raises UpstreamError."""
        now = self._clock()
        open_ = [(key, what, circuit) for key, what in places if (circuit := self._open(key))]
        for _, what, circuit in open_:
            if wait := circuit.wait(what, now, self._pause):
                raise UpstreamError(
                    self._service,
                    status=circuit.status,
                    retryable=True,
                    retry_after=wait + self._turn(circuit),
                    code=OPEN,
                )
        for _, what, circuit in open_:
            circuit.asked.add(what)
        return [key for key, _, _ in open_]

    def _open(self, key: tuple[str, float]) -> _Circuit | None:
        circuit = self._circuits.get(key)
        return circuit if circuit and circuit.failures >= self._failures else None

    def _turn(self, circuit: _Circuit) -> float:
        circuit.refused += 1
        return circuit.refused / RETURNS_A_SECOND

    def _close(self, whose: str, patience: float, probed: list[tuple[str, float]]) -> None:
        self._circuits.pop((whose, patience), None)
        if (whose, _EVERYTHING) in probed:  # what was asked before the pause began does not end it
            self._circuits.pop((whose, _EVERYTHING), None)

    def _count(
        self, whose: str, what: str, patience: float, error: UpstreamError, probed: list[tuple[str, float]]
    ) -> None:
        """Count a failure; where it keeps the breaker open, its job comes again when the others do."""
        now = self._clock()
        if error.retry_after is not None:
            pause = self._kept((whose, _EVERYTHING))
            pause.failures, pause.failed, pause.status, pause.refused = self._failures, {""}, error.status, 0
            pause.wanted_at = now + error.retry_after
            pause.probe_at = now + min(error.retry_after, LONGEST_PAUSE)
            return
        if (whose, _EVERYTHING) in probed:
            self._circuits.pop((whose, _EVERYTHING), None)
        circuit = self._kept((whose, patience))
        circuit.failures += 1
        if len(circuit.failed) >= MOST_KEPT:
            circuit.failed.pop()  # it is tried once more, which harms nobody
        circuit.failed.add(what)
        circuit.status = error.status
        circuit.probe_at = circuit.wanted_at = now + self._pause
        if circuit.failures >= self._failures:
            circuit.refused = 0
            error.retry_after = self._pause

    def _kept(self, key: tuple[str, float]) -> _Circuit:
        circuit = self._circuits.setdefault(key, _Circuit())
        self._circuits.move_to_end(key)
        if len(self._circuits) > MOST_KEPT:
            self._circuits.popitem(last=False)
        return circuit
