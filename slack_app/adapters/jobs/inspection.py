"""The operator's side of the queue: what waits, what could not be done, and what is to become of it.

Each change is one script, so that no worker takes a job that is being dropped, and none is put back twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from slack_app.adapters.jobs import (
    BACKGROUND,
    DEAD,
    PERSON,
    SCHEDULED,
    STREAM,
    WAITING,
    dead_job_key,
    job_key,
    line_key,
    ring_key,
)
from slack_app.adapters.jobs.consumer import GROUP, LEASE_SECONDS
from slack_app.adapters.jobs.lines import LINES
from slack_app.adapters.jobs.producer import TO_DO_SECONDS
from slack_app.adapters.redis import Client, each, redis_errors
from slack_app.model.jobs import Job
from slack_app.model.stored import read_number
from slack_app.ports import Clock

SEARCHED = 10_000
"""So many of each state are looked through for one: more wait only where no worker runs."""
_HANDS = f"""
local function entries_of(id)
  local found = {{}}
  for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do
    if entry[2][1] == 'id' and entry[2][2] == id then table.insert(found, entry[1]) end
  end
  return found
end
-- One that nobody has renewed for twice the lease is a dead worker's: no worker is left to take it over.
local function is_in_hand(entry)
  local held = redis.pcall('XPENDING', KEYS[1], '{GROUP}', entry, entry, 1)
  if type(held) ~= 'table' or held.err then return false end
  return held[1] ~= nil and held[1][3] < {int(2000 * LEASE_SECONDS)}
end
"""
_DROP = (
    LINES
    + _HANDS
    + """
local id = ARGV[1]
local entries = entries_of(id)
for _, entry in ipairs(entries) do
  if is_in_hand(entry) then return -1 end
end
local lane, tenant = line_of(id)
-- The mark of one that is done makes Slack's repetitions do nothing.
local is_mark = redis.pcall('HGET', KEYS[2], 'body') == ''
local dropped = redis.call('DEL', KEYS[3])
if ARGV[2] == '1' or not is_mark then dropped = dropped + redis.call('DEL', KEYS[2]) end
local left = redis.pcall('LREM', prefix .. 'line:' .. lane .. ':' .. tenant, 0, id)
if type(left) == 'number' then dropped = dropped + left end
for _, entry in ipairs(entries) do
  redis.pcall('XACK', KEYS[1], '{GROUP}', entry)
  dropped = dropped + redis.call('XDEL', KEYS[1], entry)
end
dropped = dropped + redis.call('ZREM', KEYS[4], id) + redis.call('ZREM', KEYS[5], id)
for _, entry in ipairs(redis.call('XRANGE', KEYS[6], '-', '+')) do
  if entry[2][2] == id then dropped = dropped + redis.call('XDEL', KEYS[6], entry[1]) end
end
return dropped
"""
)
_RETRY = (
    LINES
    + """
-- Only as it was read: two operators put it back once, and what is to do again is left alone.
if redis.call('HGET', KEYS[2], 'body') ~= ARGV[2] then return 0 end
if (redis.pcall('HGET', KEYS[1], 'body') or '') ~= '' then return 0 end
-- Into its line first, which can fail: then nothing is written.
local lane, tenant = string.match(redis.call('HGET', KEYS[2], 'line') or '', '^(%l+):(.*)$')
if not lane then lane, tenant = line_of(ARGV[1]) end
put('RPUSH', ARGV[1], lane, tenant)
redis.call('DEL', KEYS[1])
redis.call('RENAME', KEYS[2], KEYS[1])
redis.call('HSET', KEYS[1], 'body', ARGV[3])
redis.call('HDEL', KEYS[1], 'attempts', 'retries', 'tries', 'notified', 'told')
redis.call('EXPIRE', KEYS[1], ARGV[4])
for _, entry in ipairs(redis.call('XRANGE', KEYS[3], '-', '+')) do
  if entry[2][2] == ARGV[1] then redis.call('XDEL', KEYS[3], entry[1]) end
end
return 1
"""
)


class State(StrEnum):
    """Where a job is: to be done now, due later, being done, or given up."""

    WAITING = "waiting"
    LATER = "later"
    IN_HAND = "in_hand"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Listed:
    """A job as an operator may see it: ids and counts, nothing that was typed and no address.

    `job` is None where nothing readable is kept of it; `due_at` and `died_at` are in seconds since the epoch.
    """

    id: str
    state: State
    job: Job[Any] | None
    due_at: float | None = None
    died_at: float | None = None
    reason: str = ""
    attempts: int = 0
    retries: int = 0
    has_link: bool = False
    has_message: bool = False


class JobInspection:
    """All jobs; each method raises UpstreamError."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._drop = redis.register_script(_DROP)
        self._retry = redis.register_script(_RETRY)

    def waiting(self, most: int) -> Sequence[Listed]:
        """Return what is in hand, to be done now and due later: `most` of each, whatever comes first."""
        with redis_errors():
            in_hand = [fields.get("id", "") for _, fields in self._redis.xrange(STREAM, count=most)]
            later: list[tuple[str, float]] = self._redis.zrange(SCHEDULED, 0, most - 1, withscores=True)
            in_line = list(self._in_line(most))
        due = dict(later)
        states = {
            **dict.fromkeys(in_line, State.WAITING),
            **dict.fromkeys(due, State.LATER),
            **dict.fromkeys(in_hand, State.IN_HAND),
        }
        found = self._read({job_id: job_key(job_id) for job_id in [*in_hand, *in_line, *due]})
        return [_listed(job_id, states[job_id], stored, due_at=due.get(job_id)) for job_id, stored in found]

    def _in_line(self, most: int) -> Iterator[str]:
        """Yield ids from the lines, what a person waits for first, tenants as their turn comes."""
        for lane in (PERSON, BACKGROUND):
            lines = [line_key(lane, tenant) for tenant in self._redis.zrange(ring_key(lane), 0, most)]
            wanted: list[tuple[str, int]] = []
            for line, length in each(self._redis, lines, lambda pipe, line: pipe.llen(line)):
                if count := min(length, most):
                    wanted.append((line, count))
                    most -= count
            for _, ids in each(self._redis, wanted, lambda pipe, one: pipe.lrange(one[0], 0, one[1] - 1)):
                yield from ids

    def dead(self, most: int) -> Sequence[Listed]:
        """Return the last that could not be done, the newest last."""
        with redis_errors():
            entries = self._redis.xrevrange(DEAD, count=most)
        noted = {fields.get("id", ""): (entry, fields.get("reason", "")) for entry, fields in reversed(entries)}
        found = self._read({job_id: dead_job_key(job_id) for job_id in noted})
        return [
            _listed(job_id, State.DEAD, stored, died_at=int(entry.partition("-")[0]) / 1000, reason=reason)
            for job_id, stored in found
            for entry, reason in [noted[job_id]]
        ]

    def find(self, word: str) -> Sequence[Listed]:
        """Return the jobs that are called so: by their id, or by the reference that a person was told."""
        listed = [*self.dead(SEARCHED), *self.waiting(SEARCHED)]
        return [one for one in listed if word == one.id or (one.job and word == one.job.reference)]

    def retry(self, job_id: str) -> bool:
        """Have a dead job done once more, as if it were asked for now; False when it is not dead, or not readable.

        It comes last in the line of its workspace. Steps that were done of it are not repeated; its person is answered
        in their direct message.
        """
        with redis_errors():
            body: str | None = self._redis.hget(dead_job_key(job_id), "body")
        try:
            job = Job.from_json(body or "")
        except ValueError:
            return False
        again = replace(job, accepted_at=self._clock())
        with redis_errors():
            keys = [job_key(job_id), dead_job_key(job_id), DEAD]
            return bool(self._retry(keys=keys, args=[job_id, body, again.to_json(), TO_DO_SECONDS]))

    def drop(self, job_id: str, *, with_mark: bool = False) -> bool | None:
        """Forget the job, wherever it is; False for one that is done or unknown, None while a worker is doing it.

        `with_mark` also the mark that it leaves for an hour when it is done or dead: sent again, it is done again then.
        """
        keys = [STREAM, job_key(job_id), dead_job_key(job_id), SCHEDULED, WAITING, DEAD]
        with redis_errors():
            dropped = int(self._drop(keys=keys, args=[job_id, int(with_mark)]))
        return None if dropped < 0 else dropped > 0

    def _read(self, keys: Mapping[str, str]) -> Iterable[tuple[str, Mapping[str, str]]]:
        with redis_errors(), self._redis.pipeline(transaction=False) as pipe:
            for key in keys.values():
                pipe.hgetall(key)
            return list(zip(keys, pipe.execute(raise_on_error=False), strict=True))


def _listed(job_id: str, state: State, stored: object, **more: Any) -> Listed:
    fields: Mapping[str, str] = stored if isinstance(stored, dict) else {}  # else an error: of another type
    try:
        job = Job.from_json(fields.get("body", ""))
    except ValueError:
        job = None
    return Listed(
        job_id,
        state,
        job,
        attempts=int(read_number(fields.get("attempts")) or 0),
        retries=int(read_number(fields.get("retries") or fields.get("tries")) or 0),
        has_link="link_id" in fields,
        has_message="dm" in fields,
        **more,
    )
