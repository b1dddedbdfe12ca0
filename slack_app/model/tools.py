"""The tools that can be connected, and the accounts that are.

Whoever makes one, the platform's client or what Redis kept, its names are cleaned: a blank one counts as none.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from slack_app.model.tool_names import proper_name
from slack_app.model.users import SlackUser
from slack_app.outside_text import cleaned


@dataclass(frozen=True, slots=True)
class Connector:
    """One tool of the catalogue; `name` is what people call it, from tool_names.py where it has none."""

    tool_key: str
    name: str
    category: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        _clean(self, "name", "category", "description")


class Owner(StrEnum):
    """Whose a connection is to whoever looks at it: theirs, a colleague's, or of nobody that the app knows."""

    SELF = "self"
    COLLEAGUE = "colleague"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Connection:
    """A connected account; `id` is the platform's credential id, `account` the address or name it is known by.

    `created_at` is the platform's own text (ISO 8601), `is_healthy` None where nobody asked or knows. `owner_id` is the
    Slack id of the colleague who made it, for admins. `number` tells it from others of the tool that are called the
    same, the oldest is 1; 0 where there are none. `is_repeated`: the person had connected the same account before, too.
    """

    id: str
    tool_key: str
    name: str
    account: str = ""
    label: str = ""
    is_active: bool = True
    created_at: str = ""
    is_healthy: bool | None = None
    owner: Owner = Owner.SELF
    owner_id: str = ""
    number: int = 0
    is_repeated: bool = False

    @property
    def digest(self) -> str:
        """Return what tells it from all others; the id cannot be learnt from it."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:32]

    def __post_init__(self) -> None:
        _clean(self, "name", "account", "label")


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who made a connection through the app, and to which tool; `gone_at` is when a list did not show it any more."""

    person: SlackUser
    tool_key: str
    since: float
    gone_at: float | None = None


def numbered(connections: Sequence[Connection]) -> Sequence[Connection]:
    """Return the connections; those of one owner that tool, label and account do not tell apart have a number."""
    alike: dict[tuple[str, ...], list[Connection]] = defaultdict(list)
    for connection in sorted(connections, key=lambda connection: (connection.created_at, connection.id)):
        alike[_called(connection)].append(connection)
    return [
        replace(connection, number=same.index(connection) + 1 if len(same) > 1 else 0)
        for connection in connections
        for same in [alike[_called(connection)]]
    ]


def _called(connection: Connection) -> tuple[str, ...]:
    whose = (connection.owner.value, connection.owner_id)
    return (*whose, connection.tool_key, connection.label.casefold(), connection.account.casefold())


def _clean(tool: Connector | Connection, *fields: str) -> None:
    for field in fields:
        object.__setattr__(tool, field, cleaned(getattr(tool, field)))  # frozen for everybody else
    if not tool.name:
        object.__setattr__(tool, "name", proper_name(tool.tool_key))
