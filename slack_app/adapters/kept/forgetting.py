"""Forgets what is kept of a person, or of a workspace: whatever of it stands in Redis, with a count."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from slack_app.adapters.jobs.inspection import JobInspection
from slack_app.adapters.kept import Subject, Treatment
from slack_app.adapters.kept.search import BATCH, Entry, search
from slack_app.adapters.redis import Client, redis_errors
from slack_app.model.stored import read_json

FORGOTTEN = "forgotten"
"""Stands where somebody's id stood in what is kept all the same."""
MOST_PASSES = 30
PAUSE_SECONDS = 1.0
"""What is in hand is done within seconds, and what it wrote is found by the next pass."""

_EDIT_SETUP = """
-- Only as it was read. A form of before is of no later set-up: it would bring the names back.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
if redis.call('HEXISTS', KEYS[1], 'version') == 1 then redis.call('HINCRBY', KEYS[1], 'version', 1) end
return 1
"""
_EDIT_TRAIL = """
-- A stream's entries cannot be changed: all are written anew, under the ids that they have.
local lives, edits = redis.call('PTTL', KEYS[1]), cjson.decode(ARGV[1])
local entries = redis.call('XRANGE', KEYS[1], '-', '+')
redis.call('DEL', KEYS[1])
for _, entry in ipairs(entries) do
  local fields, edit = entry[2], edits[entry[1]]
  for i = 1, #fields, 2 do fields[i + 1] = edit and edit[fields[i]] or fields[i + 1] end
  redis.call('XADD', KEYS[1], entry[1], unpack(fields))
end
if lives > 0 then redis.call('PEXPIRE', KEYS[1], lives) end
return 1
"""


@dataclass(slots=True)
class Forgotten:
    """How much was forgotten, by the kinds of keys; `in_hand` jobs are being done, `is_all` where nothing was left."""

    counts: Counter[str] = field(default_factory=Counter)
    in_hand: int = 0
    is_all: bool = False


class Forgetting:
    """Forgets; each method raises UpstreamError."""

    def __init__(self, redis: Client, jobs: JobInspection, sleep: Callable[[float], None]) -> None:
        self._redis = redis
        self._jobs = jobs
        self._sleep = sleep
        self._edit_setup = redis.register_script(_EDIT_SETUP)
        self._edit_trail = redis.register_script(_EDIT_TRAIL)

    def forget(self, subject: Subject) -> Forgotten:
        """Remove everything that names them, until nothing more is found: the app may be at work meanwhile."""
        forgotten = Forgotten()
        for number in range(MOST_PASSES):
            if number:
                self._sleep(PAUSE_SECONDS)
            before = forgotten.counts.total()
            in_hand: set[str] = set()
            for entry in search(self._redis, subject):
                self._forget(entry, subject, forgotten.counts, in_hand)
            forgotten.in_hand = len(in_hand)
            if not forgotten.in_hand and forgotten.counts.total() == before:
                forgotten.is_all = True
                break
        return forgotten

    def _forget(self, entry: Entry, subject: Subject, counts: Counter[str], in_hand: set[str]) -> None:
        """Remove it, or the parts of it; jobs that are being done are left, and their ids noted."""
        if entry.treatment is Treatment.JOB:
            self._forget_jobs(entry, counts, in_hand)
            return
        with redis_errors():
            if entry.treatment is Treatment.TRAIL:
                count = self._forget_in_trail(entry, subject)
            elif entry.treatment is Treatment.SETUP and subject.is_person:
                count = self._forget_in_setup(entry, subject)
            elif entry.is_whole or entry.treatment is Treatment.SETUP:
                count = int(self._redis.delete(entry.key))
            else:
                count = self._forget_parts(entry)
        counts[entry.name] += count

    def _forget_jobs(self, entry: Entry, counts: Counter[str], in_hand: set[str]) -> None:
        ids = [entry.key.partition("job:")[2]]
        if entry.kind == "stream":
            ids = [entry.parts[part].removeprefix("id ") for part in entry.named]
        for job_id in ids:
            is_dropped = self._jobs.drop(job_id, with_mark=True)
            if is_dropped is None:
                in_hand.add(job_id)
            counts[entry.name] += is_dropped is True

    def _forget_parts(self, entry: Entry) -> int:
        remove: dict[str, Callable[..., Any]] = {
            "hash": self._redis.hdel,
            "set": self._redis.srem,
            "zset": self._redis.zrem,
            "stream": self._redis.xdel,
        }
        if entry.kind == "list":
            return sum(int(self._redis.lrem(entry.key, 0, part)) for part in entry.named)
        pieces = [entry.named[at : at + BATCH] for at in range(0, len(entry.named), BATCH)]
        return sum(int(remove[entry.kind](entry.key, *piece)) for piece in pieces)

    def _forget_in_setup(self, entry: Entry, subject: Subject) -> int:
        count = 0
        for part in entry.named:
            stored = entry.parts[part]
            edited = FORGOTTEN  # the id of the job that changed it last
            if part == "setup":
                with suppress(ValueError, AttributeError):  # what cannot be read is no set-up
                    edited = json.dumps(_without(read_json(stored), subject))
            count += int(self._edit_setup(keys=[entry.key], args=[part, stored, edited]))
        return count

    def _forget_in_trail(self, entry: Entry, subject: Subject) -> int:
        edits = {}
        for part in entry.named:
            [(_, fields)] = self._redis.xrange(entry.key, part, part) or [(part, {})]
            changed = {name: _edited(text, subject) for name, text in fields.items() if name in ("who", "about")}
            if any(changed[name] != fields[name] for name in changed):
                edits[part] = changed
        if edits:
            self._edit_trail(keys=[entry.key], args=[json.dumps(edits)])
        return len(edits)


def _edited(text: str, subject: Subject) -> str:
    """Return the text of the trail without people: of a workspace that is forgotten, whoever they were."""
    if subject.is_person:
        return " ".join(FORGOTTEN if word in subject.ids else word for word in text.split(" "))
    is_user = text[:1] in ("U", "W") and text.isalnum() and text.isupper()
    return FORGOTTEN if is_user else text


def _without(stored: dict[str, Any], subject: Subject) -> dict[str, Any]:
    """Return the set-up without the person: chosen by nobody, naming others alone for help."""
    kept: dict[str, Any] = {}
    for name, value in stored.items():
        if isinstance(value, list):
            kept[name] = [one for one in value if one not in subject.ids]
        else:
            kept[name] = "" if value in subject.ids else value
    return kept
