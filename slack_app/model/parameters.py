"""What a tool is told beside its name (the platform's `integration_params`): an object of JSON values.

A place in it is a path of keys with a slash between them (`site/id`); in what people type it is a dot. A kind is what
JSON Schema calls a type: https://json-schema.org/understanding-json-schema/reference/type. `array/integer` is a list of
such.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from slack_app.model.stored import read_json

Parameters = Mapping[str, Any]
KINDS = frozenset(["string", "integer", "number", "boolean", "array", "object"])
_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?", re.ASCII)
_YES, _NO = frozenset(["true", "yes", "y", "on", "1"]), frozenset(["false", "no", "n", "off", "0"])
TYPOGRAPHIC_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))


def read_value(text: str) -> Any:
    """Return the JSON value, also where a keyboard has made its quotes typographic. Raises ValueError for none."""
    try:
        value = read_json(text)
    except ValueError:
        value = read_json(text.translate(TYPOGRAPHIC_QUOTES))
    json.dumps(value, allow_nan=False)  # 1e999 is read as infinite
    return value


def at(parameters: Parameters, path: str) -> Any:
    """Return what stands in the place; None for nothing."""
    found: Any = parameters
    for key in path.split("/"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def put(parameters: Parameters, path: str, value: object) -> Parameters:
    """Return the parameters with the value in its place."""
    key, _, below = path.partition("/")
    inner = parameters.get(key)
    if below:
        value = put(inner if isinstance(inner, Mapping) else {}, below, value)
    return {**parameters, key: value}


def merged(given: Parameters, more: Parameters) -> Parameters:
    """Return both; `more` counts where both say something."""
    both = dict(given)
    for key, value in more.items():
        before = both.get(key)
        are_objects = isinstance(before, Mapping) and isinstance(value, Mapping)
        both[key] = merged(before, value) if are_objects and isinstance(before, Mapping) else value
    return both


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield what stands in it at the ends, each with its path."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}/{key}" if path else str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path, value


def canonical(value: object) -> str:
    """Return the JSON by which values are compared: the order of keys says nothing, and 1 is not true, as in Python."""
    return json.dumps(value, sort_keys=True)


def as_text(value: object) -> str:
    """Return the value as it stands in a field; several stand in a line each."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and not any(isinstance(item, (dict, list)) for item in value):
        return "\n".join(map(as_text, value))
    return json.dumps(value, ensure_ascii=False)


def converted(value: object, kind: str) -> Any:
    """Return the value as one of that kind. Raises ValueError where it cannot be one."""
    kind, _, of_items = kind.partition("/")
    if kind == "array":
        return [converted(item, of_items) if of_items else item for item in _several(value)]
    if kind == "object":
        found = read_value(value) if isinstance(value, str) else value
        if not isinstance(found, dict):
            raise ValueError("no object")
        return found
    if isinstance(value, (dict, list)) or value is None:
        raise ValueError("not one value")
    text = as_text(value).strip()
    if kind == "string":
        return value if isinstance(value, str) else text
    if kind == "boolean":
        if text.lower() not in _YES | _NO:
            raise ValueError("neither yes nor no")
        return text.lower() in _YES
    number = _NUMBER.fullmatch(text)
    if not number or (kind == "integer" and float(number.group(1) or 0)):
        raise ValueError("no number")
    return float(text) if kind == "number" and number.group(1) else int(text.partition(".")[0])


def base(kind: str) -> str:
    """Return the kind itself, without that of what stands in it."""
    return kind.partition("/")[0]


def _several(value: object) -> Any:
    if not isinstance(value, str):
        return value if isinstance(value, list) else [value]
    if value.lstrip().startswith("["):
        found = read_value(value)
        if isinstance(found, list):
            return found
    return [part.strip() for part in re.split(r"[\n,;]", value) if part.strip()]
