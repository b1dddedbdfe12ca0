"""Decides which link is polled next, and never lets the platform be asked too often (layout in __init__.py).

Polls come evenly, about one a second and six at once, as far as what the organization's people asked for leaves room
(budget.py). Whoever opened a link or pressed *Check now* goes first, one in five is for the others. Which organization
is next, taking.py says.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import structlog

from slack_app.adapters.links import KEYS, link_key
from slack_app.adapters.links.taking import MOST_VISITED, TAKE
from slack_app.adapters.redis import Client, redis_errors
from slack_app.model.links import DueLink, PendingLink
from slack_app.model.users import SlackUser
from slack_app.ports import Clock
from slack_app.ports.links import Schedule

ORDER = f"{KEYS}order"
ORGANIZATIONS = f"{KEYS}organizations"
"""Where versions before kept what stands in `ORDER`; it is emptied into that."""
POLL_SECONDS = 30.0
"""How long a link that was taken to be polled is nobody else's; what a worker that died held comes back so."""
PER_MINUTE = 66
"""As many as budget.py leaves for polls when a minute brings few links and look-ups."""
AT_ONCE = 6
MOST_CALLS = 100
"""One after the other, while all that a call looks at may not be asked now: others may wait behind them."""

log = structlog.get_logger("slack_app.links")

_PUT = """
-- A link whose record is gone is polled no more.
if redis.call('HEXISTS', KEYS[1], 'owner') == 0 then return end
redis.call('HSET', KEYS[1], 'polls', ARGV[4])
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('ZADD', KEYS[4], 'LT', ARGV[2], ARGV[3])
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
redis.call('ZADD', KEYS[2], 'LT', ARGV[3], known[2])
return 1
"""
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
        self._take = redis.register_script(TAKE)
        self._pause = redis.register_script(_PAUSE)

    def put(self, live: PendingLink, due: float, *, is_prioritized: bool) -> None:
        organization_id = live.link.organization_id
        sets = [prioritized_key(organization_id), idle_key(organization_id)]
        to, other = sets if is_prioritized else reversed(sets)
        with redis_errors():
            args = [live.id, due, organization_id, live.polls]
            self._put(keys=[link_key(live.id), to, other, ORDER], args=args)

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
            return bool(self._prioritize(keys=[link_key(link_id), ORDER], args=args))

    def take_due(self, most: int, in_hand: Mapping[str, int] = MappingProxyType({})) -> Sequence[DueLink]:
        """Return links to poll now, as many as their organizations' budgets allow. Raises UpstreamError.

        `most` is how many threads are free for them; while others wait, an organization gets one more of these only
        as long as what it has `in_hand` is less than SHARE times what is left.
        """
        args = [self._clock(), PER_MINUTE / 60, AT_ONCE, most, POLL_SECONDS, KEYS, secrets.token_hex(8)]
        args.append(json.dumps(dict(in_hand)))
        for _ in range(MOST_CALLS):
            with redis_errors():
                taken, broken, visited = self._take(keys=[ORDER, ORGANIZATIONS], args=args)
            for organization_id in broken:
                log.error("schedule.broken_record", organization_id=organization_id)
            if taken or visited < MOST_VISITED:
                break
        if "" in broken:
            self._restore_order()
        return [DueLink(str(link_id), str(whose), float(late)) for link_id, whose, late in taken]

    def _restore_order(self) -> None:
        with redis_errors():
            for kept in (prioritized_key(""), idle_key("")):
                for key in self._redis.scan_iter(match=f"{kept}*", count=1000):
                    self._redis.zadd(ORDER, {str(key).removeprefix(kept): self._clock()}, nx=True)

    def pause(self, organization_id: str, seconds: float) -> None:
        with redis_errors():
            self._pause(keys=[f"{KEYS}budget:{organization_id}"], args=[self._clock(), seconds, PER_MINUTE / 60])

    def forget(self, live: PendingLink) -> None:
        organization_id = live.link.organization_id
        with redis_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.zrem(prioritized_key(organization_id), live.id)
            pipe.zrem(idle_key(organization_id), live.id)
            pipe.execute()

    def forget_unreadable(self, link_id: str) -> None:
        with redis_errors(), self._redis.pipeline(transaction=False) as pipe:
            for organization_id in self._redis.zrange(ORDER, 0, -1):  # whose it is stood in its record
                pipe.zrem(prioritized_key(organization_id), link_id)
                pipe.zrem(idle_key(organization_id), link_id)
            pipe.execute()


def prioritized_key(organization_id: str) -> str:
    """Return the key of the links that are polled first."""
    return f"{KEYS}hurried:{organization_id}"


def idle_key(organization_id: str) -> str:
    """Return the key of the others."""
    return f"{KEYS}idle:{organization_id}"
