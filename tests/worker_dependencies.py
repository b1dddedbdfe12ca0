"""What a worker's use cases need, built as a worker builds it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from slack_app.adapters.clock import RedisClock
from slack_app.adapters.links.schedule import RedisSchedule
from slack_app.adapters.redis import open_patient
from slack_app.app.worker import build_dependencies
from slack_app.config import load
from slack_app.features.dependencies import Dependencies


def dependencies(environment: Mapping[str, str]) -> Dependencies:
    """Build them for these settings."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        settings = load(["worker"])
    client = open_patient(settings.redis_url.get_secret_value())
    clock = RedisClock(client)
    return build_dependencies(settings, client, RedisSchedule(client, clock), clock)
