"""The tools that can be connected, and the accounts that are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Connector:
    """One tool of the catalogue; `name` is what people call it."""

    tool_key: str
    name: str
    category: str = ""
    description: str = ""


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
