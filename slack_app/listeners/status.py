"""`/connect status` and `/connect disconnect github`, by all the words that people use for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_app.errors import UserError
from slack_app.features.status import Looking
from slack_app.listeners.connect import connector_name
from slack_app.listeners.words import Typed
from slack_app.model import Job, Person
from slack_app.ports import Clock, Queue

STATUS = frozenset(["status", "list", "connections", "accounts"])
DISCONNECT = frozenset(["disconnect", "remove", "unlink", "logout", "revoke"])


def is_asked_for(typed: Typed) -> bool:
    """Say whether the first word is one of these."""
    return typed.words[0].lower() in STATUS | DISCONNECT


def hand_over(payload: Mapping[str, Any], typed: Typed, queue: Queue, clock: Clock) -> Looking:
    """Write the job. Raises UserError for what cannot be asked, UpstreamError when it could not be written."""
    is_status = typed.words[0].lower() in STATUS
    if not is_status and len(typed.words) == 1:
        raise UserError("tool_missing")
    person = Person(payload.get("enterprise_id"), payload["team_id"], payload["user_id"])
    queue.add(
        Job(
            id=f"{person.team_id}:{person.user_id}:{payload['trigger_id']}",
            person=person,
            channel_id=payload["channel_id"],
            response_url=payload["response_url"],
            connector_type="" if is_status else connector_name(typed.words[1:]),
            parameters={},
            accepted_at=clock(),
            word="status" if is_status else "disconnect",
        )
    )
    return Looking()
