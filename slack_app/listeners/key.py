"""`/connect key`, and the key that was filled in: it leaves this process sealed, and is never echoed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slack_app import wording
from slack_app.errors import UserError
from slack_app.features.key import KeyLooking
from slack_app.listeners.details import filled_in
from slack_app.listeners.job import interactor, of_command, of_interaction
from slack_app.listeners.words import Typed
from slack_app.ports import Clock
from slack_app.ports.jobs import JobQueue
from slack_app.ports.keys import Keys
from slack_app.views.key import KEY

WORDS = frozenset(["key", "apikey", "api-key"])
_KEY = re.compile(r"[\x21-\x7e]{8,512}")


def is_asked_for(typed: Typed) -> bool:
    """Say whether the first word is one of these; a key typed behind it is left alone."""
    return typed.words[0].lower() in WORDS


def hand_over(payload: Mapping[str, Any], queue: JobQueue, clock: Clock) -> KeyLooking:
    """Write the job. Raises UpstreamError when it could not be written."""
    queue.enqueue(of_command(payload, "key", clock()))
    return KeyLooking()


def hand_over_key(payload: Mapping[str, Any], keys: Keys, queue: JobQueue, clock: Clock) -> Mapping[str, str]:
    """Write the job; gives what is wrong with the key instead, if something is. Raises UserError, UpstreamError."""
    key = typed_key(filled_in(payload))
    if not well_formed(key):
        return {KEY: wording.key.malformed() if key else wording.details.missing()}
    person = interactor(payload)
    if person is None:
        raise UserError("button_outdated")
    view = payload["view"]
    details = {"about": str(view["private_metadata"]), "view_id": view["id"], "sealed": keys.seal(person, key)}
    queue.enqueue(of_interaction(payload, person, "key_keep", clock(), details=details))
    return {}


def typed_key(values: Mapping[str, Mapping[str, Any]]) -> str:
    """Give the key that was filled in, without what was copied along around it."""
    return str(values[KEY][KEY].get("value") or "").strip()


def well_formed(key: str) -> bool:
    """Say whether it can be a key at all."""
    return _KEY.fullmatch(key) is not None
