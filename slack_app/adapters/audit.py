"""Keeps who changed what of how workspaces are set up, never a secret.

    slack_app:audit                          stream: at, workspace_id, who, what, about; the last 10,000 changes
    slack_app:noted:{slack_app:audit}:<id>   a mark for a day: the change of that id was noted; in the stream's slot

The stream has no lifetime: it is capped, and it is a record to look back at. An outage fails closed: the job that makes
the change comes again, and writes it then.
"""

from __future__ import annotations

from collections.abc import Sequence

from slack_app.adapters.redis import PREFIX, Client, redis_errors
from slack_app.model.stored import read_number
from slack_app.model.workspaces import Change
from slack_app.ports.workspaces import Audit

KEY = f"{PREFIX}audit"
MOST = 10_000
NOTED_SECONDS = 24 * 3600

_NOTE = """
-- A job that is done again has noted it before.
if ARGV[1] ~= '' and not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[2]) then return end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', unpack(ARGV, 4))
"""


class RedisAudit(Audit):
    """The audit trail in Redis."""

    def __init__(self, redis: Client) -> None:
        self._redis = redis
        self._note = redis.register_script(_NOTE)

    def note(self, change: Change) -> None:
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
            self._note(keys=[KEY, mark], args=[change.id, NOTED_SECONDS, MOST, *flat])

    def last(self, count: int) -> Sequence[Change]:
        """Return the last changes, the newest last. Raises UpstreamError."""
        with redis_errors():
            entries = self._redis.xrevrange(KEY, count=count)
        return [_read(fields) for _, fields in reversed(entries)]


def _read(fields: dict[str, str]) -> Change:
    return Change(
        at=read_number(fields.get("at")) or 0.0,
        workspace_id=fields.get("workspace_id", ""),
        who=fields.get("who", ""),
        what=fields.get("what", ""),
        about=fields.get("about", ""),
    )
