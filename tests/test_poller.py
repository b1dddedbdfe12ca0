"""The threads that poll: one takes what is due, the others poll, and each link is counted for its organization."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from slack_app.errors import UpstreamError
from slack_app.model.links import DueLink
from slack_app.poller import PollLoop

SECONDS = 10.0


class Loop:
    """A loop whose links the test hands out, and whose polls end when the test says so."""

    def __init__(self) -> None:
        self.due: queue.SimpleQueue[DueLink] = queue.SimpleQueue()
        self.asked: list[tuple[int, Mapping[str, int]]] = []
        self.polled: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.polling: Callable[[], object] = lambda: None
        self.loop = PollLoop(take_due=self._take, poll=self._poll, threads=3)

    def _take(self, free: int, in_hand: Mapping[str, int]) -> Sequence[DueLink]:
        self.asked.append((free, dict(in_hand)))
        try:
            return [self.due.get(timeout=0.01)]
        except queue.Empty:
            return []

    def _poll(self, link_id: str) -> None:
        self.polled.put(link_id)
        self.polling()


@pytest.fixture
def running() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.loop.stop(SECONDS)


def test_it_says_how_many_threads_are_free_and_whose_links_hold_the_others(running: Loop) -> None:
    may_end = threading.Event()
    running.polling = lambda: may_end.wait(SECONDS)
    for link_id, whose in (("a1", "org_a"), ("a2", "org_a"), ("b1", "org_b")):
        running.due.put(DueLink(link_id, whose, 0.0))

    running.loop.start()
    polled = {running.polled.get(timeout=SECONDS) for _ in range(3)}
    may_end.set()
    running.due.put(DueLink("b2", "org_b", 0.0))

    assert polled == {"a1", "a2", "b1"}
    assert running.polled.get(timeout=SECONDS) == "b2"
    assert (3, {}) in running.asked
    assert (1, {"org_a": 2}) in running.asked
    assert all(free > 0 for free, _ in running.asked)


@pytest.mark.parametrize("error", [UpstreamError("redis", retryable=True), KeyError("x")])
def test_a_poll_that_fails_ends_no_thread(running: Loop, error: Exception) -> None:
    def fail() -> None:
        raise error

    running.polling = fail
    for number in range(9):
        running.due.put(DueLink(f"a{number}", "org_a", 0.0))

    running.loop.start()

    assert {running.polled.get(timeout=SECONDS) for _ in range(9)} == {f"a{number}" for number in range(9)}


def test_a_stop_finishes_what_is_in_hand(running: Loop) -> None:
    ended: list[str] = []
    may_end = threading.Event()

    def poll() -> None:
        may_end.wait(SECONDS)
        ended.append("a1")

    running.polling = poll
    running.due.put(DueLink("a1", "org_a", 0.0))
    running.loop.start()
    running.polled.get(timeout=SECONDS)

    threading.Timer(0.05, may_end.set).start()
    running.loop.stop(SECONDS)

    assert ended == ["a1"]
