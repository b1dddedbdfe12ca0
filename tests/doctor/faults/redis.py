"""Redis does not take, or keep, what it is given."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import redis
from cryptography.fernet import Fernet

from slack_app.demo.redis_server import free_port
from tests.doctor.faults.fault import Fault, Plant, settings
from tests.doctor.scenes import Scene
from tests.stage import wait_for


def with_user(*rules: str) -> Plant:
    """Plant a user of Redis who may do so much."""

    def plant(scene: Scene) -> None:
        admin = redis.Redis.from_url(scene.environment["REDIS_URL"])
        admin.execute_command("ACL", "SETUSER", "app", "reset", "on", ">canary", "&*", *rules)
        scene.opened.callback(admin.execute_command, "ACL", "DELUSER", "app")
        scene.set(REDIS_URL=scene.environment["REDIS_URL"].replace("://", "://app:canary@"))

    return plant


def replica(scene: Scene) -> None:
    client = redis.Redis.from_url(scene.own_redis().url)
    client.replicaof("127.0.0.1", 1)


def without_file(scene: Scene) -> None:
    scene.configure(appendonly="no")


def frozen(scene: Scene) -> None:
    server = scene.own_redis()
    scene.set(ENCRYPTION_KEYS=Fernet.generate_key().decode())  # or it would be asked for secrets before
    server.freeze()
    scene.opened.callback(server.thaw)


def busy(scene: Scene) -> None:
    client = redis.Redis.from_url(scene.own_redis().url)
    client.config_set("lua-time-limit", 1)

    def run() -> None:
        with suppress(redis.RedisError):
            redis.Redis.from_url(scene.environment["REDIS_URL"]).eval("while true do end", 0)

    threading.Thread(target=run, daemon=True).start()
    scene.opened.callback(client.script_kill)
    wait_for(lambda: _is_busy(client))


def _is_busy(client: redis.Redis) -> bool:
    try:
        client.ping()
    except redis.ResponseError:
        return True
    return False


def crowded(scene: Scene) -> None:
    server = scene.own_redis()
    client = redis.Redis.from_url(server.url)
    scene.opened.callback(client.close)
    client.config_set("maxclients", 1)
    with suppress(redis.RedisError):  # those who were there before go on
        client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")


def cluster_node(scene: Scene) -> None:
    bus = ("--cluster-port", str(free_port()))
    options = ("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", *bus)
    scene.patch.setattr(Scene, "beat", lambda _: None)
    scene.own_redis(*options)


def saying(word: bytes, instead: bytes) -> Plant:
    """Plant a Redis that says another word of the same length; what it is asked goes to the real one."""

    def plant(scene: Scene) -> None:
        port = int(scene.environment["REDIS_URL"].rpartition(":")[2].partition("/")[0])
        listener = scene.opened.enter_context(socket.create_server(("127.0.0.1", 0)))

        def carry(one: socket.socket, other: socket.socket) -> None:
            with suppress(OSError):
                while data := one.recv(1 << 20):
                    other.sendall(data.replace(word, instead))
            with suppress(OSError):
                other.shutdown(socket.SHUT_RDWR)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    near, _ = listener.accept()
                    far = socket.create_connection(("127.0.0.1", port))
                    for ends in ((near, far), (far, near)):
                        threading.Thread(target=carry, args=ends, daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        scene.set(REDIS_URL=scene.environment["REDIS_URL"].replace(f":{port}/", f":{listener.getsockname()[1]}/"))

    return plant


FAULTS = [
    Fault("Redis is away", settings(REDIS_URL="redis://127.0.0.1:1/0"), "Redis: does not answer", "Start Redis"),
    Fault(
        "a wrong password of Redis",
        lambda s: s.set(REDIS_URL=s.environment["REDIS_URL"].replace("://", "://u:canary@")),
        "Redis: refuses the user or the password",
        "password in REDIS_URL",
    ),
    Fault("Redis is full", lambda s: s.configure(maxmemory="1"), "Redis: is full", "config set maxmemory 1gb"),
    Fault("REDIS_URL leads to a replica", replica, "Redis: is a replica", "to the primary"),
    Fault(
        "an ACL without MULTI",
        with_user("~slack_app:*", "+@all", "-multi"),
        "run MULTI",
        "SETUSER <user> +multi, and in its ACL file",
    ),
    Fault("an ACL without EVAL", with_user("~slack_app:*", "+@all", "-@scripting"), "EVAL", "+eval"),
    Fault("an ACL without streams", with_user("~slack_app:*", "+@all", "-@stream"), "XADD", "+xadd"),
    Fault("an ACL without our keys", with_user("~other:*", "+@all"), "touch the app's keys", "~slack_app:*"),
    Fault("no append-only file", without_file, "Redis: has no append-only file", "redis-cli config set appendonly yes"),
    Fault(
        "Redis evicts",
        lambda s: s.configure(maxmemory_policy="allkeys-lru"),
        "evicts keys when its memory is full (allkeys-lru)",
        "redis-cli config set maxmemory-policy noeviction",
    ),
    Fault(
        "Redis is too old",
        saying(b"redis_version:7.2.4", b"redis_version:6.0.9"),
        "Redis version: 6.0.9 is too old",
        "Update Redis to 6.2",
    ),
    Fault(
        "Cluster's scheme for a single Redis",
        lambda s: s.set(
            REDIS_URL=s.environment["REDIS_URL"].replace("redis://", "redis+cluster://").removesuffix("/0")
        ),
        "Redis: is not a Cluster",
        "Write redis://",
    ),
    Fault("a single Redis's scheme for a Cluster", cluster_node, "node of a Cluster", "redis+cluster://"),
    Fault(
        "TLS for a Redis without",
        lambda s: s.set(REDIS_URL=s.environment["REDIS_URL"].replace("redis://", "rediss://")),
        "Redis: does not answer with TLS",
        "redis:// instead of rediss://",
    ),
    Fault(
        "a database that is not there",
        lambda s: s.set(REDIS_URL=s.environment["REDIS_URL"].replace("/0", "/99")),
        "Redis: has no database",
        "/0",
    ),
    Fault("Redis hangs", frozen, "does not answer in time", "Restart Redis if it hangs"),
    Fault("a script that does not end", busy, "runs a script of somebody's that does not end", "SCRIPT KILL"),
    Fault("Redis takes no more clients", crowded, "takes no more clients", "redis-cli config set maxclients"),
    Fault(
        "no Sentinel", settings(REDIS_URL="redis+sentinel://127.0.0.1:1/main/0"), "no Sentinel answers", "the service"
    ),
]
