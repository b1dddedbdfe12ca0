"""What the stand-in remembers: calls, links that are out, connections; and the rules of their lives."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from slack_app.stand_ins.freddy.parameters import Shape

STATE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the API, as it came in."""

    method: str
    path: str
    query: dict[str, str]
    body: object
    key: str | None
    peer: str
    has_cookie: bool
    at: float


class Progress(StrEnum):
    """How far a person is with a link; the words are the platform's."""

    INITIATED = "INITIATED"
    ACTIVE = "ACTIVE"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"


@dataclass(slots=True)
class Pending:
    """A link that is out. `owner` is the API key that asked: the platform knows no other person."""

    state: str
    connection_id: str
    tool_key: str
    owner: str
    authorization_url: str
    created_at: float
    progress: Progress = Progress.INITIATED
    credential_id: str | None = None


@dataclass(slots=True)
class Connection:
    """A connected account."""

    id: str
    connection_id: str
    tool_key: str
    display_name: str
    account_email: str
    owner: str
    created_at: datetime
    credential_name: str | None = None
    is_active: bool = True

    def to_json(self) -> dict[str, object]:
        """Return the API's form (`Connection` in the reference)."""
        return {
            "id": self.id,
            "tool_key": self.tool_key,
            "display_name": self.display_name,
            "credential_name": self.credential_name,
            "account_email": self.account_email,
            "connection_id": self.connection_id,
            "is_active": self.is_active,
            "created_at": self.created_at.isoformat(),
        }


@dataclass(slots=True)
class State:
    """The memory of one stand-in.

    `after_callback` is what complete-oauth answers of a state whose connection the callback has finished: None says
    that it is connected; 404, 409 and 410 that it is gone; 200 that nobody is through, for ever. The official SDK
    (aitronos-sdk 5.0.0, `complete_oauth`) describes the call as one for callbacks that do not reach the platform.
    `wanted` has, by tool, which parameters it takes instead of its own, and how the others are refused.
    """

    clock: Callable[[], float]
    pending: dict[str, Pending] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    after_callback: int | None = None
    wanted: dict[str, tuple[Mapping[str, str], Shape]] = field(default_factory=dict)

    def create_link(self, tool_key: str, owner: str, url: Callable[[str], str]) -> Pending:
        """Mint a state and its link."""
        state = f"ostate_{secrets.token_urlsafe(24)}"
        connection_id = f"conn_{secrets.token_hex(8)}"
        self.pending[state] = Pending(state, connection_id, tool_key, owner, url(state), self.clock())
        return self.pending[state]

    def find(self, state: str) -> Pending | None:
        """Return the link, marked as expired where its time is over; None for a state that never was."""
        pending = self.pending.get(state)
        if pending and pending.progress is Progress.INITIATED and self.clock() > pending.created_at + STATE_SECONDS:
            pending.progress = Progress.EXPIRED
        return pending

    def newest_open(self, tool_key: str) -> Pending | None:
        """Return the tool's most recent link that still waits for a decision, whoever asked for it.

        The reference knows of crossed people of one organization; a callback without a state names none at all.
        """
        states = [state for state, pending in self.pending.items() if pending.tool_key == tool_key]
        links = (self.find(state) for state in reversed(states))
        return next((link for link in links if link and link.progress is Progress.INITIATED), None)

    def find_by_connection(self, connection_id: str) -> Pending | None:
        """Return the link that leads, or led, to a connection."""
        state = next((p.state for p in self.pending.values() if p.connection_id == connection_id), "")
        return self.find(state)

    def issue_code(self, account_email: str) -> str:
        """Return the code that a provider hands out for an account; it can be exchanged once."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = account_email
        return code

    def connect(self, pending: Pending, display_name: str, code: str) -> Connection | None:
        """Exchange the code and connect its account; None for a code that is not good."""
        account_email = self.codes.pop(code, None)
        if account_email is None:
            return None
        connection = Connection(
            id=f"tcred_{secrets.token_hex(8)}",
            connection_id=pending.connection_id,
            tool_key=pending.tool_key,
            display_name=display_name,
            account_email=account_email,
            owner=pending.owner,
            created_at=datetime.fromtimestamp(self.clock(), UTC),
        )
        self.connections[connection.id] = connection
        pending.progress, pending.credential_id = Progress.ACTIVE, connection.id
        return connection

    def disconnect(self, connection: Connection) -> None:
        """Forget the connection, and the link that led to it: neither can say "connected" any more."""
        del self.connections[connection.id]
        self.pending = {s: p for s, p in self.pending.items() if p.credential_id != connection.id}

    def connections_of(self, owner: str, tool_key: str | None = None) -> list[Connection]:
        """Return the connections of a key, for one tool or all."""
        return [c for c in self.connections.values() if c.owner == owner and tool_key in (None, c.tool_key)]
