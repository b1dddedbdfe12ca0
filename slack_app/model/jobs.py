"""An accepted request."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from slack_app.model.users import SlackUser

JOB_VERSION = 3
READABLE_VERSIONS = (1, 2, 3)
"""Version 1 had no kind and no `details`, version 2 called the kind `word`: today's workers read both."""


@dataclass(frozen=True, slots=True)
class Job:
    """One accepted request; its `id` is the same however often Slack sends it.

    kind` names the task. `response_url` is empty where Slack gives none (App Home, modals, typed messages), and
    then the direct message is the only way to the person; `channel_id` is where they asked, empty where that is
    nowhere. `details` is what else the feature needs to know.
    `accepted_at` is in seconds since the epoch, by our clock.
    """

    id: str
    person: SlackUser
    channel_id: str
    response_url: str = field(repr=False)
    connector_type: str
    parameters: Mapping[str, str] = field(repr=False)
    accepted_at: float
    kind: str = "connect"
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
            if "word" in stored:
                stored["kind"] = stored.pop("word")
            person = SlackUser(**stored.pop("person"))
            job = cls(person=person, **stored)
        except (KeyError, TypeError, AttributeError) as exc:
            raise ValueError("not a job") from exc
        words = (job.id, person.team_id, person.user_id, job.channel_id, job.response_url, job.connector_type, job.kind)
        objects = (job.parameters, job.details)
        if not all(isinstance(word, str) for word in words) or not all(isinstance(o, dict) for o in objects):
            raise ValueError("not a job")
        if not isinstance(job.accepted_at, (int, float)):
            raise ValueError("not a job")
        return job
