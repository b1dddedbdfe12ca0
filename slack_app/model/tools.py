"""The tools that can be connected, and the accounts that are.

Whoever makes one, the platform's client or what Redis kept, its names are cleaned: a blank one counts as none.
"""

from __future__ import annotations

from dataclasses import dataclass

from slack_app.outside_text import cleaned


@dataclass(frozen=True, slots=True)
class Connector:
    """One tool of the catalogue; `name` is what people call it, its key where it has none."""

    tool_key: str
    name: str
    category: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        _clean(self, "name", "category", "description")


@dataclass(frozen=True, slots=True)
class Connection:
    """A connected account; `id` is the platform's credential id, `account` the address or name it is known by.

    `created_at` is the platform's own text (ISO 8601), `is_healthy` None where nobody asked or knows.
    """

    id: str
    tool_key: str
    name: str
    account: str = ""
    label: str = ""
    is_active: bool = True
    created_at: str = ""
    is_healthy: bool | None = None

    def __post_init__(self) -> None:
        _clean(self, "name", "account", "label")


def _clean(tool: Connector | Connection, *fields: str) -> None:
    for field in fields:
        object.__setattr__(tool, field, cleaned(getattr(tool, field)))  # frozen for everybody else
    if not tool.name:
        object.__setattr__(tool, "name", tool.tool_key)
