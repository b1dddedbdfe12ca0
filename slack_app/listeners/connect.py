"""`/connect github`: checks what was typed and hands one job over."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from slack_app.errors import UserError
from slack_app.features.connect import Accepted
from slack_app.listeners.job import of_command
from slack_app.listeners.words import Typed
from slack_app.ports import Clock
from slack_app.ports.jobs import JobQueue

_NAME = re.compile(r"[a-z0-9][a-z0-9 ._-]{0,63}")
_LIKE_A_KEY = re.compile(
    r"(?:ak|sk|pk|pat|gh[opsu]|xox[a-z])[_-][\w.~+/=-]{8,}|(?=.*[a-z])(?=(?:.*\d){5})[\w.~+/=-]{16,}", re.ASCII | re.I
)
"""People paste their key where they are asked for one; it must not go on as the name of a tool."""
_RESERVED = frozenset(
    ["organization_id", "organizationid", "state", "state_token", "connector_type", "integration_params"]
)
MOST_PARAMETERS = 20
LONGEST_KEY = 64
LONGEST_VALUE = 1000


def hand_over(payload: Mapping[str, Any], typed: Typed, queue: JobQueue, clock: Clock) -> Accepted:
    """Write the job. Raises UserError for what cannot be asked, UpstreamError when it could not be written."""
    connector_type = connector_name(typed.words)
    parameters = checked(typed.pairs)
    queue.enqueue(of_command(payload, "connect", clock(), connector_type=connector_type, parameters=parameters))
    return Accepted(connector_type)


def connector_name(words: Sequence[str]) -> str:
    """Give the name that the words are together, as typed; raises UserError when no tool can be called so."""
    if any(_LIKE_A_KEY.fullmatch(word) for word in words):
        raise UserError("key_typed")
    name = " ".join(words).lower()
    if not _NAME.fullmatch(name):
        raise UserError("name_invalid", connector_type=name)
    return name


def checked(pairs: Mapping[str, str]) -> Mapping[str, str]:
    """Give the parameters; raises UserError for one that cannot be passed on."""
    for number, (key, value) in enumerate(pairs.items(), start=1):
        too_long = len(key) > LONGEST_KEY or len(value) > LONGEST_VALUE
        if key.lower() in _RESERVED or too_long or number > MOST_PARAMETERS:
            raise UserError("parameters_invalid", parameter=key)
    return pairs
