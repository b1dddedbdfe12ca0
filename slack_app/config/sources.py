"""Reads what operators set: the environment, `.env` in the working directory, and the files that NAME_FILE names.

The environment wins over `.env`, also with an empty value; what is empty counts as not set. Of `.env` only settings are
read: nothing in it reaches the environment, and no `${…}` in it is filled in. Names in small letters count where those
in capitals are not set: `https_proxy` is written so as often as not.
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from dotenv.parser import parse_stream

ENV_FILE = ".env"
MOST_BYTES = 64 * 1024
"""Of one file; settings have a few hundred, and a path that leads to something else is not read for long."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What is set, and where."""

    values: Mapping[str, str]
    """By name, none empty; secrets from files are in here, too."""
    origins: Mapping[str, str]
    """`environment`, `.env` or `file`, for each of the values."""
    names: Set[str]
    """Of everything that is set there, ours or not."""
    problems: Sequence[str]
    unreadable: Set[str]
    """The secrets whose file cannot be read: set, and not known."""


def read(names: Sequence[str], secrets: Sequence[str]) -> Sources:
    """Return what is set of `names`; `secrets` are those of them that may stand in files."""
    problems: list[str] = []
    found = {name: (value, ENV_FILE) for name, value in _read_env_file(problems).items()}
    found |= {name: (value, "environment") for name, value in os.environ.items()}
    found = {name: (value, origin) for name, (value, origin) in found.items() if value}
    unreadable: set[str] = set()
    ours = {name: found.get(name) or found[name.lower()] for name in names if {name, name.lower()} & found.keys()}
    for name in secrets:
        if (variable := f"{name}_FILE") not in found:
            continue
        path, origin = found[variable]
        if name in ours:
            problems.append(f"{name} ({ours[name][1]}) and {variable} ({origin}) are both set; leave one of them out")
            continue
        try:
            ours[name] = (_read_secret(Path(path)), "file")
        except ValueError as exc:
            problems.append(f"{variable} must name a file that holds the secret and nothing else; this one {exc}")
            unreadable.add(name)
    return Sources(
        values={name: value for name, (value, _) in ours.items()},
        origins={name: origin for name, (_, origin) in ours.items()},
        names=found.keys(),
        problems=problems,
        unreadable=unreadable,
    )


def _read_env_file(problems: list[str]) -> dict[str, str]:
    path = Path(ENV_FILE)
    try:
        if not path.is_file():  # many keep a virtual environment there
            return {}
        text = _read(path)
    except OSError:  # the working directory itself cannot be looked into
        return {}
    except ValueError as exc:
        problems.append(f"{ENV_FILE} in the working directory {exc}; correct it or take it away")
        return {}
    found: dict[str, str] = {}
    for line in parse_stream(io.StringIO(text)):
        if line.key and line.value is not None and not line.error:
            found[line.key] = line.value
        elif line.key or line.error:  # a name alone is most likely half of a line that was wrapped
            written = line.original.string
            number = line.original.line + written[: -len(written.lstrip())].count("\n")  # empty lines are part of it
            problems.append(f"{ENV_FILE} has a line that is not NAME=value: line {number}")
    return found


def _read_secret(path: Path) -> str:
    secret = _read(path).rstrip("\r\n")
    if not secret:
        raise ValueError("is empty")
    return secret


def _read(path: Path) -> str:
    """Return a file's text; raises ValueError with what is wrong with it, never with what stands in it."""
    try:
        if not path.is_file():  # a pipe may never end, and a second process finds it empty
            raise ValueError("is not there, or is no file")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as exc:
        raise ValueError(f"cannot be read ({(exc.strerror or type(exc).__name__).lower()})") from exc
    if len(data) > MOST_BYTES:
        raise ValueError(f"is larger than {MOST_BYTES // 1024} KiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise ValueError("is not text in UTF-8") from exc
