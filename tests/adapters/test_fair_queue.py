"""Connections: at once to whoever asks, and for sure to whoever has waited."""

from __future__ import annotations

import threading
import time
from queue import Empty

import pytest

from slack_app.adapters import fair_queue
from slack_app.adapters.fair_queue import FairLifoQueue

ROUNDS = 50


def passes_somebody_who_waits(queue: FairLifoQueue) -> bool:
    """Return whether who gives a connection back, while somebody waits for one, has it again at once."""
    got: list[str] = []
    thread = threading.Thread(target=lambda: got.append(queue.get(timeout=10)))
    thread.start()
    while not queue._waiting:
        time.sleep(0.001)
    queue.put("connection")
    try:
        passed = bool(queue.get(block=False))
        queue.put("connection")
    except Empty:
        passed = False
    thread.join()
    assert got == ["connection"], "and who waits has it in the end"
    return passed


def test_a_connection_does_not_lie_unused_while_who_waits_for_it_wakes_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fair_queue, "PATIENT_SECONDS", 60.0)

    assert any(passes_somebody_who_waits(FairLifoQueue()) for _ in range(ROUNDS))


def test_nobody_passes_who_has_waited_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fair_queue, "PATIENT_SECONDS", 0.0)

    assert not any(passes_somebody_who_waits(FairLifoQueue()) for _ in range(ROUNDS))
