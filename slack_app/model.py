"""The nouns of the product; plain values without behaviour towards the outside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

JOB_VERSION = 2
READABLE_VERSIONS = (1, 2)
"""Version 1 had no `word` and no `details`: workers of today read what web processes of before wrote."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who asked. Ids alone are ambiguous on Enterprise Grid, so the three always travel together."""

    enterprise_id: str | None
    team_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Job:
    """One accepted request; its `id` is the same however often Slack sends it.

    `word` names the feature. `response_url` is empty where Slack gives none (App Home, modals, typed messages), and
    then the direct message is the only way to the person; `channel_id` is where they asked, empty where that is
    nowhere. `details` is what else the feature needs to know.
    `accepted_at` is in seconds since the epoch, by our clock.
    """

    id: str
    person: Person
    channel_id: str
    response_url: str = field(repr=False)
    connector_type: str
    parameters: Mapping[str, str] = field(repr=False)
    accepted_at: float
    word: str = "connect"
    details: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def reference(self) -> str:
        """The short word that a person can quote and that every log line of this job carries."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:8].upper()

    def to_json(self) -> str:
        """Give the stored form."""
        return json.dumps({"v": JOB_VERSION, **asdict(self)}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Job:
        """Read the stored form; raises ValueError for anything that no version of us wrote."""
        try:
            stored = json.loads(text)
            if stored.pop("v") not in READABLE_VERSIONS:
                raise ValueError("a job of another version")
            person = Person(**stored.pop("person"))
            job = cls(person=person, **stored)
        except (KeyError, TypeError, AttributeError) as exc:
            raise ValueError("not a job") from exc
        words = (job.id, person.team_id, person.user_id, job.channel_id, job.response_url, job.connector_type, job.word)
        objects = (job.parameters, job.details)
        if not all(isinstance(word, str) for word in words) or not all(isinstance(o, dict) for o in objects):
            raise ValueError("not a job")
        if not isinstance(job.accepted_at, (int, float)):
            raise ValueError("not a job")
        return job


class Way(StrEnum):
    """Whose key people are connected with: the operator's, one of the organization for all, or each person's own."""

    OPERATOR = "operator"
    SHARED = "shared"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Setup:
    """How a workspace (or an Enterprise Grid) is set up; `workspace_id` is the id that it was set up under.

    `offered` are the keys of the tools that people may connect, none for all; `notify` the ids of those who are asked
    for help, none for the workspace's admins; `set_by` who chose the organization, empty for the operator;
    `enterprise_id` the Grid that the workspace is part of. `version` grows with each change; it is 0 where only the
    environment names the workspace. `is_inherited` where the organization is by a mapping of the operator that stands
    elsewhere, in the environment or for the whole Grid.
    """

    workspace_id: str
    organization_id: str
    way: Way = Way.OPERATOR
    may_guests: bool = True
    offered: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()
    set_by: str = ""
    enterprise_id: str = ""
    version: int = 0
    is_inherited: bool = field(default=False, compare=False)


class Role(StrEnum):
    """What somebody is in their workspace; NOBODY is a bot, or somebody who was deactivated or is of another one."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"
    NOBODY = "nobody"

    @property
    def is_admin(self) -> bool:
        """Say whether they may set the app up."""
        return self in (Role.OWNER, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the audit trail: who (a user id, or `operator`) did what in which workspace, at which time.

    `about` is what it was about, in the product's words; never a secret. A change that is noted again under the same
    `id` is the same.
    """

    at: float
    workspace_id: str
    who: str
    what: str
    about: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """What the platform is asked with: for which organization, and with whose key."""

    organization_id: str
    api_key: str = field(repr=False)
    way: Way = Way.OPERATOR

    @property
    def mark(self) -> str:
        """Tell it from every other access; nothing of the key can be learnt from it."""
        return hashlib.sha256("\0".join([self.organization_id, self.way, self.api_key]).encode()).hexdigest()[:16]


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


@dataclass(frozen=True, slots=True)
class Link:
    """An authorization link as the platform gave it; times in seconds since the epoch.

    `access` is the mark of the access that it was made with; empty in links of before that was kept.
    """

    url: str = field(repr=False)
    state: str = field(repr=False)
    host: str
    organization_id: str
    connector_type: str
    created_at: float
    expires_at: float
    name: str = ""
    access: str = ""

    def is_of(self, access: Access) -> bool:
        """Say whether it was made with this access, and so for this person's account as it is now."""
        return self.organization_id == access.organization_id and self.access in ("", access.mark)

    @property
    def tool(self) -> str:
        """What people call the tool."""
        return self.name or self.connector_type


@dataclass(frozen=True, slots=True)
class Authorization:
    """What the platform's authorize call answered, checked."""

    url: str = field(repr=False)
    state: str = field(repr=False)
    host: str


class Outcome(StrEnum):
    """How a link ended; UNSURE is an expired one of which the platform did not say whether it was used.

    WITHDRAWN is one whose organization or key is not the person's any more.
    """

    CONNECTED = "connected"
    DECLINED = "declined"
    EXPIRED = "expired"
    UNSURE = "unsure"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Completion:
    """What the platform says of a link: no outcome while the person has not finished."""

    outcome: Outcome | None
    connection: Connection | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands in Slack."""

    channel_id: str
    ts: str


@dataclass(frozen=True, slots=True)
class AdminPost:
    """Where a question to an admin stands: who wanted it, and about which tool (its name; empty for none)."""

    admin: Person
    dm: Posted
    person: Person
    tool: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A private answer that can still be replaced; at most five times within thirty minutes of `given_at`."""

    response_url: str = field(repr=False)
    channel_id: str
    given_at: float


@dataclass(frozen=True, slots=True)
class LiveLink:
    """A link that is out with a person, until it is used or has ended; `id` is what its buttons carry.

    `before` maps the ids of the connections that the person had to their `created_at`, None when nobody could say.
    `hurried_at` is when the person opened the link or asked to have it checked, `asked_at` only the latter.
    """

    id: str
    person: Person
    link: Link
    parameters: Mapping[str, str] = field(repr=False)
    before: Mapping[str, str] | None
    reference: str
    dm: Posted | None = None
    answers: Sequence[Answer] = ()
    outcome: Outcome | None = None
    connection: Connection | None = None
    polls: int = 0
    hurried_at: float | None = None
    asked_at: float | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What a person looks for in the App Home: what they typed, and the category; empty for everything."""

    query: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered message: `text` says everything that `blocks` say, for notifications and screen readers."""

    text: str
    blocks: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no link: the reason picks the sentence, the reference leads to the log line.

    Where somebody can mend it, the request waits under `draft_id` until then.
    """

    reason: str
    facts: Mapping[str, Any]
    reference: str
    draft_id: str = ""
