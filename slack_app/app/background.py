"""Asks several at once, for so long and no longer: whoever hangs ends with the process."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")


class Background:
    """Questions that are under way; all of them end after so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds

    def start(self, ask: Callable[[], Result]) -> Callable[[], Result]:
        """Begin to ask; return what waits for the answer, and raises what `ask` raised, or TimeoutError."""
        future: Future[Result] = Future()

        def run() -> None:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})  # the main thread takes them
            try:
                future.set_result(ask())
            except Exception as exc:  # noqa: BLE001 - it is raised where somebody waits for it
                future.set_exception(exc)

        threading.Thread(target=run, daemon=True).start()
        return lambda: future.result(max(0.0, self._ends_at - time.monotonic()))
