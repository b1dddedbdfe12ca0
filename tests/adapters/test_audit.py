"""The audit trail: in order, and never endless."""

from __future__ import annotations

from typing import Any

from slack_app.adapters import audit
from slack_app.adapters.audit import RedisAudit
from slack_app.model.workspaces import Change


def test_the_last_changes_are_given_in_order(client: Any) -> None:
    trail = RedisAudit(client)
    changes = [Change(float(n), "T1", "U1", "changed", f"org_{n}") for n in range(5)]
    for change in changes:
        trail.note(change)

    assert trail.last(3) == changes[2:]


def test_a_change_that_is_noted_again_is_the_same(client: Any) -> None:
    trail = RedisAudit(client)
    for _ in range(3):
        trail.note(Change(1.0, "T1", "U1", "changed", id="job:setup"))
    trail.note(Change(2.0, "T1", "U1", "key_kept", id="job:key"))

    assert [change.what for change in trail.last(9)] == ["changed", "key_kept"]
    assert client.ttl("slack_app:noted:{slack_app:audit}:job:key") > 0


def test_the_trail_is_capped(client: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(audit, "MOST", 100)
    for number in range(1000):
        RedisAudit(client).note(Change(float(number), "T1", "U1", "changed"))

    assert client.xlen("slack_app:audit") < 400
