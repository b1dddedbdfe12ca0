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


def test_what_people_do_takes_no_place_from_changes_of_set_ups(client: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(audit, "MOST_USE", 10)
    trail = RedisAudit(client)
    trail.note(Change(0.0, "T1", "U1", "set_up", "org_a"))
    for number in range(500):
        trail.note_use(Change(float(number), "T2", "U2", "connected", f"tool{number}"))

    assert client.xlen("slack_app:use:{slack_app:audit}") < 200
    assert [change.what for change in trail.last(9, workspace_id="T1")] == ["set_up"]


def test_both_are_read_in_the_order_in_which_they_came_as_far_back_as_is_asked(client: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    trail = RedisAudit(client)
    for number in range(4):
        trail.note(Change(float(number), "T1", "U1", "changed"))
        trail.note_use(Change(number + 0.5, f"T{number % 2}", "U2", "connected"))
    first = int(client.xrange("slack_app:audit")[0][0].split("-")[0]) / 1000

    assert [change.at for change in trail.last(3)] == [2.5, 3.0, 3.5]
    assert [change.at for change in trail.last(9, since=first, workspace_id="T1")] == [0.0, 1.0, 1.5, 2.0, 3.0, 3.5]
    assert trail.last(9, since=first + 3600) == []


def test_what_is_older_than_the_days_goes_with_the_next_and_all_with_none(client: Any) -> None:
    """security.md: AUDIT_DAYS"""
    trail = RedisAudit(client, days=30)
    for key in ("slack_app:audit", "slack_app:use:{slack_app:audit}"):
        client.xadd(key, {"what": "old"}, id="1000-0")
    trail.note(Change(1.0, "T1", "U1", "changed"))
    trail.note_use(Change(1.0, "T1", "U1", "connected"))

    assert sorted(change.what for change in trail.last(9)) == ["changed", "connected"]
    assert 29 * 86400 < client.ttl("slack_app:audit") <= 30 * 86400
