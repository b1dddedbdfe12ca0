"""Ends an exchange over a socket at its deadline, whatever the other side does; skips its interim responses (1xx).

`requests` and urllib3 look at their time-outs between reads: a status line, a header, a chunk size or a trailer that
comes byte by byte, or `100 Continue` without end, never meets one
(https://requests.readthedocs.io/en/latest/user/advanced/#timeouts). Here one thread of the process shuts the socket
down when its time is over, and the read that waits on it fails.
"""

from __future__ import annotations

import heapq
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import CONTINUE, SWITCHING_PROTOCOLS, HTTPResponse
from itertools import count

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from slack_app.adapters.fair_queue import FairLifoQueue

_current = threading.local()


class Deadline:
    """The end of one exchange; `is_done` when that came first, `is_over` when its time did."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self.is_done = False
        self.is_over = False

    def hold(self, held: socket.socket | None) -> None:
        """Shut this socket down when the time is over; it is over at once where the time has come already."""
        with self._lock:
            self._socket = held
            if self.is_over:
                self._shut_down()

    def expire(self) -> None:
        """End the exchange, unless it is done: its connection may serve another by now."""
        with self._lock:
            if not self.is_done:
                self.is_over = True
                self._shut_down()

    def done(self) -> None:
        """Let go of the socket."""
        with self._lock:
            self.is_done, self._socket = True, None

    def _shut_down(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                # Of the class below: a TLS socket would forget its session under the thread that reads from it.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _Watchdog:
    """The thread that expires deadlines; it is started with the first and lives as long as the process."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Deadline]] = []
        self._number = count()
        self._thread: threading.Thread | None = None

    def watch(self, deadline: Deadline, ends_at: float) -> None:
        with self._changed:
            heapq.heappush(self._due, (ends_at, next(self._number), deadline))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            if self._due[0][2] is deadline:
                self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while self._due and self._due[0][2].is_done:  # nobody is woken for those: nearly all are
                    heapq.heappop(self._due)
                if not self._due:
                    self._changed.wait()
                    continue
                wait = self._due[0][0] - time.monotonic()
                if wait > 0:
                    self._changed.wait(wait)
                    continue
                _, _, deadline = heapq.heappop(self._due)
            deadline.expire()


_watchdog = _Watchdog()


@contextmanager
def deadline(seconds: float) -> Iterator[Deadline]:
    """Limit the exchange that this thread makes in the block, over the connections below."""
    limit = Deadline()
    _watchdog.watch(limit, time.monotonic() + seconds)
    _current.deadline = limit
    try:
        yield limit
    finally:
        limit.done()
        _current.deadline = None


def _hold(held: socket.socket | None) -> None:
    limit: Deadline | None = getattr(_current, "deadline", None)
    if limit is not None:
        limit.hold(held)


class _Final(HTTPResponse):
    """The answer behind all interim ones; http.client skips 100 alone, and would leave the answer to whoever asks next.

    https://www.rfc-editor.org/rfc/rfc9110#section-15.2
    """

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = super()._read_status()  # type: ignore[misc]
        return version, CONTINUE if SWITCHING_PROTOCOLS < status < 200 else status, reason


class _Held(HTTPConnection):
    """Is held from its first moment on: a proxy can drip its answer to CONNECT, and a handshake takes seconds, too."""

    response_class = _Final
    _copy: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        opened = super()._new_conn()
        self._copy = opened.dup()  # a handshake takes the connection out of `opened`, where nobody could end it
        _hold(self._copy)
        return opened

    def connect(self) -> None:
        try:
            super().connect()
        finally:
            _hold(self.sock)
            if self._copy is not None:
                self._copy.close()

    def putrequest(self, *args: object, **options: object) -> None:
        _hold(self.sock)  # a connection that was kept; a new one is not open yet
        super().putrequest(*args, **options)  # type: ignore[arg-type]


class _LimitedHTTPConnection(_Held):
    pass


class _LimitedHTTPSConnection(_Held, HTTPSConnection):
    pass


class LimitedHTTPConnectionPool(HTTPConnectionPool):
    """urllib3's pool, with connections that know the deadline of the thread that uses them; threads take turns."""

    ConnectionCls = _LimitedHTTPConnection
    QueueCls = FairLifoQueue


class LimitedHTTPSConnectionPool(HTTPSConnectionPool):
    """The same over TLS."""

    ConnectionCls = _LimitedHTTPSConnection
    QueueCls = FairLifoQueue
