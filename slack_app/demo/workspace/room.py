"""What a workspace holds: people, conversations, messages; and who may see which."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from slack_app.demo.workspace.blocks import with_ids

APP_USER = "U0FREDDY"
SLACKBOT = "USLACKBOT"
ROLES = ("owner", "admin", "member", "guest", "single_channel_guest")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is in the workspace; `role` is one of ROLES.

    https://docs.slack.dev/reference/objects/user-object
    """

    id: str
    name: str
    full_name: str
    role: str = "member"
    is_deleted: bool = False
    is_bot: bool = False

    def __post_init__(self) -> None:
        """Refuse a role that Slack does not have. Raises ValueError."""
        if self.role not in ROLES:
            raise ValueError(f"no such role: {self.role}")

    @property
    def is_admin(self) -> bool:
        """Say whether the person decides on the workspace's apps."""
        return self.role in ("owner", "admin")

    @property
    def described(self) -> str:
        """Give name and role in words."""
        return f"{self.full_name} · {'single-channel guest' if self.role == 'single_channel_guest' else self.role}"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A global shortcut of the app's, as its manifest names it."""

    callback_id: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class TroubleChoice:
    """One entry of the page's menu of troubles."""

    name: str
    label: str
    explanation: str


class SlackTrouble(StrEnum):
    """What goes wrong on Slack's side."""

    NONE = "none"
    DM_CLOSED = "dm_closed"
    RATE_LIMITED = "rate_limited"
    DOWN = "down"
    HOOKS_GONE = "hooks_gone"


@dataclass(frozen=True, slots=True)
class Ack:
    """How the app answered one request, after how long; status 0 for no answer, and Slack's word for why."""

    status: int
    body: dict[str, Any] | str
    seconds: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the app: a Web API method, or `response_url`."""

    method: str
    arguments: dict[str, Any]
    peer: str
    at: float


@dataclass(slots=True)
class Message:
    """A message as it stands now. `ephemeral_to` is the only person who sees it; `via` says how it came."""

    id: str
    channel_id: str
    ts: str
    user_id: str
    text: str
    blocks: list[dict[str, Any]]
    via: str
    ephemeral_to: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    is_edited: bool = False
    deleted: bool = False
    suggested: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def blocks_with_ids(self) -> list[dict[str, Any]]:
        """Give the blocks as Slack hands them out: what came without an id has got one."""
        return with_ids(self.blocks, self.id)

    def shown(self) -> dict[str, Any]:
        """Give the page's form."""
        return {
            "id": self.id,
            "channel_id": self.channel_id,
            "ts": self.ts,
            "user_id": self.user_id,
            "text": self.text,
            "blocks": self.blocks_with_ids(),
            "is_ephemeral": self.ephemeral_to is not None,
            "is_edited": self.is_edited,
            "from": {APP_USER: "app", SLACKBOT: "slackbot"}.get(self.user_id, "person"),
        }


Listener = Callable[[str, dict[str, Any], Callable[[str], bool]], None]
"""Told of each change: the event's name, its data, and which person may know of it."""


class Room:
    """All conversations of the workspace; safe to use from any thread."""

    def __init__(self, people: Sequence[Person], clock: Callable[[], float]) -> None:
        self.people = {person.id: person for person in people}
        self.channels = {"C0GENERAL": "general", "C0DESIGN": "design"}
        self.messages: list[Message] = []
        self.listeners: list[Listener] = []
        self._clock = clock
        self._lock = threading.RLock()
        self._count = 0

    def everything(self) -> list[Message]:
        """Give every message, in order, removed ones too."""
        with self._lock:
            return list(self.messages)

    def channel_name(self, channel_id: str) -> str:
        """Give the name that Slack's payloads carry."""
        return self.channels.get(channel_id, "directmessage")

    def dm_of(self, user_id: str) -> str:
        """Give the id of the person's direct message with the app."""
        return f"D0{user_id[2:]}"

    def knows(self, channel_id: str) -> bool:
        """Say whether there is such a conversation."""
        return channel_id in self.channels or any(channel_id == self.dm_of(user_id) for user_id in self.people)

    def may_see(self, user_id: str, message: Message) -> bool:
        """Say whether the person sees the message."""
        if message.ephemeral_to is not None:
            return user_id == message.ephemeral_to
        return message.channel_id in self.channels or message.channel_id == self.dm_of(user_id)

    def seen_by(self, user_id: str) -> list[Message]:
        """Give everything that the person sees, in order."""
        with self._lock:
            return [m for m in self.messages if not m.deleted and self.may_see(user_id, m)]

    def find(self, channel_id: str, ts: str) -> Message | None:
        """Give the message that stands there."""
        with self._lock:
            found = (m for m in self.messages if (m.channel_id, m.ts, m.deleted) == (channel_id, ts, False))
            return next(found, None)

    def post(self, **facts: Any) -> Message:
        """Add a message; the facts are Message's fields but `id` and `ts`."""
        with self._lock:
            self._count += 1
            ts = f"{int(self._clock())}.{self._count:06d}"
            message = Message(id=f"m{self._count}", ts=ts, **facts)
            self.messages.append(message)
            self._tell("message", message)
        return message

    def change(
        self, message: Message, text: str, blocks: list[dict[str, Any]], *, via: str, fields: dict[str, Any]
    ) -> None:
        """Put other content into a message, in its place; a private one is not marked as edited."""
        with self._lock:
            message.text, message.blocks, message.via, message.fields = text, blocks, via, fields
            message.is_edited = message.ephemeral_to is None
            self._tell("message", message)

    def remove(self, message: Message) -> None:
        """Take a message away."""
        with self._lock:
            message.deleted = True
            self._tell("removed", message)

    def tell(self, event: str, data: dict[str, Any], is_for: Callable[[str], bool]) -> None:
        """Tell those who listen of a change."""
        for listener in list(self.listeners):
            listener(event, data, is_for)

    def _tell(self, event: str, message: Message) -> None:
        # Under the lock: who listens must hear of changes in the order in which they were made.
        data = message.shown() if event == "message" else {"id": message.id}
        self.tell(event, data, lambda user_id: self.may_see(user_id, message))
