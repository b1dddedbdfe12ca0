"""Encrypts every sealed text in Redis with the newest key, and counts those that no key opens.

The app may run meanwhile: each text is replaced only while it is still the one that was read, so what the app writes
in between wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from slack_app.adapters.redis import Client, each, redis_errors
from slack_app.adapters.secrets.vault import Vault

_REPLACE = """
local held
if ARGV[1] == '' then held = redis.call('GET', KEYS[1]) else held = redis.call('HGET', KEYS[1], ARGV[1]) end
if held ~= ARGV[2] then return 0 end
if ARGV[1] == '' then redis.call('SET', KEYS[1], ARGV[3], 'KEEPTTL')
else redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
return 1
"""


@dataclass(frozen=True, slots=True)
class SecretLocation:
    """Where one sealed text stands: a key, or a field of a hash; `owner` is who it is sealed for."""

    key: str
    owner: str
    field: str = ""


class SealedStore(Protocol):
    """A store that keeps secrets."""

    def locations(self) -> Iterator[SecretLocation]:
        """Return where its secrets stand. Raises UpstreamError."""
        ...

    def rotate_all(self) -> int:
        """Encrypt each with the newest key; return how many had another. Raises UpstreamError."""
        ...


def rotate(redis: Client, vault: Vault, places: Iterable[SecretLocation]) -> int:
    """Seal with the newest key what is sealed with another; returns how many. Raises UpstreamError."""
    replace, count = redis.register_script(_REPLACE), 0
    for place in places:
        with redis_errors():
            before = _read(redis, place)
            after = vault.rotate(before) if before is not None else None
            if before != after:
                count += int(replace(keys=[place.key], args=[place.field, before, after]))
    return count


def unreadable(redis: Client, vault: Vault, places: Iterable[SecretLocation]) -> int:
    """Count the secrets that no key opens, or that are not their owner's. Raises UpstreamError."""
    held = each(redis, places, _read)
    return sum(1 for place, text in held if text is not None and vault.open(text, place.owner) is None)


def _read(redis: Client, place: SecretLocation) -> Any:
    return redis.hget(place.key, place.field) if place.field else redis.get(place.key)
