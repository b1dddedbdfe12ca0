"""Servers that answer as no honest one does, on raw sockets."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket], None]

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
EMPTY_GZIP = gzip.compress(b"")


def drip(before: bytes, again: bytes, pause: float = 0.02) -> Behaviour:
    """Send what comes before at once, and then one byte of what is repeated at a time, without end."""

    def behave(client: socket.socket) -> None:
        client.sendall(before)
        while True:
            for byte in again:
                client.sendall(bytes([byte]))
                time.sleep(pause)

    return behave


def flood(before: bytes, again: bytes) -> Behaviour:
    """Send what comes before, and then what is repeated as fast as it is taken, without end."""

    def behave(client: socket.socket) -> None:
        client.sendall(before)
        while True:
            client.sendall(again)

    return behave


def once(answer: bytes, *, stays_open: bool = True) -> Behaviour:
    """Send this, and then nothing."""

    def behave(client: socket.socket) -> None:
        client.sendall(answer)
        if stays_open:
            time.sleep(30)

    return behave


def reset(client: socket.socket) -> None:
    """Break the connection off."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


ANSWERS: dict[str, Behaviour] = {
    "a status line that drips": drip(b"", b"HTTP/1.1 200 OK"),
    "a reason that never ends": drip(b"HTTP/1.1 200 ", b"O"),
    "a header's name that drips": drip(OK, b"X"),
    "a header's value that drips": drip(OK + b"X-A: ", b"a"),
    "headers without end": drip(OK, b"A: b\r\n", 0.002),
    "headers as fast as they are taken": flood(OK, b"A: b\r\n"),
    "a folded header without end": drip(OK + b"X-A: a\r\n", b" b\r\n"),
    "100 Continue without end": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.001),
    "100 Continue as fast as it is taken": flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "100 Continue with headers without end": drip(b"HTTP/1.1 100 Continue\r\n", b"A: b\r\n"),
    "103 Early Hints without end": drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.001),
    "a chunk's size that drips": drip(CHUNKED, b"0"),
    "a chunk's extension that drips": drip(CHUNKED + b"1;", b"a"),
    "a chunk that drips": drip(CHUNKED + b"ffff\r\n", b"{"),
    "chunks of one byte without end": drip(CHUNKED, b"1\r\n{\r\n", 0.005),
    "chunks without end": flood(CHUNKED, b"1\r\n{\r\n"),
    "a trailer that drips": drip(CHUNKED + b"0\r\n", b"A"),
    "trailers without end": drip(CHUNKED + b"0\r\n", b"A: b\r\n", 0.002),
    "a chunk's size that is none": once(CHUNKED + b"zz\r\n{}\r\n"),
    "a chunk's size below zero": once(CHUNKED + b"-1\r\n{}\r\n"),
    "a body that drips": drip(OK + b"Content-Length: 9999\r\n\r\n", b"{"),
    "a body without a length that drips": drip(OK + b"\r\n", b"{"),
    "a body without an end": flood(OK + b"\r\n", b"{" * 4096),
    "a body that is shorter than it says": once(OK + b"Content-Length: 99\r\n\r\n{}", stays_open=False),
    "a body that stops in the middle": once(OK + b"Content-Length: 99\r\n\r\n{}"),
    "a length below zero": once(OK + b"Content-Length: -1\r\n\r\n{}"),
    "a length that is no number": once(OK + b"Content-Length: many\r\n\r\n{}"),
    "two lengths": once(OK + b"Content-Length: 2\r\nContent-Length: 99\r\n\r\n{}"),
    "gzip that decodes to nothing": drip(OK + b"Content-Encoding: gzip\r\n\r\n", EMPTY_GZIP, 0.002),
    "gzip that decodes to nothing, fast": flood(OK + b"Content-Encoding: gzip\r\n\r\n", EMPTY_GZIP),
    "a small gzip of a large body": once(
        OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"{" * 50_000_000), stays_open=False
    ),
    "gzip that is none": once(OK + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"),
    "nothing": once(b""),
    "an end at once": once(b"", stays_open=False),
    "a reset": reset,
    "words that are not HTTP": once(b"220 smtp.example ESMTP\r\n"),
    "words that are not HTTP, without end": flood(b"", b"\x16\x03\x01\x00"),
    "a status that is none": once(b"HTTP/1.1 abc OK\r\n\r\n"),
    "a status of five digits": once(b"HTTP/1.1 20000 OK\r\n\r\n"),
    "a switch of protocols": once(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
    "a NUL in a header": once(OK + b"X-A: \x00\r\nContent-Length: 2\r\n\r\n{}"),
}


@contextmanager
def answering(behaviour: Behaviour) -> Iterator[str]:
    """Answer every connection so; yields the address."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve(client: socket.socket) -> None:
        with suppress(OSError), client:
            client.recv(65536)
            behaviour(client)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = server.accept()
                threading.Thread(target=serve, args=[client], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    with suppress(OSError):
        server.shutdown(socket.SHUT_RDWR)
    server.close()
