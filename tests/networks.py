"""A company's network: servers that speak TLS under names that only its proxy knows, and that proxy."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Serve = Callable[[socket.socket], None]


@contextmanager
def listening(serve: Serve, port: int = 0) -> Iterator[int]:
    """Serve every connection so, each in a thread of its own; yields the port."""
    listener = socket.create_server(("127.0.0.1", port), backlog=256)

    def serve_one(client: socket.socket) -> None:
        with suppress(OSError, ValueError), client:
            serve(client)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=serve_one, args=[client], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    with suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def carry(near: socket.socket, port: int, changed: Callable[[bytes], bytes] = bytes) -> None:
    """Carry what is said between the connection and whoever listens on the port, whose answers may be changed."""
    with socket.create_connection(("127.0.0.1", port)) as far:
        back = threading.Thread(target=_pour, args=(far, near, changed), daemon=True)
        back.start()
        _pour(near, far)
        back.join()


def _pour(one: socket.socket, other: socket.socket, changed: Callable[[bytes], bytes] = bytes) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(changed(data))
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def speaking_tls(port: int, context: ssl.SSLContext) -> Iterator[int]:
    """Speak TLS in front of whoever listens on the port; yields the port for that."""

    def serve(client: socket.socket) -> None:
        with context.wrap_socket(client, server_side=True) as tls:
            carry(tls, port)

    with listening(serve) as front:
        yield front


@dataclass
class Proxy:
    """A proxy that knows CONNECT alone, and the `hosts` by port; it remembers whom it was asked for.

    `then` takes the place of what it does after its answer, `needs` is the user and password that it asks for.
    """

    hosts: Mapping[str, int] = field(default_factory=dict)
    needs: str = ""
    then: Serve | None = None
    answer: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n"
    port: int = 0
    asked_for: list[str] = field(default_factory=list)

    def serve(self, client: socket.socket) -> None:
        """Answer one connection."""
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(1)
        method, target, *_ = head.decode().split(" ")
        self.asked_for.append(f"{method} {target}" if method != "CONNECT" else target)
        wanted = f"Proxy-Authorization: Basic {base64.b64encode(self.needs.encode()).decode()}"
        if self.needs and wanted.lower() not in head.decode().lower():
            client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        elif self.then:
            client.sendall(self.answer)
            self.then(client)
        elif (host := target.rpartition(":")[0]) in self.hosts:
            client.sendall(self.answer)
            carry(client, self.hosts[host])
        else:
            client.sendall(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")


@contextmanager
def running(proxy: Proxy) -> Iterator[Proxy]:
    """Run the proxy until the block is left."""
    with listening(proxy.serve) as proxy.port:
        yield proxy
