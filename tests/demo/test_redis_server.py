"""The Redis that the demo and the tests bring along."""

from __future__ import annotations

import pytest
import redis

from slack_app.demo import redis_server
from slack_app.demo.redis_server import RedisServer, free_port


def test_a_port_that_somebody_else_takes_first_is_left_to_them(
    own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = [own_redis.port, free_port()]
    executable = redis_server.find_server()
    assert executable
    with monkeypatch.context() as patched:
        patched.setattr(redis_server, "free_port", iter(ports).__next__)
        other = RedisServer(executable)

        other.start()

    client = redis.Redis.from_url(other.url)
    assert (other.port, client.dbsize()) == (ports[1], 0)
    client.close()
    other.close()
    assert own_redis.is_running


def test_a_killed_server_comes_back_at_its_address_with_what_it_had(own_redis: RedisServer) -> None:
    client = redis.Redis.from_url(own_redis.url)
    client.set("kept", "yes")
    url = own_redis.url

    own_redis.kill()
    own_redis.start()

    assert own_redis.url == url
    assert client.get("kept") == b"yes"
    client.close()
