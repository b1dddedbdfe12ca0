"""Finds in Redis what names somebody: alone, behind Sentinel, or on all primaries of a Cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from slack_app.adapters.kept import TREATMENTS, Subject, Treatment, name_of
from slack_app.adapters.redis import PREFIX, Client, redis_errors

BATCH = 500
"""At once: Redis does one command after the other, and whoever waits meanwhile is answered late."""
_READ = {"hash": "hgetall", "set": "smembers"}
_RANGES: dict[str, tuple[str, Sequence[Any]]] = {
    "list": ("lrange", (0, -1)),
    "zset": ("zrange", (0, -1)),
    "stream": ("xrange", ("-", "+", BATCH)),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A key, with what stands in it: fields of a hash, members, entries of a stream by their ids, or one text.

    `named` are those of the parts (their fields, members, ids) that name who is looked for; `is_own`: the key's own
    name does.
    """

    key: str
    kind: str
    is_own: bool
    parts: dict[str, str]
    named: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the name of its kind (docs/security.md)."""
        return name_of(self.key)

    @property
    def treatment(self) -> Treatment:
        """Return what is done with it."""
        return TREATMENTS.get(self.name, Treatment.PARTS)

    @property
    def is_whole(self) -> bool:
        """Return whether all of it is theirs."""
        return self.is_own or self.kind == "string" or self.treatment in (Treatment.WHOLE, Treatment.JOB)


def search(redis: Client, subject: Subject) -> Iterator[Entry]:
    """Yield each key in which they are named. Raises UpstreamError.

    The ids of their links and of their requests that wait are found first, and added to `subject.records`.
    """
    for name in (f"{PREFIX}{{links}}:link:", f"{PREFIX}draft:"):
        with redis_errors():
            keys = iter(redis.scan_iter(match=f"{name}*", count=1000))
            while batch := list(islice(keys, BATCH)):
                subject.records.update(found.key.removeprefix(name) for found in _found(redis, subject, batch))
    with redis_errors():
        keys = iter(redis.scan_iter(match=f"{PREFIX}*", count=1000))
        while batch := list(islice(keys, BATCH)):
            yield from _found(redis, subject, batch)


def _found(redis: Client, subject: Subject, keys: Iterable[str]) -> Iterator[Entry]:
    asked = [key for key in keys if TREATMENTS.get(name_of(key)) is not Treatment.NOBODY]
    with redis.pipeline(transaction=False) as pipe:
        for key in asked:
            pipe.type(key)
        kinds = dict(zip(asked, pipe.execute(), strict=True))
        known = {key: kind for key, kind in kinds.items() if kind != "none"}
        for key, kind in known.items():
            command, arguments = _RANGES.get(kind, (_READ.get(kind, "get"), ()))
            getattr(pipe, command)(key, *arguments)
        read = pipe.execute(raise_on_error=False)  # one that changed its type since is found by the next search
    for (key, kind), value in zip(known.items(), read, strict=True):
        if isinstance(value, Exception) or value is None:
            continue
        if kind == "stream":
            value += _later_pages(redis, key, value)
        is_own, parts = subject.is_named(key), _parts(kind, value)
        named = tuple(part for part, text in parts.items() if subject.is_named(key, part, text))
        if is_own or named:
            yield Entry(key, kind, is_own, parts, named)


def _later_pages(redis: Client, key: str, page: Sequence[Any]) -> list[Any]:
    """Return the entries of a stream behind its first page."""
    later: list[Any] = []
    while len(page) == BATCH:
        page = redis.xrange(key, f"({page[-1][0]}", "+", BATCH)
        later += page
    return later


def _parts(kind: str, value: Any) -> dict[str, str]:
    """Return what a key holds, each part under what it is removed by."""
    if kind == "hash":
        return dict(value)
    if kind == "stream":
        return {entry: " ".join(text for pair in fields.items() for text in pair) for entry, fields in value}
    if kind == "string":
        return {"": value}
    return dict.fromkeys(value, "")
