"""Gives out what is kept of a person: each record as it stands in Redis, without what opens anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from slack_app.adapters.kept import Subject
from slack_app.adapters.kept.search import Entry, search
from slack_app.adapters.redis import PREFIX, Client
from slack_app.model.stored import read_json

HIDDEN = "[hidden]"
_SECRET = re.compile(r"^(?:url|state|response_url|trigger_id|sealed(?:_key)?|api_key|key)$")
_SEALED = re.compile(r"^gAAAAA[\w=-]{60,}$")
"""A text that is sealed with Fernet: https://github.com/fernet/spec/blob/master/Spec.md"""
_USER = re.compile(r"^[UW][A-Z0-9]+$")


def export(redis: Client, subject: Subject) -> Iterator[Mapping[str, Any]]:
    """Yield every record that names them, with the kind of its key. Raises UpstreamError.

    Of what is several people's only their own part is given out, and no colleague's account. Links, states, response
    URLs and sealed keys are hidden: whoever has them can use them.
    """
    for entry in search(redis, subject):
        yield {"kind": entry.name, "key": _key(entry), "value": _own(_value(entry), subject, is_theirs=entry.is_own)}


def _key(entry: Entry) -> str:
    is_secret = entry.name == "state:<state>"
    return f"state:{HIDDEN}" if is_secret else entry.key.removeprefix(PREFIX)


def _value(entry: Entry) -> Any:
    shown = entry.parts if entry.is_whole else {part: entry.parts[part] for part in entry.named}
    if entry.kind == "string":
        return _readable(shown[""])
    if entry.kind in ("hash", "stream"):
        return {name: _readable(text) for name, text in shown.items()}
    return [_readable(member) for member in shown]


def _own(value: Any, subject: Subject, *, is_theirs: bool) -> Any:
    """Return the value without what is others'; in a key that `is_theirs` only what names another owner is."""
    if isinstance(value, list):
        kept = [one for one in value if subject.is_named(json.dumps(one)) or (is_theirs and not _names_owner(one))]
        return [_own(one, subject, is_theirs=is_theirs) for one in kept]
    if isinstance(value, dict):
        others = [name for name in value if _USER.match(name) and not subject.is_named(name)]
        return {k: _own(v, subject, is_theirs=is_theirs) for k, v in value.items() if k not in others}
    return value


def _names_owner(one: Any) -> bool:
    return isinstance(one, dict) and bool(one.get("owner_id"))


def _readable(text: str) -> Any:
    try:
        value = read_json(text) if text[:1] in ("{", "[") else text
    except ValueError:
        value = text
    return _masked(value)


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: HIDDEN if v and _SECRET.match(k) else _masked(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_masked(one) for one in value]
    return HIDDEN if isinstance(value, str) and (_SEALED.match(value) or "://" in value) else value
