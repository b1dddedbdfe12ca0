"""The connections to Redis of one client: so many and no more, the open ones first, none kept that has failed.

After a burst those that nobody uses any more are closed: a server that takes so many clients has room for another
process then.

redis-py's own pool has no bound that waits, and puts a connection that could not be opened back on top, where it is
tried first while healthy ones lie below: https://github.com/redis/redis-py/blob/master/redis/connection.py
"""

from __future__ import annotations

import socket
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from redis import BlockingConnectionPool, RedisError
from redis.backoff import AbstractBackoff
from redis.exceptions import (
    ClusterDownError,
    CrossSlotTransactionError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry
from redis.sentinel import SentinelConnectionPool

from slack_app.adapters.fair_queue import FairLifoQueue

_OUTAGES = (
    RedisConnectionError,
    RedisTimeoutError,
    ReadOnlyError,
    NoPermissionError,
    OutOfMemoryError,
    ClusterDownError,  # MASTERDOWN, too
    TryAgainError,
    RedisClusterException,
)
KEPT_OPEN = 2
"""Connections of a client that stay open however long they are unused."""
UNUSED_SECONDS = 2.0
"""After which the others are closed."""
ASK_AGAIN_SECONDS = 0.25
"""After which a server that took no more clients is asked again: another process may have closed some."""
ASK_SENTINEL_SECONDS = 1.0

_FULL = "max number of clients"
_OUTAGE_WORDS = (_FULL, "READONLY", "UNBLOCKED", "MISCONF", "NOREPLICAS", "-OOM ", "ACL failure", "NOPERM")
"""Of answers for which redis-py has no class, or which Redis 6 wraps into the error of a script."""


def is_outage(exc: Exception) -> bool:
    """Return whether the connection or the server's state is to blame, and not the command."""
    if isinstance(exc, _OUTAGES):
        return not isinstance(exc, CrossSlotTransactionError)
    return isinstance(exc, RedisError) and any(word in str(exc) for word in _OUTAGE_WORDS)


class Repeating(Retry):
    """Does again, on a connection that is opened anew, what the former connection or its server is to blame for.

    A primary that became a replica answers READONLY for as long as the connection lives; who is there by its name now,
    or by Sentinel, only a new connection finds out. A server that takes no more clients is not asked again: the pool
    has other connections.
    """

    def __init__(self, backoff: AbstractBackoff, retries: int) -> None:
        super().__init__(backoff, retries, (RedisError, RedisClusterException, socket.timeout))

    def call_with_retry(
        self,
        do: Callable[[], Any],
        fail: Callable[..., Any],
        is_retryable: Callable[[Exception], bool] | None = None,
        with_failure_count: bool = False,
    ) -> Any:
        """Call `do` until it succeeds, as often as allowed; `fail` closes the connection."""
        return super().call_with_retry(do, fail, is_retryable or _may_pass, with_failure_count)


def _may_pass(exc: Exception) -> bool:
    return isinstance(exc, TimeoutError) or (is_outage(exc) and _FULL not in str(exc))


class OpenFirst(FairLifoQueue):
    """A pool's connections: an open one before one that is yet to be opened, the last used before the others."""

    def _put(self, item: Any) -> None:
        self.queue.insert(len(self.queue) if _is_open(item) else 0, item)
        self._call_next()
        self.not_empty.notify_all()  # who waits for an open one

    def wait_for_open(self, seconds: float) -> bool:
        """Wait until an open connection is there; False when none is in time."""
        with self.not_empty:
            return self.not_empty.wait_for(lambda: bool(self.queue) and _is_open(self.queue[-1]), seconds)

    def close_unused(self) -> bool:
        """Close what nobody has used for a while; True when some is open that may have to be closed later."""
        unused_since = time.monotonic() - UNUSED_SECONDS
        with self.mutex:
            spare = [connection for connection in self.queue if _is_open(connection)][:-KEPT_OPEN]
            unused = [connection for connection in spare if connection.released_at <= unused_since]
            for connection in unused:
                connection.disconnect()
        return len(spare) > len(unused)


def _is_open(connection: Any) -> bool:
    return connection is not None and connection._sock is not None


class Pool(BlockingConnectionPool):
    """At most `max_connections`; who finds all of them in use waits, `timeout` seconds at most."""

    _is_closing_unused = False

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "queue_class": OpenFirst})  # type: ignore[no-untyped-call]

    def get_connection(self, *_: Any, **__: Any) -> Any:
        """Return a connection that is open: of a server that takes no more, one that it took before."""
        ends_at = time.monotonic() + self.timeout
        while True:
            try:
                return super().get_connection()  # type: ignore[no-untyped-call]
            except RedisError as exc:
                left = ends_at - time.monotonic()
                if _FULL not in str(exc) or left <= 0:
                    raise
                self.pool.wait_for_open(min(left, ASK_AGAIN_SECONDS))

    def release(self, connection: Any) -> None:
        """Take a connection back; it may be closed when nobody wants it for a while."""
        connection.released_at = time.monotonic()
        super().release(connection)  # type: ignore[no-untyped-call]
        if not self._is_closing_unused and self.pool.close_unused():
            self._close_unused_later()

    def _close_unused_later(self) -> None:
        self._is_closing_unused = True
        timer = threading.Timer(UNUSED_SECONDS, self._close_unused)
        timer.daemon = True
        timer.start()

    def _close_unused(self) -> None:
        self._is_closing_unused = False
        if self.pool.close_unused():
            self._close_unused_later()


class SentinelPool(SentinelConnectionPool, Pool):
    """The same for the server that Sentinel calls the primary; Sentinel is asked every second once the pool is used.

    After a fail-over that an operator ordered, the former primary takes writes for 8 s more, and they are lost.
    """

    _watcher: threading.Thread | None = None

    def get_connection(self, *_: Any, **__: Any) -> Any:
        """Return a connection that is open, to the primary of a second ago."""
        if self._watcher is None or not self._watcher.is_alive():  # after a fork it is not; a second one does no harm
            self._watcher = threading.Thread(target=_keep_asking, args=(weakref.ref(self),), daemon=True)
            self._watcher.start()
        return super().get_connection()


def _keep_asking(reference: weakref.ref[SentinelPool]) -> None:
    while (pool := reference()) is not None:
        with suppress(RedisError, OSError):
            pool.get_master_address()  # type: ignore[no-untyped-call]  # closes what leads to another one
        del pool
        time.sleep(ASK_SENTINEL_SECONDS)
