"""Counts links for whoever watches: how they ended, how soon they came, and whether polls come in time."""

from __future__ import annotations

from bisect import bisect_left

from slack_app.adapters.links import KEYS
from slack_app.adapters.links.pending import RedisLinks
from slack_app.adapters.links.schedule import ORDER
from slack_app.adapters.redis import Client, redis_errors
from slack_app.model.stored import read_number
from slack_app.ports.figures import LinkFigures

BROUGHT = f"{KEYS}brought"
BOUNDS = (0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""In seconds: the promise is 3, the word that it takes longer comes after 15, and after 600 it is given up."""
_WORDS = [*map(str, BOUNDS), "+Inf"]

_FIGURES = f"""
local polled, now = 0, redis.call('TIME')
for _, organization in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  for _, kind in ipairs({{'hurried:', 'idle:'}}) do
    local count = redis.pcall('ZCARD', '{KEYS}' .. kind .. organization)
    if type(count) == 'number' then polled = polled + count end
  end
end
local due = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
return {{polled, tostring(due and math.max(now[1] + now[2] / 1e6 - due, 0) or 0)}}
"""


def bound_of(seconds: float) -> str:
    """Return the bound of the histogram under which the time counts."""
    return _WORDS[bisect_left(BOUNDS, seconds)]


class RedisLinkFigures:
    """What is counted in Redis."""

    def __init__(self, redis: Client, links: RedisLinks) -> None:
        self._redis = redis
        self._links = links
        self._figures = redis.register_script(_FIGURES)

    def __call__(self) -> LinkFigures:
        """Read it. Raises UpstreamError."""
        ended = self._links.ended()
        with redis_errors():
            polled, lag = self._figures(keys=[ORDER])
            brought: dict[str, str] = self._redis.hgetall(BROUGHT)
        counts = [(word, int(read_number(brought.get(word)) or 0)) for word in _WORDS]
        return LinkFigures(ended, int(polled), float(lag), counts, read_number(brought.get("sum")) or 0.0)
