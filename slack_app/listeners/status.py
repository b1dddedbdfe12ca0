"""`/connect status` and `/connect disconnect github`, by all the words that people use for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_app import wording
from slack_app.errors import UserError
from slack_app.features.status import Looking
from slack_app.listeners.connect import connector_name
from slack_app.listeners.details import filled_in
from slack_app.listeners.job import interactor, of_command, of_interaction
from slack_app.listeners.words import Typed
from slack_app.ports import Clock
from slack_app.ports.jobs import JobQueue
from slack_app.views.status import LONGEST_NAME, NAME

STATUS = frozenset(["status", "list", "connections", "accounts"])
DISCONNECT = frozenset(["disconnect", "remove", "unlink", "logout", "revoke"])


def is_asked_for(typed: Typed) -> bool:
    """Say whether the first word is one of these."""
    return typed.words[0].lower() in STATUS | DISCONNECT


def hand_over(payload: Mapping[str, Any], typed: Typed, queue: JobQueue, clock: Clock) -> Looking:
    """Write the job. Raises UserError for what cannot be asked, UpstreamError when it could not be written."""
    is_status = typed.words[0].lower() in STATUS
    if not is_status and len(typed.words) == 1:
        raise UserError("tool_missing")
    if is_status:
        queue.enqueue(of_command(payload, "status", clock()))
    else:
        queue.enqueue(of_command(payload, "disconnect", clock(), connector_type=connector_name(typed.words[1:])))
    return Looking()


def hand_over_name(payload: Mapping[str, Any], queue: JobQueue, clock: Clock) -> Mapping[str, str]:
    """Write the job; gives what is wrong with the name instead, if something is. Raises UserError, UpstreamError."""
    label = " ".join(str(filled_in(payload)[NAME][NAME].get("value") or "").split())
    if not label:
        return {NAME: wording.details.missing()}
    person = interactor(payload)
    if person is None:
        raise UserError("button_outdated")
    details = {"about": str(payload["view"]["private_metadata"]), "label": label[:LONGEST_NAME]}
    queue.enqueue(of_interaction(payload, person, "name", clock(), details=details))
    return {}
