"""Decides which link is polled next, and never lets the platform be asked too often (layout in __init__.py).

Polls come evenly, one a second and six at once, as far as what the organization's people asked for leaves room
(budget.py). Whoever opened a link or pressed *Check now* goes first, one in five is for the others.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import structlog

from slack_app.adapters.links import KEYS, link_key
from slack_app.adapters.links.budget import ROOM
from slack_app.adapters.redis import Client, redis_errors
from slack_app.model.links import PendingLink
from slack_app.model.users import SlackUser
from slack_app.ports import Clock
from slack_app.ports.links import Schedule

ORGANIZATIONS = f"{KEYS}organizations"
POLL_SECONDS = 30.0
"""How long a link that was taken to be polled is nobody else's; what a worker that died held comes back so."""
PER_MINUTE = 60
AT_ONCE = 6

log = structlog.get_logger("slack_app.links")

_PUT = """
-- A link whose record is gone is polled no more.
if redis.call('HEXISTS', KEYS[1], 'owner') == 0 then return end
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('SADD', KEYS[4], ARGV[3])
"""
_PRIORITIZE = """
-- What a button carries is input: only the owner's link (as SlackUser has it), and only while it lives.
local known = redis.call('HMGET', KEYS[1], 'owner', 'organization', 'outcome')
local grid, team, user = tostring(known[1]):match('^([^:]*):([^:]*):([^:]*)$')
local is_theirs = team == ARGV[7]
if grid and grid ~= '' and ARGV[6] ~= '' then is_theirs = grid == ARGV[6] end
if user ~= ARGV[2] or not is_theirs or known[3] then return 0 end
redis.call('HSET', KEYS[1], 'prioritized_at', ARGV[3])
if ARGV[4] == '1' then redis.call('HSET', KEYS[1], 'check_requested_at', ARGV[3]) end
redis.call('ZREM', ARGV[5] .. 'idle:' .. known[2], ARGV[1])
redis.call('ZADD', ARGV[5] .. 'hurried:' .. known[2], ARGV[3], ARGV[1])
redis.call('SADD', KEYS[2], known[2])
return 1
"""
_TAKE = (
    ROOM
    + """
local now, per_second, at_once = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local taken = {}
local function next_due(key)
  return redis.call('ZRANGEBYSCORE', key, '-inf', now, 'LIMIT', 0, 1)[1]
end
local function number(text, otherwise)
  local value = tonumber(text)
  if value and math.abs(value) < 1e15 then return value end  -- neither NaN nor Infinity is
  return otherwise
end
local function take_from(organization)
  -- A bucket of tokens for each organization, filled as time passes, for all workers together.
  local hurried, idle = ARGV[6] .. 'hurried:' .. organization, ARGV[6] .. 'idle:' .. organization
  local budget = ARGV[6] .. 'budget:' .. organization
  local known = redis.call('HMGET', budget, 'left', 'at', 'count')
  local passed = math.max(0, now - number(known[2], now))
  local left = math.min(at_once, number(known[1], at_once) + passed * per_second)
  local count = number(known[3], 0)
  local room = room_for_polls(organization, now)
  while left >= 1 and room >= 1 and #taken < tonumber(ARGV[4]) do
    local first, other = next_due(hurried), next_due(idle)
    local id, from = first or other, first and hurried or idle
    -- Every fifth is for those whose person did not press anything, or they would never be polled.
    if first and other and count % 5 == 4 then id, from = other, idle end
    if not id then break end
    -- It comes back by itself if the worker that polls it dies.
    redis.call('ZADD', from, now + tonumber(ARGV[5]), id)
    table.insert(taken, id)
    count_request(organization, 'poll', now, ARGV[7] .. #taken)
    left, room, count = left - 1, room - 1, count + 1
  end
  redis.call('HSET', budget, 'left', tostring(left), 'at', tostring(now), 'count', count)
  redis.call('EXPIRE', budget, 120)
  -- An organization without links is not walked through again.
  if redis.call('EXISTS', hurried, idle) == 0 then redis.call('SREM', KEYS[1], organization) end
end
-- One organization's broken records must hold up no other's links: what is of another type is nobody's, and goes.
local broken = {}
local types = {hurried = 'zset', idle = 'zset', budget = 'hash'}
for _, use in ipairs({'link', 'poll', 'lookup'}) do types['requests-' .. use] = 'zset' end
local organizations = redis.pcall('SMEMBERS', KEYS[1])
if organizations.err then
  redis.call('DEL', KEYS[1])
  return {taken, {'all'}}
end
for _, organization in ipairs(organizations) do
  if not pcall(take_from, organization) then
    table.insert(broken, organization)
    for name, kind in pairs(types) do
      local key = ARGV[6] .. name .. ':' .. organization
      if redis.call('TYPE', key).ok ~= kind then redis.call('DEL', key) end
    end
  end
end
return {taken, broken}
"""
)
_PAUSE = """
-- A negative balance: as many polls are owed as the pause would have brought.
redis.call('HSET', KEYS[1], 'left', tostring(1 - tonumber(ARGV[2]) * tonumber(ARGV[3])), 'at', ARGV[1])
redis.call('EXPIRE', KEYS[1], math.ceil(120 + tonumber(ARGV[2])))
"""


class RedisSchedule(Schedule):
    """When which link is looked at, in Redis."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._put = redis.register_script(_PUT)
        self._prioritize = redis.register_script(_PRIORITIZE)
        self._take = redis.register_script(_TAKE)
        self._pause = redis.register_script(_PAUSE)

    def put(self, live: PendingLink, due: float, *, is_prioritized: bool) -> None:
        organization_id = live.link.organization_id
        sets = [_prioritized(organization_id), _idle(organization_id)]
        to, other = sets if is_prioritized else reversed(sets)
        with redis_errors():
            self._put(keys=[link_key(live.id), to, other, ORGANIZATIONS], args=[live.id, due, organization_id])

    def prioritize(self, link_id: str, person: SlackUser, *, is_asked: bool) -> bool:
        with redis_errors():
            args = [
                link_id,
                person.user_id,
                self._clock(),
                int(is_asked),
                KEYS,
                person.enterprise_id or "",
                person.team_id,
            ]
            return bool(self._prioritize(keys=[link_key(link_id), ORGANIZATIONS], args=args))

    def take_due(self, count: int) -> Sequence[str]:
        """Return the ids of links to poll now, as many as their organizations' budgets allow. Raises UpstreamError."""
        with redis_errors():
            args = [self._clock(), PER_MINUTE / 60, AT_ONCE, count, POLL_SECONDS, KEYS, secrets.token_hex(8)]
            taken, broken = self._take(keys=[ORGANIZATIONS], args=args)
        for organization_id in broken:
            log.error("schedule.broken_record", organization_id=organization_id)
        return [str(link_id) for link_id in taken]

    def pause(self, organization_id: str, seconds: float) -> None:
        with redis_errors():
            self._pause(keys=[f"{KEYS}budget:{organization_id}"], args=[self._clock(), seconds, PER_MINUTE / 60])

    def forget(self, live: PendingLink) -> None:
        organization_id = live.link.organization_id
        with redis_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.zrem(_prioritized(organization_id), live.id)
            pipe.zrem(_idle(organization_id), live.id)
            pipe.execute()

    def forget_unreadable(self, link_id: str) -> None:
        with redis_errors():
            for organization_id in self._redis.smembers(ORGANIZATIONS):
                self._redis.zrem(_prioritized(organization_id), link_id)
                self._redis.zrem(_idle(organization_id), link_id)


def enter(pipe: Any, live: PendingLink) -> None:
    """Have a new link looked at when it expires, at the latest; part of the transaction that keeps it."""
    pipe.zadd(_idle(live.link.organization_id), {live.id: live.link.expires_at})
    pipe.sadd(ORGANIZATIONS, live.link.organization_id)


def _prioritized(organization_id: str) -> str:
    return f"{KEYS}hurried:{organization_id}"


def _idle(organization_id: str) -> str:
    return f"{KEYS}idle:{organization_id}"
