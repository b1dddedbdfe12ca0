"""What `slack-app doctor` says of Redis's version."""

from __future__ import annotations

from typing import Any

import pytest
from redis import ResponseError

from slack_app.doctor import REDIS_VERSION, Finding, check_redis


class Redis:
    """A server of the version; one of None tells nothing about itself."""

    def __init__(self, version: str | None) -> None:
        self._version = version

    def ping(self) -> bool:
        return True

    def info(self) -> dict[str, Any]:
        if self._version is None:
            raise ResponseError("NOPERM")
        return {"redis_version": self._version, "aof_enabled": 1}


def finding(version: str | None) -> Finding | None:
    return next((found for found in check_redis(Redis(version)) if found.subject == REDIS_VERSION), None)


@pytest.mark.parametrize("version", ["2.8.24", "5.0.7", "6.0.16", "6.1.240"])
def test_a_version_before_6_2_is_too_old(version: str) -> None:
    assert finding(version) == Finding(
        REDIS_VERSION, False, f"{version} is too old; the app needs Redis 6.2 or later, or Valkey"
    )


@pytest.mark.parametrize("version", ["6.2.0", "6.10.1", "7.2.4", "10.0.0", "", "unknown", None])
def test_a_later_one_is_no_fault_nor_one_that_is_not_told(version: str | None) -> None:
    assert finding(version) is None
