"""Runs a module as `python -m` does, and notes each round trip to Redis and each HTTP call, with who asked for it.

    BENCH_TRACE=FILE python -m bench.traced MODULE ARGUMENTS…

One line of JSON each: when (monotonic clock), the thread, what was sent, and the app's functions that led to it,
innermost first.
"""

from __future__ import annotations

import json
import os
import re
import runpy
import sys
import threading
import time
from collections.abc import Iterator
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any

from redis.connection import AbstractConnection
from urllib3.connectionpool import HTTPConnectionPool

MOST_FRAMES = 4
_PACKAGE = f"{os.sep}slack_app{os.sep}"


def commands_in(packed: bytes) -> Iterator[tuple[str, str]]:
    """Yield name and first argument of each command: https://redis.io/docs/latest/develop/reference/protocol-spec/"""
    place = 0
    while packed[place : place + 1] == b"*":
        end = packed.index(b"\r\n", place)
        count, words, place = int(packed[place + 1 : end]), [], end + 2
        for _ in range(count):
            end = packed.index(b"\r\n", place)
            size = int(packed[place + 1 : end])
            words.append(packed[end + 2 : end + 2 + size])
            place = end + 4 + size
        key = words[3] if words[0].upper().startswith(b"EVAL") and len(words) > 3 else b"".join(words[1:2])
        yield words[0].decode().upper(), key.decode(errors="replace")


def callers() -> list[str]:
    """Return the app's functions on the stack, innermost first."""
    found: list[str] = []
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and len(found) < MOST_FRAMES:
        code = frame.f_code
        if _PACKAGE in code.co_filename and "redis_errors" not in code.co_name:
            where = code.co_filename.rpartition(_PACKAGE)[2]
            found.append(f"{where}:{frame.f_lineno} {code.co_qualname}")
        frame = frame.f_back
    return found


def trace(path: Path) -> None:
    """Note everything from now on."""
    out, lock = path.open("a", buffering=1), threading.Lock()

    def note(what: list[str], began: float) -> None:
        line = json.dumps([began, threading.current_thread().name, what, callers()])
        with lock:
            out.write(line + "\n")

    send: Any = AbstractConnection.send_packed_command
    ask: Any = HTTPConnectionPool.urlopen

    @wraps(send)
    def send_packed_command(self: Any, command: Any, *arguments: Any, **options: Any) -> Any:
        packed = command if isinstance(command, bytes) else b"".join(command)
        note([f"{name} {shortened(key)}" for name, key in commands_in(packed)], time.monotonic())
        return send(self, command, *arguments, **options)

    @wraps(ask)
    def urlopen(self: Any, method: str, url: str, *arguments: Any, **options: Any) -> Any:
        began = time.monotonic()
        try:
            return ask(self, method, url, *arguments, **options)
        finally:
            note([f"HTTP {method} {url.partition('?')[0]}"], began)

    AbstractConnection.send_packed_command = send_packed_command  # type: ignore[method-assign]
    HTTPConnectionPool.urlopen = urlopen  # type: ignore[method-assign]


def shortened(key: str) -> str:
    """Return a key without what differs from one link to the next."""
    return re.sub(r"[0-9a-f]{12,}|U?\d{6,}|ostate_\w+", "…", key)[:70]


if __name__ == "__main__":
    trace(Path(os.environ["BENCH_TRACE"]))
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
