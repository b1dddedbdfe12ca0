"""HTTP/1.1 as the bench's own processes need it: small requests and answers, both with a length, over kept connections.

A few string searches a request; a whole server would measure itself.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import cast

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `head` ends before the empty line."""

    method: bytes
    path: str
    head: bytes
    body: bytes

    def header(self, name: bytes) -> str:
        """Return a header's value, empty where it is missing; `name` in any case."""
        found = re.search(rb"\r\n" + name + rb": *([^\r]*)", self.head, re.IGNORECASE)
        return found[1].decode() if found else ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, to be sent after `delay` seconds."""

    body: bytes
    status: int = 200
    delay: float = 0.0
    kind: bytes = b"application/json"

    def encoded(self) -> bytes:
        """Return it as it goes over the wire."""
        return b"HTTP/1.1 %d OK\r\ncontent-type: %b\r\nx-request-id: req_bench\r\ncontent-length: %d\r\n\r\n%b" % (
            self.status, self.kind, len(self.body), self.body,
        )  # fmt: skip


def message_in(buffer: bytearray) -> tuple[bytes, bytes] | None:
    """Take the first whole message out of the buffer; None while it is not there yet."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = bytes(buffer[:end])
    length = _LENGTH.search(head)
    size = end + 4 + (int(length[1]) if length else 0)
    if _CHUNKED.search(head):  # Node's answers; what the chunks hold interests nobody here
        last = buffer.find(b"0\r\n\r\n", end + 4)
        size = last + 5 if last >= 0 else len(buffer) + 1
    if len(buffer) < size:
        return None
    body = bytes(buffer[end + 4 : size])
    del buffer[:size]
    return head, body


class Serving(asyncio.Protocol):
    """The server's side of one connection: `answer` is asked for each request, `count` told of the connection."""

    def __init__(self, answer: Callable[[Request], Reply], count: Callable[[], None] = lambda: None) -> None:
        self._answer = answer
        self._count = count
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are not of its class
        self._count()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while message := message_in(self._buffer):
            head, body = message
            method, path, _ = head.split(b"\r\n", 1)[0].split(b" ", 2)
            reply = self._answer(Request(method, path.decode(), head, body))
            closes = _CLOSES.search(head) is not None
            if reply.delay:
                asyncio.get_running_loop().call_later(reply.delay, self._send, reply, closes)
            else:
                self._send(reply, closes)

    def _send(self, reply: Reply, closes: bool) -> None:
        if self._transport.is_closing():
            return
        self._transport.write(reply.encoded())
        if closes:
            self._transport.close()


def new_loop() -> asyncio.AbstractEventLoop:
    """Return uvloop's event loop where it is installed, else asyncio's."""
    if find_spec("uvloop") is None:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = import_module("uvloop").new_event_loop()
    return loop
