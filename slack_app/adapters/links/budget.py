"""Shares among an organization's people what the platform takes of them: 100 requests a minute (layout in __init__.py).

A link comes first: its requests are counted and never held back, and room is kept for them. Polls and look-ups each
have a share that the other cannot use up, and what is left of the rest. Of the look-ups nobody uses up all: who has had
much of what is left waits first. An outage of Redis fails open, as a limit does.
https://docs.aitronos.com (API reference, rate limits)
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from enum import StrEnum

import structlog

from slack_app.adapters.links import KEYS
from slack_app.adapters.redis import Client, redis_errors
from slack_app.errors import BROKEN_RECORD, BUDGET_SPENT, UpstreamError
from slack_app.ports import Clock

WINDOW_SECONDS = 60.0
MOST_REQUESTS = 96
"""Four less than the platform takes: what we send within a minute may arrive within a little less."""
LINK_ROOM = 14
"""Kept free for the next links: a link is two requests, what is connected already and the link itself."""
POLLS_KEPT, LOOKUPS_KEPT = 20, 15
"""What polls have of a minute whatever is looked up, and the other way round; more, while the other is quiet."""
MOST_LOOKUPS = 46
"""They may come at once, and count for a minute: fifteen links and their polls find room beside them all the same."""
LEAST_POLLS, LEAST_LOOKUPS = 10, 5
"""Even while links alone use up the minute: if that is too much, the platform says so."""
MOST_OF_ONE = 3
"""So many times what is left of the look-ups one person may have had: alone three quarters, of two three sevenths."""
SECOND = "+"
"""Behind the id of who asked twice."""
MOST_BEFORE_HEALTH = 30
"""With so many look-ups in the minute nobody asks any more whether connections work: they are shown all the same."""

log = structlog.get_logger("slack_app.budget")


class Use(StrEnum):
    """What a request to the platform is for."""

    LINK = "link"
    LINK_AND_LIST = "link_and_list"
    """Two requests: the link, and beside it what is connected already."""
    LOOKUP = "lookup"
    HEALTH = "health"


ROOM = f"""
local function key_of_requests(organization, use) return '{KEYS}requests-' .. use .. ':' .. organization end
local function since(now) return string.format('(%.6f', now - {WINDOW_SECONDS}) end
local function requests(organization, use, now)
  -- Those of a later minute were counted before somebody set the clock back.
  return redis.call('ZCOUNT', key_of_requests(organization, use), since(now), now + {WINDOW_SECONDS})
end
local function count_request(organization, use, now, id)
  local key = key_of_requests(organization, use)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - {WINDOW_SECONDS})
  redis.call('ZADD', key, now, id)
  redis.call('EXPIRE', key, {int(2 * WINDOW_SECONDS)})
end
local function room(organization, use, kept, least, other, others_kept, now)
  local others = math.max(requests(organization, other, now), others_kept)
  local left = {MOST_REQUESTS} - requests(organization, 'link', now) - others
  return math.max(left - {LINK_ROOM}, math.min(left, kept), least) - requests(organization, use, now)
end
local function room_for_polls(organization, now)
  return room(organization, 'poll', {POLLS_KEPT}, {LEAST_POLLS}, 'lookup', {LOOKUPS_KEPT}, now)
end
local function room_for_lookups(organization, now)
  local left = room(organization, 'lookup', {LOOKUPS_KEPT}, {LEAST_LOOKUPS}, 'poll', {POLLS_KEPT}, now)
  return math.min(left, {MOST_LOOKUPS} - requests(organization, 'lookup', now))
end
local function until_room(organization, now)
  -- The first that leaves the minute makes room.
  local wait = {WINDOW_SECONDS}
  for _, use in ipairs({{'link', 'poll', 'lookup'}}) do
    local key = key_of_requests(organization, use)
    local first = redis.call('ZRANGEBYSCORE', key, since(now), now, 'WITHSCORES', 'LIMIT', 0, 1)[2]
    if first then wait = math.min(wait, tonumber(first) + {WINDOW_SECONDS} - now) end
  end
  return wait
end
"""
"""The shares, in Lua: for the script below, and for the one that takes links to poll (taking.py)."""

_SPEND = (
    ROOM
    + f"""
local organization, use, now, id, whose = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
if use == 'link' or use == 'link_and_list' then
  count_request(organization, 'link', now, id)
  if use == 'link_and_list' then count_request(organization, 'link', now, id .. '{SECOND}') end
  return '0'
end
local left = room_for_lookups(organization, now)
if use == 'health' then left = math.min(left, {MOST_BEFORE_HEALTH} - requests(organization, 'lookup', now)) end
local own, first_own = 0, nil
if whose ~= '' then
  local key = key_of_requests(organization, 'lookup')
  local counted = redis.call('ZRANGEBYSCORE', key, since(now), now, 'WITHSCORES')
  for i = 1, #counted, 2 do
    if string.sub(counted[i], 1, #whose) == whose then
      own, first_own = own + 1, first_own or tonumber(counted[i + 1])
    end
  end
end
if left >= 1 and own < {MOST_OF_ONE} * left then
  count_request(organization, 'lookup', now, id)
  return '0'
end
if left >= 1 then return tostring(math.max(first_own + {WINDOW_SECONDS} - now, 1)) end
return tostring(math.max(until_room(organization, now), 1))
"""
)


class RedisBudget:
    """The requests of the last minute, of all workers together."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._spend = redis.register_script(_SPEND)

    def spend(self, organization_id: str, use: Use, whose: str = "") -> str:
        """Count one request, of the person with the id `whose` where it is one person's; return what it is counted as.

        Raises UpstreamError, as the platform itself would refuse it, when it has to wait.
        """
        counted = f"{whose}/{secrets.token_hex(8)}"
        try:
            with redis_errors():
                args = [organization_id, use.value, self._clock(), counted, f"{whose}/" if whose else ""]
                seconds = float(self._spend(keys=[f"{KEYS}requests"], args=args))
        except UpstreamError as exc:
            log.warning("budget.skipped", code=exc.code)
            if exc.code == BROKEN_RECORD:
                self._forget(organization_id)
            return counted
        if seconds:
            raise UpstreamError("platform", status=429, retryable=True, retry_after=seconds, code=BUDGET_SPENT)
        return counted

    def give_back(self, organization_id: str, counted: str) -> None:
        """Count one request less: its key is not the organization's, and must use up nothing of it."""
        with suppress(UpstreamError), redis_errors():
            for use in (Use.LINK, Use.LOOKUP):
                self._redis.zrem(f"{KEYS}requests-{use}:{organization_id}", counted, f"{counted}{SECOND}")

    def _forget(self, organization_id: str) -> None:
        with suppress(UpstreamError), redis_errors():
            self._redis.delete(*(f"{KEYS}requests-{use}:{organization_id}" for use in ("link", "poll", "lookup")))
