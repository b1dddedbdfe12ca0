"""Forgets whoever is named in a Redis, and searches what is left of it for their ids."""

from __future__ import annotations

import re
from typing import Any

from slack_app.adapters.jobs.consumer import JobConsumer
from slack_app.adapters.jobs.inspection import JobInspection
from slack_app.adapters.kept import Subject, name_of
from slack_app.adapters.kept.forgetting import Forgetting
from tests.contents import contents

PERSON = re.compile(r"(?<![A-Za-z0-9])U[0-9][A-Z0-9]*(?![A-Za-z0-9])")


_forgotten: set[str] = set()
"""The kinds of keys that this process has seen forgotten."""


def check_new_kinds_are_forgotten(client: Any) -> None:
    """Forget everybody where a flow left a kind of key that no flow before it left; fail where somebody is named."""
    kinds = {name_of(key) for key in client.scan_iter()}
    if not kinds <= _forgotten:
        assert named_after_all(client) == []
        _forgotten.update(kinds)


def people_in(client: Any) -> frozenset[str]:
    """Return the ids of everybody who is named anywhere, in a key or under it."""
    return frozenset(PERSON.findall(contents(client)))


def named_after_all(client: Any) -> list[str]:
    """Forget everybody who is named; return the lines of a dump that name somebody all the same."""
    everybody = Subject(people_in(client), is_person=True)
    if not everybody.ids:
        return []
    JobConsumer(blocking=client, redis=client, consumer="nobody", lease_seconds=0).requeue_stale()
    Forgetting(client, JobInspection(client, lambda: 0.0), lambda _seconds: None).forget(everybody)
    return [line for line in contents(client).splitlines() if PERSON.search(line)]
