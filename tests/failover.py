"""Two Redis servers of which one takes the other's place, and the two ways by which an app finds the primary."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis

from slack_app.demo.redis_server import RedisServer, find_server, free_port
from tests.conftest import running_redis
from tests.stage import wait_for


@dataclass
class Sentinel:
    """A Sentinel that calls the primary `main`."""

    port: int

    @property
    def url(self) -> str:
        """The address for REDIS_URL."""
        return f"redis+sentinel://127.0.0.1:{self.port}/main/0"

    def fail_over(self, pair: Pair) -> None:
        """Have the replica made the primary, and wait until it is."""
        sentinel = redis.Redis(port=self.port)

        def begins() -> bool:
            with suppress(redis.RedisError):  # it has not heard of the replica yet
                return bool(sentinel.execute_command("SENTINEL", "FAILOVER", "main"))
            return False

        def is_done() -> bool:
            with suppress(redis.RedisError), open_client(pair.replica) as client:  # Sentinel ends its connections
                return bool(client.info("replication")["role"] == "master")
            return False

        wait_for(begins, what="the Sentinel knows the replica")
        wait_for(is_done, what="the fail-over")
        sentinel.close()
        pair.primary, pair.replica = pair.replica, pair.primary


@dataclass
class Pair:
    """A primary and its replica; `switch` has them change places, as a fail-over does."""

    primary: RedisServer
    replica: RedisServer

    def switch(self) -> None:
        """Make the replica the primary; nobody's connection is closed."""
        with open_client(self.replica) as to_be_primary, open_client(self.primary) as to_be_replica:
            to_be_primary.replicaof("NO", "ONE")
            to_be_replica.replicaof("127.0.0.1", self.replica.port)
        self.primary, self.replica = self.replica, self.primary


@contextmanager
def open_client(server: RedisServer) -> Iterator[Any]:
    """Open a connection to the server, and close it."""
    client = redis.Redis.from_url(server.url, decode_responses=True)
    yield client
    client.close()


@contextmanager
def running_pair() -> Iterator[Pair]:
    """A primary, and a replica that has all that it has."""
    at_once = ("--repl-diskless-sync-delay", "0")  # else it waits 5 s for a second replica
    with running_redis(*at_once) as primary, running_redis(*at_once) as replica:
        with open_client(replica) as client:
            client.replicaof("127.0.0.1", primary.port)
            wait_for(lambda: client.info("replication").get("master_link_status") == "up", what="the replica follows")
        yield Pair(primary, replica)


class Name:
    """A name in front of servers, as a host's Redis has one: new connections go to the server it stands for now."""

    def __init__(self, server: RedisServer) -> None:
        self.server = server
        self._opened = ExitStack()
        self._listener = self._opened.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.url = f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """End every connection."""
        self._opened.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self.server.port))
                for one, other in ((near, far), (far, near)):
                    self._opened.enter_context(one)
                    threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def named(server: RedisServer) -> Iterator[Name]:
    """A name for the server."""
    name = Name(server)
    yield name
    name.close()


@contextmanager
def watched(server: RedisServer, directory: Path, port: int = 0) -> Iterator[Sentinel]:
    """A Sentinel that watches the server."""
    executable = find_server()
    assert executable
    port = port or free_port()
    config = directory / "sentinel.conf"
    config.write_text(f"port {port}\nbind 127.0.0.1\nsentinel monitor main 127.0.0.1 {server.port} 1\n")
    watching = subprocess.Popen([executable, str(config), "--sentinel"], stdout=subprocess.DEVNULL)
    client = redis.Redis(port=port)

    def answers() -> bool:
        with suppress(redis.RedisError):
            return bool(client.ping())
        return False

    wait_for(answers, what="the Sentinel")
    yield Sentinel(port)
    client.close()
    watching.kill()
    watching.wait()
