"""An accepted request, and one that waits for somebody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Generic

from pydantic import TypeAdapter
from typing_extensions import TypeVar

from slack_app.model.messages import MessageRef
from slack_app.model.stored import read_json
from slack_app.model.users import Membership, SlackUser

VERSION = 4
VERSION_OF_TEXT = 3
"""Until then all parameters were text; a job whose are is written so, so that a worker of before can do it."""
NEWER_VERSION_SECONDS = 60.0
"""What only a newer version knows, by its kind or its form, waits so long for a worker of that version."""
RESPONSE_URL_SECONDS = 1800.0
"""So long Slack takes answers at a response URL: https://docs.slack.dev/interactivity/handling-user-interaction"""
Payload = TypeVar("Payload", default=None)


class NewerVersionError(ValueError):
    """A newer version of us wrote it, in a rolling update: it is for a worker of that version."""


@dataclass(frozen=True, slots=True)
class Job(Generic[Payload]):
    """One accepted request; its `id` is the same however often Slack sends it.

    `kind` names the task (model/tasks.py). `channel_id` is where they asked, empty where that is nowhere.
    `response_url` is empty where Slack gives none (App Home, modals, typed messages), and then the direct message is
    the only way to the person. `accepted_at` is in seconds since the epoch, by our clock. `target_id` is what it is
    about: a link, a request that waits, a connection, a problem. `trigger_id` opens a modal, for three seconds;
    `view_id` is the modal that it came from, `message` the message whose button was pressed, `thread` the first message
    of the thread that they asked in. What else the task needs to know is its `payload`.
    `is_after_key`: it waited for a key, which is saved now; `view_id` is the modal that says so.
    `can_replace`: an answer at the `response_url` takes the place of the private message whose button was pressed; a
    command's comes below what was said before.
    `membership` is how far the request said that its person is one of ours; `is_place_named` whether it said where it
    happened: else the workspace is only one of the person's own.
    `trace` is the traceparent of what led to it, where that is traced.
    """

    id: str
    person: SlackUser
    channel_id: str
    response_url: str = field(repr=False)
    connector_type: str
    parameters: Mapping[str, Any] = field(repr=False)
    accepted_at: float
    kind: str
    target_id: str = ""
    trigger_id: str = field(default="", repr=False)
    view_id: str = ""
    message: MessageRef | None = None
    thread: MessageRef | None = None
    is_from_home: bool = False
    can_replace: bool = False
    is_after_key: bool = False
    payload: Payload = field(default=None, repr=False)  # type: ignore[assignment]
    membership: Membership = Membership.UNSTATED
    is_place_named: bool = True
    trace: str = ""

    @property
    def reference(self) -> str:
        """Return the short word that a person can quote and that every log line of this job carries."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:8].upper()

    @property
    def sent_by(self) -> SlackUser:
        """Return the person where their request named them, as its id says: what it brought is sealed for them."""
        team_id, _, rest = self.id.partition(":")
        is_named = rest.startswith(f"{self.person.user_id}:")
        return replace(self.person, team_id=team_id) if is_named else self.person

    def to_json(self) -> str:
        """Return the stored form."""
        return _json({"v": _version_of(self), **_fields_of(self)})

    @classmethod
    def from_json(cls, text: str) -> Job[Any]:
        """Read the stored form; the payload stays as it is stored.

        Raises NewerVersionError, and ValueError for what is no job of ours.
        """
        return _JOB.validate_python(_upgraded(_object(text)))


def _json(value: Mapping[str, Any]) -> str:
    """Return the value as JSON, without the copies that `asdict` makes of all that is in it."""
    return json.dumps(value, separators=(",", ":"), default=_fields_of)


def _fields_of(value: Any) -> dict[str, Any]:
    return {one.name: getattr(value, one.name) for one in fields(value)}


@dataclass(frozen=True, slots=True)
class Draft:
    """A request that waits for something of its person, or of an admin.

    `reason` and `facts` say what it waits for, as a UserError does; `keys` and `name` which details of which tool,
    and `kinds` of which kind they are (model/parameters.py), as far as the platform said.
    `prompt` is the message that asked its person for a key.
    """

    job: Job[Any]
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    keys: Sequence[str] = ()
    name: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)
    prompt: MessageRef | None = None

    def repeated(self, pressed: Job[Any], now: float) -> Job[Any]:
        """Return the request once more, to be answered where its person pressed."""
        return replace(
            pressed,
            id=f"{pressed.id}:again",
            kind=self.job.kind,
            person=self.job.person,
            accepted_at=now,
            connector_type=self.job.connector_type,
            parameters=self.job.parameters,
            target_id=self.job.target_id,
            message=pressed.message or self.job.message,
            payload=self.job.payload,
        )

    def to_json(self) -> str:
        """Return the stored form."""
        return _json({"v": _version_of(self.job), **_fields_of(self)})

    @classmethod
    def from_json(cls, text: str) -> Draft:
        """Read the stored form; raises ValueError for what is no draft of ours."""
        stored = _object(text)
        if "job" in stored:
            return _DRAFT.validate_python(_versioned(stored))
        # Until version 2 a draft was its job, with what it waits for among the job's details.
        details = stored.get("details") or {}
        waits = {name: details.pop(name) for name in ("reason", "facts", "keys", "name", "prompt") if name in details}
        return _DRAFT.validate_python({**waits, "job": _upgraded(stored)})


_JOB: TypeAdapter[Job[Any]] = TypeAdapter(Job[Any])
_DRAFT: TypeAdapter[Draft] = TypeAdapter(Draft)


def _object(text: str) -> dict[str, Any]:
    stored = read_json(text)
    if not isinstance(stored, dict):
        raise ValueError("not a job")
    return stored


def _version_of(job: Job[Any]) -> int:
    return VERSION_OF_TEXT if all(isinstance(value, str) for value in job.parameters.values()) else VERSION


def _versioned(stored: dict[str, Any]) -> dict[str, Any]:
    version = stored.pop("v", None)
    if isinstance(version, int) and version > VERSION:
        raise NewerVersionError(f"a job of version {version}")
    if version not in (VERSION_OF_TEXT, VERSION):
        raise ValueError("a job of no version of ours")
    return stored


def _upgraded(stored: dict[str, Any]) -> dict[str, Any]:
    """Return the job as today's version would have written it.

    Version 1 knew links alone; version 2 called the kind `word` and had everything else in one bag, `details`.
    """
    if stored.get("v", VERSION) not in (1, 2):
        return _versioned({"v": VERSION, **stored})
    details = dict(stored.pop("details", {}))
    upgraded = {
        "kind": stored.pop("word", "connect"),
        "target_id": details.pop("about", ""),
        "trigger_id": details.pop("trigger_id", ""),
        "view_id": details.pop("view_id", ""),
        "message": details.pop("dm", None),
        "is_from_home": details.pop("home", False),
        "payload": details or None,
    }
    return {**{name: value for name, value in stored.items() if name != "v"}, **upgraded}
