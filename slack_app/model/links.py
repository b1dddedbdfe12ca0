"""A link from the moment the platform made it until it has ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from slack_app.model.messages import MessageRef
from slack_app.model.tool_names import proper_name
from slack_app.model.tools import Connection
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Credentials
from slack_app.outside_text import cleaned

LATE_SECONDS = 3600.0
"""So long after its end a link can still be used: the provider's page stays open."""


@dataclass(frozen=True, slots=True)
class Link:
    """An authorization link as the platform gave it; times in seconds since the epoch.

    `fingerprint` is that of the credentials it was made with; empty in links that version 0.1 made before it kept one.
    """

    url: str = field(repr=False)
    state: str = field(repr=False)
    host: str
    organization_id: str
    connector_type: str
    created_at: float
    expires_at: float
    name: str = ""
    fingerprint: str = ""

    def is_made_with(self, credentials: Credentials) -> bool:
        """Return whether it was made with these credentials, and so for this person's account as it is now."""
        return self.organization_id == credentials.organization_id and self.fingerprint in ("", credentials.fingerprint)

    @property
    def tool(self) -> str:
        """What people call the tool."""
        return cleaned(self.name) or proper_name(self.connector_type)


@dataclass(frozen=True, slots=True)
class Authorization:
    """What the platform's authorize call answered, checked."""

    url: str = field(repr=False)
    state: str = field(repr=False)
    host: str


@dataclass(frozen=True, slots=True)
class DueLink:
    """A link that is to be polled now; its organization's turn came `late_seconds` after one of its links was due."""

    id: str
    organization_id: str
    late_seconds: float


class Outcome(StrEnum):
    """How a link ended; UNKNOWN is an expired one of which the platform did not say whether it was used.

    REVOKED is one whose organization or key is no longer the person's.
    """

    CONNECTED = "connected"
    DECLINED = "declined"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    REVOKED = "revoked"

    @classmethod
    def _missing_(cls, value: object) -> Outcome | None:
        """Read the words that version 0.1 stored for two of them."""
        return {"unsure": cls.UNKNOWN, "withdrawn": cls.REVOKED}.get(str(value))


@dataclass(frozen=True, slots=True)
class Completion:
    """What the platform says of a link: no outcome while the person has not finished."""

    outcome: Outcome | None
    connection: Connection | None = None


@dataclass(frozen=True, slots=True)
class EphemeralRef:
    """A private message with the link, in which a button was pressed at `given_at`.

    The press brought a response URL, with which it can be replaced, at most five times within thirty minutes.
    """

    response_url: str = field(repr=False)
    channel_id: str
    given_at: float
    message_ts: str = ""

    @property
    def can_replace(self) -> bool:
        """What is said there takes the message's place."""
        return True


@dataclass(frozen=True, slots=True)
class PendingLink:
    """A link that waits for its person, until it is used or has ended; `id` is what its buttons carry.

    `connections_before` maps the ids of the connections that the person had to their `created_at`, None when nobody
    could say. `prioritized_at` is when the person opened the link or asked to have it checked, `check_requested_at`
    only the latter. `late_looks` counts the looks after its end, from the one when its person was told on.
    `explains_key`: its message says that one key serves all.
    """

    id: str
    person: SlackUser
    link: Link
    parameters: Mapping[str, Any] = field(repr=False)
    connections_before: Mapping[str, str] | None
    reference: str
    dm: MessageRef | None = None
    ephemerals: Sequence[EphemeralRef] = ()
    outcome: Outcome | None = None
    connection: Connection | None = None
    polls: int = 0
    prioritized_at: float | None = None
    check_requested_at: float | None = None
    late_looks: int = 0
    explains_key: bool = False
