"""`/connect setup`, and what an admin filled in: a key leaves this process sealed; who may is for the work to say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from slack_app import wording
from slack_app.errors import UserError
from slack_app.features.menu import Choice
from slack_app.features.setup import SetupOpening
from slack_app.listeners.details import filled_in
from slack_app.listeners.job import interactor, of_command, of_interaction
from slack_app.listeners.key import typed_key, well_formed
from slack_app.listeners.words import Typed
from slack_app.model.tools import Connector
from slack_app.ports import Clock
from slack_app.ports.jobs import JobQueue
from slack_app.ports.keys import Keys
from slack_app.views.key import KEY
from slack_app.views.setup import EVERYBODY, KEY_MODE, NOTIFY, OFFERED, ORGANIZATION, WHO

WORDS = frozenset(["setup", "set-up", "configure", "settings"])
_ORGANIZATION = re.compile(r"[\w.:-]{1,128}", re.ASCII)
Values = Mapping[str, Mapping[str, Any]]


def is_asked_for(typed: Typed) -> bool:
    """Say whether the first word is one of these."""
    return typed.words[0].lower() in WORDS


def hand_over(payload: Mapping[str, Any], queue: JobQueue, clock: Clock) -> SetupOpening:
    """Write the job. Raises UpstreamError when it could not be written."""
    queue.enqueue(of_command(payload, "setup", clock()))
    return SetupOpening()


def hand_over_form(payload: Mapping[str, Any], keys: Keys, queue: JobQueue, clock: Clock) -> Mapping[str, str]:
    """Write the job; gives what is wrong with which field instead, if something is. Raises UserError, UpstreamError."""
    values, view = filled_in(payload), payload["view"]
    organization_id, key = str(values[ORGANIZATION][ORGANIZATION].get("value") or "").strip(), typed_key(values)
    wrong = {}
    if not _ORGANIZATION.fullmatch(organization_id):
        wrong[ORGANIZATION] = wording.setup.organization_malformed()
    if key and not well_formed(key):
        wrong[KEY] = wording.key.malformed()
    if wrong:
        return wrong
    person = interactor(payload)
    if person is None:
        raise UserError("button_outdated")
    details = {
        "view_id": view["id"],
        "version": int(view["private_metadata"]),
        "organization_id": organization_id,
        "key_mode": _chosen(values, KEY_MODE),
        "guests_allowed": _chosen(values, WHO) == EVERYBODY,
        "allowed_connectors": _several(values, OFFERED),
        "admin_contacts": list(values.get(NOTIFY, {}).get(NOTIFY, {}).get("selected_users") or []),
        "sealed": keys.seal(person, key) if key else "",
    }
    queue.enqueue(of_interaction(payload, person, "set_up", clock(), details=details))
    return {}


def matching(payload: Mapping[str, Any], choice: Choice) -> Sequence[Connector]:
    """Give the tools that fit the letters typed so far. Raises UpstreamError."""
    person = interactor(payload)
    return choice.tools(person, str(payload.get("value", ""))) if person else []


def _chosen(values: Values, name: str) -> str:
    return str(values[name][name]["selected_option"]["value"])


def _several(values: Values, name: str) -> list[str] | None:
    """Give what was chosen of several; None where the form could not offer any."""
    if name not in values:
        return None
    return [str(option["value"]) for option in values[name][name].get("selected_options") or []]
