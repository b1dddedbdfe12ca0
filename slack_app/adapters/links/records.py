"""Reads what is kept of a link, as this version and the one before wrote it (layout in __init__.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slack_app.model.links import EphemeralRef, Link, Outcome, PendingLink
from slack_app.model.messages import MessageRef
from slack_app.model.stored import as_record, read_json, read_number, read_record
from slack_app.model.tools import Connection
from slack_app.model.users import SlackUser


def read_link(link_id: str, stored: Mapping[str, str], answers: Sequence[str]) -> PendingLink:
    """Return the link as it was kept. Raises ValueError, TypeError, KeyError, AttributeError for what is none."""
    made: dict[str, Any] = read_json(stored["made"])
    ended: dict[str, Any] = read_json(stored.get("outcome", "{}"))
    connection = ended.get("connection")
    return PendingLink(
        id=link_id,
        person=as_record(SlackUser, made["person"]),
        link=_link(made["link"]),
        parameters=as_record(dict[str, Any], made["parameters"]),
        connections_before=_connections_before(made),
        reference=as_record(str, made["reference"]),
        dm=read_record(MessageRef, stored["dm"]) if "dm" in stored else None,
        ephemerals=_newest([read_record(EphemeralRef, answer) for answer in dict.fromkeys(answers)]),
        outcome=Outcome(ended["outcome"]) if ended else None,
        connection=as_record(Connection, connection) if connection else None,
        polls=int(read_number(stored.get("polls")) or 0),
        prioritized_at=_time(stored, "prioritized_at", "hurried_at"),
        check_requested_at=_time(stored, "check_requested_at", "asked_at"),
        late_looks=int(read_number(stored.get("late_looks")) or 0),
        explains_key=made.get("explains_key") is True,
    )


def _time(stored: Mapping[str, str], field: str, field_in_0_1: str) -> float | None:
    return read_number(stored.get(field) or stored.get(field_in_0_1))


def _link(stored: dict[str, Any]) -> Link:
    fingerprint = stored.pop("access", "")  # the name of the field in version 0.1
    return as_record(Link, {"fingerprint": fingerprint, **stored})


def _connections_before(made: dict[str, Any]) -> Mapping[str, str] | None:
    before = made["connections_before"] if "connections_before" in made else made["before"]  # the name in version 0.1
    return None if before is None else as_record(dict[str, str], before)


def read_message(stored: str) -> MessageRef | None:
    """Return the message as it was kept; None for what is none."""
    try:
        return read_record(MessageRef, stored)
    except ValueError:
        return None


def _newest(refs: Sequence[EphemeralRef]) -> Sequence[EphemeralRef]:
    """Return the last press of each message; version 0.1 did not keep which message it was."""
    of_messages = {(ref.channel_id, ref.message_ts or number): ref for number, ref in enumerate(refs)}
    return tuple(of_messages.values())
