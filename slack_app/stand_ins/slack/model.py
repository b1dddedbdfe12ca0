"""The nouns of a workspace: people, messages, the app as Slack knows it, and how its requests and calls went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from slack_app.stand_ins.slack.blocks import with_ids

APP_USER = "U0FREDDY"
SLACKBOT = "USLACKBOT"
NO_FAULT = "none"
ROLES = ("owner", "admin", "member", "guest", "single_channel_guest")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is in the workspace; `role` is one of ROLES, `org_role` the one in its organization.

    A stranger of a conversation that is shared (Slack Connect) has a `home`: their own workspace, in `home_org` if it
    is part of one. https://docs.slack.dev/reference/objects/user-object
    """

    id: str
    name: str
    full_name: str
    role: str = "member"
    is_deleted: bool = False
    is_bot: bool = False
    org_role: str = "member"
    home: str = ""
    home_org: str = ""

    def __post_init__(self) -> None:
        """Refuse a role that Slack does not have. Raises ValueError."""
        if self.role not in ROLES:
            raise ValueError(f"no such role: {self.role}")

    @property
    def is_admin(self) -> bool:
        """Return whether the person decides on the workspace's apps."""
        return self.role in ("owner", "admin")

    @property
    def label(self) -> str:
        """Return name and role in words."""
        return f"{self.full_name} · {'single-channel guest' if self.role == 'single_channel_guest' else self.role}"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A global shortcut of the app's, as its manifest names it."""

    callback_id: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class FaultChoice:
    """One entry of the page's menu of faults."""

    name: str
    label: str
    explanation: str


@dataclass(slots=True)
class FaultMenu:
    """The page's menu of faults; `play` is called with the name of the one that is chosen, or NO_FAULT.

    `note` says which cannot be played here, and why.
    """

    choices: Sequence[FaultChoice]
    play: Callable[[str], object]
    note: str = ""
    current: str = NO_FAULT


class SlackFault(StrEnum):
    """What goes wrong on Slack's side."""

    NONE = "none"
    DM_CLOSED = "dm_closed"
    RATE_LIMITED = "rate_limited"
    DOWN = "down"
    RESPONSE_URLS_GONE = "response_urls_gone"


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
    """A message as it stands now.

    `ephemeral_to` is the only person who sees it; `via` says how it came, `is_locked` that it can be edited no more.
    `thread_ts` is the message that it replies to, and `subtype` Slack's word for a message of a special kind. The page
    shows replies where they came, among the others.
    """

    id: str
    channel_id: str
    ts: str
    user_id: str
    text: str
    blocks: list[dict[str, Any]]
    via: str
    ephemeral_to: str | None = None
    thread_ts: str = ""
    subtype: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    is_edited: bool = False
    deleted: bool = False
    is_locked: bool = False
    suggested: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def blocks_with_ids(self) -> list[dict[str, Any]]:
        """Return the blocks as Slack hands them out: what came without an id has got one."""
        return with_ids(self.blocks, self.id)

    def shown(self) -> dict[str, Any]:
        """Return the page's form."""
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


@dataclass(slots=True)
class AppConfig:
    """What Slack knows of the app, as its manifest and its settings say.

    `request_url` is where the app listens; None is Socket Mode. `verified_url` is the one that answered a challenge.
    `has_home_tab`: whether the App Home is switched on.
    """

    signing_secret: str
    app_token: str = ""
    request_url: str | None = None
    verified_url: str | None = field(default=None, kw_only=True)
    command: str = "/connect"
    usage_hint: str = "github"
    shortcuts: Sequence[Shortcut] = ()
    has_home_tab: bool = True
