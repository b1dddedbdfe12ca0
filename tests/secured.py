"""Redis as a careful operator runs it: TLS alone, under an authority of their own, with passwords everywhere."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import redis

from slack_app.demo.redis_server import RedisServer, free_port
from tests.certificates import Authority
from tests.conftest import missing, running_redis, tool
from tests.stage import wait_for

ROOT = "r00t/p@ss"
"""The password of the operator, with which servers and Sentinels speak to each other, too."""
USER, PASSWORD = "slackapp", "app:p@ss"
ENCODED = "app%3Ap%40ss"
DEPLOY = Path(__file__).parent.parent / "docs" / "deploy.md"


@cache
def tls_server() -> str:
    """Return the path of a server that speaks TLS."""
    for name in ("redis-server", "valkey-server"):
        if (path := tool(name)) and "libssl" in subprocess.check_output(["ldd", path], text=True):
            return path
    return missing("a redis-server or valkey-server that speaks TLS")


def documented_user() -> list[str]:
    """Return the words of the line of docs/deploy.md that makes the app's user, with the password of the tests."""
    found = re.search(rf"^ *ACL (SETUSER {USER} .*)$", DEPLOY.read_text(), re.MULTILINE)
    assert found
    return [f">{PASSWORD}" if word.startswith(">") else word for word in found[1].split()]


@dataclass
class Secured:
    """A server of data; `operator` is a client that may do everything."""

    server: RedisServer
    port: int
    operator: Any

    @property
    def netloc(self) -> str:
        """Where the app finds it, and as whom."""
        return f"{USER}:{ENCODED}@127.0.0.1:{self.port}"

    def refused(self) -> list[str]:
        """Return the commands that were refused to the app's user."""
        return [f"{entry['reason']} {entry['object']}" for entry in self.operator.acl_log()]


def operator_of(port: int, authority: Authority, password: str = ROOT) -> Any:
    """Open the operator's client."""
    return redis.Redis(
        host="127.0.0.1",
        port=port,
        password=password,
        ssl=True,
        ssl_ca_certs=str(authority.file),
        decode_responses=True,
    )


@contextmanager
def secured(authority: Authority, *options: str) -> Iterator[Secured]:
    """A server that speaks TLS alone, with the documented user."""
    port, (certificate, key) = free_port(), authority.sign("127.0.0.1")
    tls = ["--tls-port", str(port), "--tls-auth-clients", "no", "--tls-replication", "yes", "--tls-cluster", "yes"]
    files = ["--tls-cert-file", str(certificate), "--tls-key-file", str(key), "--tls-ca-cert-file", str(authority.file)]
    more = ["--repl-diskless-sync-delay", "0", *options]
    with running_redis(*tls, *files, *more, executable=tls_server()) as server:
        plain: Any = redis.Redis(port=server.port)
        plain.execute_command("ACL", *documented_user())
        for name, value in (("masterauth", ROOT), ("requirepass", ROOT)):
            plain.config_set(name, value)
        plain.execute_command("AUTH", ROOT)
        plain.config_set("port", 0)
        plain.close()
        operator = operator_of(port, authority)
        yield Secured(server, port, operator)
        operator.close()


@contextmanager
def secured_pair(authority: Authority) -> Iterator[tuple[Secured, Secured]]:
    """A primary, and a replica that has all that it has."""
    with secured(authority) as primary, secured(authority) as replica:
        replica.operator.replicaof("127.0.0.1", primary.port)
        wait_for(
            lambda: replica.operator.info("replication").get("master_link_status") == "up", what="the replica follows"
        )
        yield primary, replica


@contextmanager
def secured_cluster(authority: Authority) -> Iterator[tuple[Secured, Secured]]:
    """A Cluster of one server that has all slots, and its replica."""
    options = ("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-node-timeout", "2000")
    bus = [("--cluster-port", str(free_port())) for _ in range(2)]
    with secured(authority, *options, *bus[0]) as primary, secured(authority, *options, *bus[1]) as replica:
        primary.operator.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        replica.operator.execute_command("CLUSTER", "MEET", "127.0.0.1", primary.port, bus[0][1])
        name = primary.operator.execute_command("CLUSTER", "MYID")

        def follows() -> bool:
            with suppress(redis.RedisError):  # it has not heard of the primary, or of its slots, yet
                return bool(replica.operator.execute_command("CLUSTER", "REPLICATE", name))
            return False

        wait_for(follows, what="the replica knows the primary")
        wait_for(
            lambda: replica.operator.info("replication").get("master_link_status") == "up", what="the replica follows"
        )
        wait_for(lambda: "cluster_state:ok" in str(replica.operator.execute_command("CLUSTER", "INFO")), what="slots")
        yield primary, replica


@contextmanager
def sentinel(authority: Authority, primary: Secured, directory: Path, down_after: float = 1.0) -> Iterator[Any]:
    """A Sentinel with TLS and a password of its own that calls the primary `main`; yields its operator's client."""
    port, (certificate, key) = free_port(), authority.sign("127.0.0.1")
    config = directory / f"sentinel-{port}.conf"
    config.write_text(
        f"port 0\ntls-port {port}\ntls-cert-file {certificate}\ntls-key-file {key}\ntls-auth-clients no\n"
        f"tls-ca-cert-file {authority.file}\ntls-replication yes\nbind 127.0.0.1\nrequirepass sentinel-p@ss\n"
        f"sentinel monitor main 127.0.0.1 {primary.port} 1\nsentinel auth-pass main {ROOT}\n"
        f"sentinel down-after-milliseconds main {int(down_after * 1000)}\nsentinel failover-timeout main 4000\n"
    )
    with (directory / f"sentinel-{port}.log").open("w") as log:
        process = subprocess.Popen([tls_server(), str(config), "--sentinel"], stdout=log)
    client = operator_of(port, authority, "sentinel-p@ss")

    def knows_a_replica() -> bool:
        with suppress(redis.RedisError):
            return bool(client.sentinel_slaves("main"))
        return False

    wait_for(knows_a_replica, what="the Sentinel knows the replica")
    yield client
    client.close()
    process.kill()
    process.wait()
