"""What stands in a Redis, readable: a dump of Redis' own is compressed, and hides what it holds."""

from __future__ import annotations

from typing import Any


def contents(client: Any) -> str:
    """Return every key with everything under it, as text."""
    read = {
        "string": client.get,
        "hash": client.hgetall,
        "list": lambda key: client.lrange(key, 0, -1),
        "set": client.smembers,
        "zset": lambda key: client.zrange(key, 0, -1, withscores=True),
        "stream": client.xrange,
    }
    kinds = [(key, _text(client.type(key))) for key in client.scan_iter()]
    return "\n".join(repr((key, read[kind](key))) for key, kind in kinds if kind != "none")  # it has just gone


def _text(kind: str | bytes) -> str:
    return kind.decode() if isinstance(kind, bytes) else kind
