"""What the tests of the links and of their schedule share."""

from __future__ import annotations

from typing import Any

import pytest

from slack_app.adapters.links.pending import RedisLinks
from tests.sample_links import NOW


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def links(client: Any, clock: Clock) -> RedisLinks:
    return RedisLinks(client, clock)
