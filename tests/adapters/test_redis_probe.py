"""The look at Redis: every command that the app uses is tried, and nothing is left behind."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import redis

import slack_app
from slack_app.adapters.probes.redis import look_at_redis
from slack_app.adapters.redis_states import word_for

ADAPTERS = Path(slack_app.__file__).parent / "adapters"
IN_SCRIPTS = {
    command for file in ADAPTERS.rglob("*.py") for command in re.findall(r"redis\.p?call\('([A-Z]+)'", file.read_text())
}


def test_a_look_leaves_nothing(redis_url: str) -> None:
    client = redis.Redis.from_url(redis_url, decode_responses=True)

    facts = look_at_redis(client)

    assert client.keys() == []
    assert (facts.outage, facts.unwritable, facts.forbidden) == ("", "", ())
    assert facts.version
    assert abs(facts.seconds_off or 9) < 5


@pytest.mark.parametrize("command", sorted(IN_SCRIPTS - {"TIME"}))
def test_a_command_of_our_scripts_that_is_forbidden_is_named(redis_url: str, command: str) -> None:
    admin: Any = redis.Redis.from_url(redis_url)
    admin.execute_command("ACL", "SETUSER", "app", "reset", "on", ">p", "~*", "&*", "+@all", f"-{command.lower()}")
    try:
        facts = look_at_redis(redis.Redis.from_url(redis_url.replace("://", "://app:p@"), decode_responses=True))
    finally:
        admin.execute_command("ACL", "DELUSER", "app")

    assert facts.forbidden == (command,)


def test_what_is_wrong_has_a_word_of_ours_and_nothing_of_the_address() -> None:
    error = redis.ConnectionError("Error 111 connecting to secret-host:6379. Connection refused.")

    assert word_for(error) == "refused"


def test_one_of_several_nodes_of_a_cluster_is_told_from_the_only_one(redis_url: str) -> None:
    client = redis.Redis.from_url(redis_url, decode_responses=True)

    class Node:
        """The server, as a node of a Cluster of so many says that it is."""

        def __init__(self, size: int) -> None:
            self._size = size

        def info(self) -> dict[str, Any]:
            return {**client.info(), "cluster_enabled": 1}

        def execute_command(self, command: str) -> dict[str, str]:
            assert command == "CLUSTER INFO"
            return {"cluster_state": "ok", "cluster_size": str(self._size)}

        def __getattr__(self, name: str) -> Any:
            if name == "nodes_manager":
                raise AttributeError(name)
            return getattr(client, name)

    assert look_at_redis(Node(3)).unwritable == "cluster"
    assert look_at_redis(Node(1)).unwritable == ""
