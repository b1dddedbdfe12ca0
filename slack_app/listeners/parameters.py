"""Makes parameters of the details that somebody typed or filled in; refuses what must not be passed on, by name.

What looks like a key stays in this process: it is written nowhere, and the platform does not get it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from slack_app.errors import UserError
from slack_app.listeners.text import CommandText
from slack_app.model.parameters import Parameters, as_text, at, leaves, put
from slack_app.secret_shapes import is_secret

_RESERVED = frozenset(
    ["organization_id", "organizationid", "state", "state_token", "connector_type", "integration_params"]
)
MOST_PARAMETERS = 20
LONGEST_KEY = 64
LONGEST_VALUE = 1000
DEEPEST = 10


def typed_parameters(text: CommandText, tool: str) -> Parameters:
    """Return what was typed behind the name; a dot in a key leads into an object. Raises UserError."""
    if text.unreadable:
        raise invalid("unreadable", text.unreadable[0], tool)
    return checked(((key.replace(".", "/"), value) for key, value in text.pairs.items()), tool)


def checked(pairs: Iterable[tuple[str, object]], tool: str) -> Parameters:
    """Return the parameters, without those that are blank; raises UserError for one that cannot be passed on."""
    parameters: Parameters = {}
    for number, (path, value) in enumerate(pairs, start=1):
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        if problem := problem_with(path, value):
            raise invalid(problem, path, tool)
        if number > MOST_PARAMETERS:
            raise invalid("too_many", path, tool)
        above = [path.rsplit("/", depth)[0] for depth in range(1, path.count("/") + 1)]
        is_taken = any(at(parameters, place) is not None and not _is_object(parameters, place) for place in above)
        if is_taken or (_is_object(parameters, path) and not isinstance(value, Mapping)):
            raise invalid("clash", path, tool)
        for place, leaf in _opened(path, value):
            parameters = put(parameters, place, leaf)
    return parameters


def problem_with(path: str, value: object) -> str:
    """Return why the parameter cannot be passed on; empty where it can."""
    if path.split("/")[0].lower() in _RESERVED:
        return "reserved"
    for name, leaf in leaves({path: value}):
        if is_secret(name, as_text(leaf)) or any(is_secret("", key) for key in name.split("/")):
            return "secret"
    length = len(value) if isinstance(value, str) else len(json.dumps(value))
    are_long = any(len(key) > LONGEST_KEY for key in path.split("/"))
    if are_long or length > LONGEST_VALUE or path.count("/") >= DEEPEST or not _is_shallow(value, DEEPEST):
        return "too_long"
    return ""


def invalid(problem: str, path: str, tool: str) -> UserError:
    """Return the refusal, which names the detail as it is typed."""
    return UserError("parameters_invalid", parameter=path.replace("/", "."), problem=problem, connector_type=tool)


def _is_object(parameters: Parameters, path: str) -> bool:
    return isinstance(at(parameters, path), Mapping)


def _opened(path: str, value: object) -> list[tuple[str, object]]:
    """Return what stands in an object one by one, so that it joins what was given beside it."""
    if isinstance(value, Mapping) and value and not any("/" in str(key) for key in value):
        return [pair for key, inner in value.items() for pair in _opened(f"{path}/{key}", inner)]
    return [(path, value)]


def _is_shallow(value: object, levels: int) -> bool:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return levels > 0 and all(_is_shallow(item, levels - 1) for item in inner)
