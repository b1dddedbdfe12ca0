"""A Cluster that may be away when the process starts: redis-py's client looks for its nodes when it is built."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from redis import RedisCluster
from redis._parsers import Encoder
from redis.commands.core import Script


class LateCluster:
    """Builds the client when it is first used, and again until it finds a node; until then its errors are outages."""

    def __init__(self, build: Callable[[], RedisCluster]) -> None:
        self._build = build
        self._lock = threading.Lock()
        self._client: Any = None

    def register_script(self, script: str) -> Script:
        """Return the script, which nobody is asked for before it is called."""
        return Script(self, script)  # type: ignore[arg-type]

    def get_encoder(self) -> Encoder:
        """Return what a script is encoded with."""
        return Encoder("utf-8", "strict", decode_responses=True)

    def close(self) -> None:
        """Close the connections, if there are any."""
        if self._client is not None:
            self._client.close()

    def __getattr__(self, name: str) -> Any:
        with self._lock:
            if self._client is None:
                self._client = self._build()
        return getattr(self._client, name)
