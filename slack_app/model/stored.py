"""Reads what stands in Redis: whatever somebody wrote there is a record of ours, or a ValueError."""

from __future__ import annotations

import json
import math
import re
from functools import cache
from typing import Any, NoReturn, TypeVar, cast

from pydantic import TypeAdapter

Record = TypeVar("Record")
_SURROGATE = re.compile(r"\\ud[89a-f]", re.IGNORECASE)


def read_json(text: str) -> Any:
    """Return the value; raises ValueError for what is no JSON, is nested too deeply, or holds what no text may hold.

    json takes NaN, Infinity and half of a surrogate pair; the first two fail where they are computed with, the last
    where it is written again.
    """
    try:
        value = json.loads(text, parse_constant=_refuse)
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as exc:
        raise ValueError("nested too deeply") from exc
    return value


def read_record(record: type[Record], text: str) -> Record:
    """Return the record, with fields of the types that it declares; raises ValueError for anything else."""
    return as_record(record, read_json(text))


def as_record(record: type[Record], value: object) -> Record:
    """Return the record that the value is; raises ValueError when it is none."""
    found: Record = _adapter(cast("Any", record)).validate_python(value)
    return found


def read_number(text: str | None) -> float | None:
    """Return the number; None for nothing, and for what is none."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


@cache
def _adapter(record: Any) -> TypeAdapter[Any]:
    return TypeAdapter(record)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")
