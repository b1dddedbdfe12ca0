"""Reads what the connector platform answers: its objects, and its refusals in each of their forms.

Pages differ in codes and envelopes, so we branch on the HTTP status alone and keep code and trace_id for the log.
https://docs.aitronos.com (API reference, personal connectors)
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_app.adapters.http import HttpResponse
from slack_app.errors import UpstreamError
from slack_app.model.stored import read_json
from slack_app.model.tools import Connection, Connector
from slack_app.outside_text import cleaned
from slack_app.secret_shapes import has_key_prefix

PARAMETERS = "integration_params"
LONGEST_TEXT = 300
LONGEST_KEY = 100
MOST_MARKS = 20
"""Letters, and colons and percent signs among them: each of these is carried as three (views/values.py), and an option
of a select carries 150: https://docs.slack.dev/reference/block-kit/composition-objects/option-object
"""
MOST_FIELDS = 10
LONGEST_PATH, DEEPEST = 200, 5
_KINDS = {
    **dict.fromkeys(["str", "string"], "string"),
    **dict.fromkeys(["int", "integer"], "integer"),
    **dict.fromkeys(["float", "number", "decimal"], "number"),
    **dict.fromkeys(["bool", "boolean"], "boolean"),
    **dict.fromkeys(["list", "array"], "array"),
    **dict.fromkeys(["dict", "dictionary", "mapping", "object"], "object"),
}
"""What a refusal calls a kind: pydantic's words, JSON's and everyday ones."""
_ASKING = frozenset(["be", "expected", "expects", "is", "must", "not", "should", "type", "valid"])
"""Words around a kind that is asked for; "no such list" asks for none."""


def json_of(answer: HttpResponse) -> Any:
    """Return the answer's JSON. Raises UpstreamError where there is none."""
    try:
        return read_json(answer.body.decode())
    except ValueError as exc:
        raise fault_of(answer, "not_json") from exc


def object_of(answer: HttpResponse) -> Mapping[str, Any]:
    """Return the answer's JSON object. Raises UpstreamError where it is none."""
    stored = json_of(answer)
    if not isinstance(stored, dict):
        raise fault_of(answer, "not_an_object")
    return stored


def list_in(stored: Mapping[str, Any], name: str, answer: HttpResponse) -> Sequence[Any]:
    """Return the list of that name in what the answer held. Raises UpstreamError where it is none."""
    listed = stored.get(name)
    if not isinstance(listed, list):
        raise fault_of(answer, "not_a_list")
    return listed


def connector_of(stored: object) -> Connector | None:
    """Return a connector of the catalogue; None for what is none."""
    if not isinstance(stored, dict) or not _is_tool_key(stored.get("tool_key")):
        return None
    key = stored["tool_key"]
    return Connector(key, _text(stored, "display_name"), _text(stored, "category"), _text(stored, "description"))


def account_of(stored: object) -> Connection | None:
    """Return a connection from the list of all, which names no id that changes it; None for what is none."""
    if not isinstance(stored, dict) or not _is_tool_key(stored.get("connector_type")):
        return None
    return _described("", stored["connector_type"], stored)


def connection_of(stored: object) -> Connection | None:
    """Return a connection from the list of its tool, or from a completion; None for what is none."""
    if not isinstance(stored, dict) or not _word(stored.get("id")):
        return None
    return _described(stored["id"], _text(stored, "tool_key"), stored)


def _described(credential_id: str, key: str, stored: Mapping[str, Any]) -> Connection:
    return Connection(
        id=credential_id,
        tool_key=key,
        name=_text(stored, "display_name"),
        account=_text(stored, "account_email"),
        label=_text(stored, "credential_name"),
        is_active=stored.get("is_active") is not False,
        created_at=_text(stored, "created_at"),
    )


def _is_tool_key(value: object) -> bool:
    """Return whether a tool can have that key: it is shown and sent as it is, so only what can't be is none.

    A path of nothing but dots leads elsewhere; https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4
    """
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_KEY:
        return False
    return cleaned(value) == value and bool(value.strip(".")) and value.count(":") + value.count("%") <= MOST_MARKS


def _is_key(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[\w.-]{1,64}", value, re.ASCII) is not None


def _text(stored: Mapping[str, Any], name: str) -> str:
    value = stored.get(name)
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""


def refusal_of(answer: HttpResponse, api_key: str) -> UpstreamError:
    """Translate an answer other than 200: the envelope, FastAPI's `detail`, or no JSON at all."""

    def word(value: object) -> str | None:
        found = _logged(value)
        return None if found and api_key in found else found

    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        body = None
    error = body.get("error") if isinstance(body, dict) else None
    error = error if isinstance(error, dict) else {}
    return UpstreamError(
        "platform",
        status=answer.status,
        retryable=answer.status == 429 or answer.status >= 500,
        retry_after=_seconds(answer.headers.get("Retry-After")),
        code=word(error.get("code")) or f"http_{answer.status}",
        trace_id=word(error.get("trace_id")) or _logged(answer.headers.get("x-request-id")),
        fields=_named_parameters(body, error) if answer.status in (400, 404, 422) else {},
    )


def _named_parameters(body: object, error: Mapping[str, Any]) -> Mapping[str, str]:
    """Return which of `integration_params` the refusal is about, by path, and which kind it asks for.

    They stand in the envelope's details, by their keys or in a list, or in FastAPI's places, there as pydantic says it:
    https://docs.pydantic.dev/latest/errors/validation_errors/
    """
    details = error.get("details")
    listed = body.get("detail") if isinstance(body, dict) else None
    found = [*_by_place(listed), *_by_place(details)]
    if isinstance(details, dict):
        found += [*_by_place(details.get("errors")), *_by_key(details.get(PARAMETERS), ())]
    named: dict[str, str] = {}
    for place, said in found:
        keys = list(itertools.takewhile(lambda part: not (isinstance(part, int) or str(part).isdigit()), place))
        path = "/".join(map(str, keys))
        if keys and len(path) <= LONGEST_PATH and all(map(_is_key, keys)):
            kind = _kind(said)
            named[path] = named.get(path) or (f"array/{kind}".rstrip("/") if len(keys) < len(place) else kind)
    return dict(itertools.islice(named.items(), MOST_FIELDS))


def _by_place(listed: object) -> Iterator[tuple[Sequence[object], str]]:
    for entry in listed if isinstance(listed, list) else []:
        place = entry.get("loc") if isinstance(entry, dict) else None
        if isinstance(place, list) and PARAMETERS in place:
            yield place[place.index(PARAMETERS) + 1 :], f"{entry.get('type')} {entry.get('msg')}"


def _by_key(details: object, above: Sequence[object]) -> Iterator[tuple[Sequence[object], str]]:
    if isinstance(details, dict) and len(above) < DEEPEST:
        for key, inner in details.items():
            yield from _by_key(inner, (*above, key))
    elif isinstance(details, list) and not above:
        yield from (((key,), "") for key in details)
    elif above:
        yield above, " ".join(map(str, details)) if isinstance(details, list) else str(details)


def _kind(said: str) -> str:
    """Return the kind that the words ask for; empty where they name none."""
    words = re.findall(r"[a-z]+", said[:LONGEST_TEXT].lower())
    if len(words) > 1 and not _ASKING.intersection(words):
        return ""
    return next((_KINDS[word] for word in words if word in _KINDS), "")


def fault_of(answer: HttpResponse, code: str) -> UpstreamError:
    """Return the error for an answer that claims success and cannot be used: an outage, unless its link is unsafe."""
    return UpstreamError(
        "platform",
        status=answer.status,
        retryable=code != "unsafe_link",
        code=code,
        trace_id=_logged(answer.headers.get("x-request-id")),
    )


def _seconds(retry_after: str | None) -> float | None:
    return float(retry_after) if retry_after and re.fullmatch(r"\d{1,6}", retry_after.strip()) else None


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and re.fullmatch(r"[\w.:-]{1,100}", value, re.ASCII) else None


def _logged(value: object) -> str | None:
    """Return the word, unless it looks like a key: it stands in the log."""
    found = _word(value)
    return None if found and has_key_prefix(found) else found
