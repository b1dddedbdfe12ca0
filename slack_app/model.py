"""The nouns of the product; plain values without behaviour towards the outside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

JOB_VERSION = 1


@dataclass(frozen=True, slots=True)
class Person:
    """Who asked. Ids alone are ambiguous on Enterprise Grid, so the three always travel together."""

    enterprise_id: str | None
    team_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Job:
    """One accepted request to connect a tool; its `id` is the same however often Slack sends it.

    `accepted_at` is in seconds since the epoch, by our clock.
    """

    id: str
    person: Person
    channel_id: str
    response_url: str = field(repr=False)
    connector_type: str
    parameters: Mapping[str, str] = field(repr=False)
    accepted_at: float

    @property
    def reference(self) -> str:
        """The short word that a person can quote and that every log line of this job carries."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:8].upper()

    def to_json(self) -> str:
        """Give the stored form."""
        return json.dumps({"v": JOB_VERSION, **asdict(self)}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Job:
        """Read the stored form; raises ValueError for anything that this version did not write."""
        try:
            stored = json.loads(text)
            if stored.pop("v") != JOB_VERSION:
                raise ValueError("a job of another version")
            person = Person(**stored.pop("person"))
            job = cls(person=person, **stored)
        except (KeyError, TypeError, AttributeError) as exc:
            raise ValueError("not a job") from exc
        words = (job.id, person.team_id, person.user_id, job.channel_id, job.response_url, job.connector_type)
        if not all(isinstance(word, str) for word in words) or not isinstance(job.accepted_at, (int, float)):
            raise ValueError("not a job")
        return job


@dataclass(frozen=True, slots=True)
class Link:
    """An authorization link as the platform gave it; times in seconds since the epoch."""

    url: str = field(repr=False)
    state: str = field(repr=False)
    host: str
    organization_id: str
    connector_type: str
    created_at: float
    expires_at: float


@dataclass(frozen=True, slots=True)
class Authorization:
    """What the platform's authorize call answered, checked."""

    url: str = field(repr=False)
    state: str = field(repr=False)
    host: str


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands in Slack."""

    channel_id: str
    ts: str


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered message: `text` says everything that `blocks` say, for notifications and screen readers."""

    text: str
    blocks: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no link: the reason picks the sentence, the reference leads to the log line."""

    reason: str
    facts: Mapping[str, Any]
    reference: str
