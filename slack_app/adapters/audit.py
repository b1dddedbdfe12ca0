"""Keeps who did what, never a secret: who changed how workspaces are set up, and what people connected.

    slack_app:audit                          stream: at, workspace_id, who, what, about; the last 10,000 changes of
                                             set-ups and keys
    slack_app:use:{slack_app:audit}          stream: the same of who connected and disconnected what, and was refused;
                                             the last 100,000: whatever people do, no change of a set-up leaves for it
    slack_app:noted:{slack_app:audit}:<id>   a mark for a day: what has that id was noted; in the streams' slot

Both are kept for AUDIT_DAYS, and end when nothing was noted for so long. An outage fails closed: the job that makes
the change comes again, and writes it then.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from itertools import islice

from slack_app.adapters.redis import PREFIX, Client, redis_errors
from slack_app.model.stored import read_number
from slack_app.model.workspaces import Change
from slack_app.ports.workspaces import Audit

KEY = f"{PREFIX}audit"
USE_KEY = f"{PREFIX}use:{{{KEY}}}"
MOST = 10_000
MOST_USE = 100_000
NOTED_SECONDS = 24 * 3600
DAY_SECONDS = 24 * 3600
PAGE = 1000

_NOTE = """
-- A job that is done again has noted it before.
if ARGV[1] ~= '' and not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[2]) then return end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', unpack(ARGV, 5))
redis.call('XTRIM', KEYS[1], 'MINID', (redis.call('TIME')[1] - ARGV[4]) .. '000')
redis.call('EXPIRE', KEYS[1], ARGV[4])
"""


class RedisAudit(Audit):
    """The audit trail in Redis, which forgets after so many days."""

    def __init__(self, redis: Client, days: int = 400) -> None:
        self._redis = redis
        self._seconds = days * DAY_SECONDS
        self._note = redis.register_script(_NOTE)

    def note(self, change: Change) -> None:
        self._add(KEY, MOST, change)

    def note_use(self, change: Change) -> None:
        self._add(USE_KEY, MOST_USE, change)

    def _add(self, key: str, most: int, change: Change) -> None:
        fields = {
            "at": str(change.at),
            "workspace_id": change.workspace_id,
            "who": change.who,
            "what": change.what,
            "about": change.about,
        }
        flat = [part for field in fields.items() for part in field]
        with redis_errors():
            mark = f"{PREFIX}noted:{{{KEY}}}:{change.id}"
            self._note(keys=[key, mark], args=[change.id, NOTED_SECONDS, most, self._seconds, *flat])

    def last(self, count: int, *, since: float = 0.0, workspace_id: str = "") -> Sequence[Change]:
        """Return what was noted last, of both kinds, the newest last. Raises UpstreamError.

        Only what was noted since then, in seconds since the epoch, and only that workspace's, where they are given.
        """
        both = heapq.merge(self._newest(KEY, since), self._newest(USE_KEY, since), key=lambda one: one[0], reverse=True)
        found = (change for _, change in both if workspace_id in ("", change.workspace_id))
        return list(islice(found, count))[::-1]

    def _newest(self, key: str, since: float) -> Iterator[tuple[tuple[int, float], Change]]:
        """Yield what a stream holds, the newest first, with when it was noted."""
        end, oldest = "+", int(since * 1000)
        while True:
            with redis_errors():
                entries = self._redis.xrevrange(key, max=end, min=oldest or "-", count=PAGE)
            for entry, fields in entries:
                change = _read(fields)
                yield (int(entry.partition("-")[0]), change.at), change
            if len(entries) < PAGE:
                return
            end = f"({entries[-1][0]}"


def _read(fields: dict[str, str]) -> Change:
    return Change(
        at=read_number(fields.get("at")) or 0.0,
        workspace_id=fields.get("workspace_id", ""),
        who=fields.get("who", ""),
        what=fields.get("what", ""),
        about=fields.get("about", ""),
    )
