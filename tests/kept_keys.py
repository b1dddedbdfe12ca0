"""Holds the table of docs/security.md against the keys that a flow left in Redis (security.md 15)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import redis
from redis.exceptions import RedisClusterException

from slack_app.adapters.redis import open_patient

SECURITY = Path(__file__).parent.parent / "docs" / "security.md"
LINK_SECONDS = 600
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


@cache
def documented() -> tuple[tuple[re.Pattern[str], int | None], ...]:
    """Return each key of the table as a pattern, and how many seconds it may live; None for what ends otherwise."""
    rows = [line.split(" | ") for line in SECURITY.read_text().splitlines() if line.startswith("| `")]
    return tuple(
        (_pattern(name), _seconds(cells[3]))
        for cells in rows
        if len(cells) == 5
        for name in re.findall(r"`([^`]+)`", cells[0])
    )


def names() -> list[str]:
    """Return the names of the kinds of keys, as the table has them."""
    rows = [line.split(" | ") for line in SECURITY.read_text().splitlines() if line.startswith("| `")]
    return [name for cells in rows if len(cells) == 5 for name in re.findall(r"`([^`]+)`", cells[0])]


def _pattern(name: str) -> re.Pattern[str]:
    words = re.split(r"<[^>]+>", name)  # what stands for a word may be empty: not every workspace has a Grid
    return re.compile("slack_app:" + ".*".join(map(re.escape, words)))


def _seconds(cell: str) -> int | None:
    if cell.startswith(("until", "the last")):
        return None
    lives = [int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+) (second|minute|hour|day)s?\b", cell)]
    return max(lives) + (LINK_SECONDS if "more than the link's life" in cell else 0)


def undocumented(client: Any, *, is_real: bool = True) -> list[str]:
    """Return what stands in Redis and not in the table, or lives longer than it says.

    In tests whose own clock is far from that of Redis, only whether it ends at all is looked at (`is_real`).
    """
    found = []
    for key in client.scan_iter():
        lives = [seconds for pattern, seconds in documented() if pattern.fullmatch(key)]
        left = client.ttl(key)
        if not lives:
            found.append(f"{key} is not in the table")
        elif None not in lives and left == -1:
            found.append(f"{key} has no end")
        elif None not in lives and is_real and left > max(filter(None, lives)):
            found.append(f"{key} lives {left} s more")
    return found


def check_keys(url: str) -> None:
    """Fail where a flow left something else than the table says; a Redis that is ended or frozen says nothing."""
    is_alone = url.startswith("redis://")
    client: Any = redis.Redis.from_url(url, decode_responses=True, socket_timeout=2) if is_alone else open_patient(url)
    try:
        found = undocumented(client)
        assert not found, found
    except (redis.ConnectionError, redis.TimeoutError, RedisClusterException):
        pass
    finally:
        client.close()
