"""Which integration parameters a tool takes, and what the platform answers to those that it does not take.

The reference has a free object, and three shapes for invalid input: 400 and 422 in the envelope, and FastAPI's own 422.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from starlette.responses import Response

from slack_app.stand_ins.freddy.responses import error_response, invalid_fields

Place = tuple[object, ...]


class Shape(Enum):
    """How a refusal looks."""

    ENVELOPE_400 = "400"
    ENVELOPE_422 = "422"
    FASTAPI = "fastapi"


_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "list": (list,),
    "dictionary": (dict,),
}
_FASTAPI = {"boolean": "bool", "dictionary": "dict", "integer": "int", "number": "float"}
"""The words of pydantic's error types: https://docs.pydantic.dev/latest/errors/validation_errors/"""
_REQUIRED = "required"


def refusal(given: Mapping[str, Any], wanted: Mapping[str, str], shape: Shape) -> Response | None:
    """Return what is answered when they are not as wanted; None when they are.

    `wanted` has the type of each by its place: `site_name`, `site.id`, and `ids[]` for what stands in a list.
    """
    problems = [problem for path, kind in wanted.items() for problem in _problems(given, path, kind)]
    if not problems:
        return None
    if shape is Shape.FASTAPI:
        return invalid_fields([_as_fastapi(place, kind) for place, kind in problems])
    details: dict[str, Any] = {}
    for (*above, last), kind in problems:
        inner = details
        for name in above:
            inner = inner.setdefault(str(name), {})
        inner[str(last)] = kind if kind == _REQUIRED else f"must be a valid {kind}"
    status = 400 if shape is Shape.ENVELOPE_400 else 422
    is_missing = any(kind == _REQUIRED for _, kind in problems)
    message = "A parameter is missing." if is_missing else "A parameter has a wrong type."
    return error_response(status, "VALIDATION_ERROR", message, details={"integration_params": details})


def _problems(given: Mapping[str, Any], path: str, kind: str) -> Iterator[tuple[Place, str]]:
    holder: Any = given
    *above, last = path.removesuffix("[]").split(".")
    for number, name in enumerate(above, start=1):
        holder = holder.get(name)
        if holder is None:
            break
        if not isinstance(holder, dict):
            yield (*above[:number],), "dictionary"
            return
    value, place = (holder or {}).get(last), (*above, last)
    if value is None or (isinstance(value, str) and not value.strip()):
        yield place, _REQUIRED
    elif path.endswith("[]") and not isinstance(value, list):
        yield place, "list"
    elif path.endswith("[]"):
        yield from (((*place, n), kind) for n, item in enumerate(value) if not _is(item, kind))
    elif not _is(value, kind):
        yield place, kind


def _is(value: object, kind: str) -> bool:
    return isinstance(value, _TYPES[kind]) and (kind == "boolean") == isinstance(value, bool)


def _as_fastapi(place: Place, kind: str) -> dict[str, Any]:
    location = ["body", "integration_params", *place]
    if kind == _REQUIRED:
        return {"loc": location, "msg": "Field required", "type": "missing"}
    return {"loc": location, "msg": f"Input should be a valid {kind}", "type": f"{_FASTAPI.get(kind, kind)}_type"}
