"""What the tests stand on: a real Redis beside fakeredis, stand-ins for Slack and the platform, the app between."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import fakeredis
import pytest
import redis
import structlog
from hypothesis import settings

from slack_app.demo.redis_server import RedisServer, find_server

settings.register_profile("machine", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("machine")

TESTS = Path(__file__).parent
WITH_PROCESSES = [TESTS / "e2e", TESTS / "demo" / "test_run.py", TESTS / "cli"]
LONG = [
    TESTS / "test_malformed_requests.py",
    TESTS / "test_broken_records.py",
    TESTS / "features" / "test_workspaces.py",
]
"""What `make test-fast` leaves out: it starts processes of the app, or a browser, or tries thousands of cases."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the cases that start processes of the app or a browser, and the longest."""
    for item in items:
        if any(item.path.is_relative_to(place) for place in [*WITH_PROCESSES, *LONG]):
            item.add_marker("processes")


def missing(what: str) -> NoReturn:
    """Skip for want of something, plainly; in CI nothing is skipped."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and in CI nothing is skipped")
    pytest.skip(f"{what} is missing")


def tool(name: str) -> str | None:
    """Return the path of a program: where tests/set_up.sh puts what it fetches, else on the PATH."""
    return shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))


@contextmanager
def running_redis(*options: str, executable: str | None = None) -> Iterator[RedisServer]:
    """A real Redis, with these options, until the block is left."""
    executable = executable or find_server()
    if executable is None:
        missing("redis-server or valkey-server")
    server = RedisServer(executable, *options)
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def shared_redis() -> Iterator[RedisServer]:
    """One real Redis for the whole run."""
    with running_redis() as server:
        yield server


def emptied(server: RedisServer, database: int = 0) -> str:
    """Forget what others left in a database; returns its address."""
    url = f"{server.url.removesuffix('/0')}/{database}"
    client = redis.Redis.from_url(url)
    client.flushdb()
    client.close()
    return url


@pytest.fixture
def redis_url(shared_redis: RedisServer) -> str:
    """The address of an empty real Redis."""
    return emptied(shared_redis)


@pytest.fixture(scope="module")
def modules_redis_url(shared_redis: RedisServer) -> str:
    """The address of a real Redis that is empty when a module's tests begin; `redis_url` is another."""
    return emptied(shared_redis, database=1)


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A real Redis that the test may kill and freeze."""
    with running_redis() as server:
        yield server


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """A command that runs in this process sets up logging; the next test finds it as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    if root.handlers is not handlers:
        root.handlers, root.level = [], level  # pytest adds its own for each phase of a test
    structlog.reset_defaults()


@pytest.fixture(params=["fakeredis", "real Redis"])
def client(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A Redis client: every store is tested on fakeredis and on a real server."""
    opened: Any
    if request.param == "fakeredis":
        opened = fakeredis.FakeRedis(decode_responses=True)
    else:
        opened = redis.Redis.from_url(request.getfixturevalue("redis_url"), decode_responses=True)
    yield opened
    opened.close()
