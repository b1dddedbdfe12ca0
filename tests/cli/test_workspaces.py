"""`slack-app workspaces`: what operators read of workspaces."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis
from click.testing import CliRunner, Result

from slack_app.adapters.audit import RedisAudit
from slack_app.adapters.redis import open_fast
from slack_app.cli import main
from slack_app.model.workspaces import Change


def workspaces(redis_url: str, *arguments: str, **settings: str) -> Result:
    return CliRunner().invoke(main, ["workspaces", *arguments], env={"REDIS_URL": redis_url, **settings})


def test_the_audit_trail_is_read_by_time_and_workspace_for_a_script(redis_url: str) -> None:
    trail = RedisAudit(open_fast(redis_url))
    trail.note(Change(1_795_000_000.0, "T1", "U1", "set_up", "org_a"))
    trail.note_use(Change(1_795_000_060.0, "T2", "U2", "connected", "github"))
    today = datetime.now(UTC)

    [line] = workspaces(redis_url, "audit", "--json", "--workspace", "T2").stdout.splitlines()
    since = [
        workspaces(redis_url, "audit", "--since", (today + timedelta(days=days)).strftime("%Y-%m-%d")).stdout
        for days in (-1, 2)
    ]

    assert json.loads(line) == {
        "at": "2026-11-18T11:07:40+00:00",
        "workspace": "T2",
        "who": "U2",
        "what": "connected",
        "about": "github",
    }
    assert [len(text.splitlines()) for text in since] == [2, 0]
    assert workspaces(redis_url, "audit", "--since", "yesterday").exit_code == 2


@pytest.mark.parametrize(
    "command",
    [
        ("audit", "--workspace", "acme"),
        ("set", "acme", "org_a"),
        ("forget", "acme", "--yes"),
        ("forget", "", "--yes"),
        ("set", "", "org_a"),
    ],
)
def test_what_can_be_no_workspace_is_a_wrong_command_line(redis_url: str, command: list[str]) -> None:
    ended = workspaces(redis_url, *command)

    assert ended.exit_code == 2
    assert "must be an id such as T0123 or E0456" in ended.stderr


def test_that_nothing_was_noted_is_said_beside_the_trail(redis_url: str) -> None:
    ended = workspaces(redis_url, "audit", "--workspace", "T0123")

    assert (ended.exit_code, ended.stdout, ended.stderr) == (0, "", "Nothing of that was noted.\n")


@pytest.mark.parametrize("command", [["workspaces", "set", "T1", "org_a"], ["rotate-encryption"]])
def test_a_redis_that_answers_and_refuses_is_not_called_silent(redis_url: str, command: list[str]) -> None:
    client: Any = redis.Redis.from_url(redis_url)
    client.execute_command("ACL", "SETUSER", "nobody", "reset", "on", ">x", "+@connection")
    settings = {"REDIS_URL": redis_url.replace("redis://", "redis://nobody:x@"), "ENCRYPTION_KEYS": "A" * 43 + "="}

    ended = CliRunner().invoke(main, command, env=settings)
    client.execute_command("ACL", "DELUSER", "nobody")

    assert ended.exit_code == 1
    said = "slack-app: Redis refuses it: redis permission (NoPermissionError); slack-app doctor says what to do\n"
    assert ended.stderr == said


@pytest.mark.parametrize("how", [[], ["--long"]])
def test_where_nothing_is_mapped_that_is_said_beside_the_list(redis_url: str, how: list[str]) -> None:
    listed = CliRunner().invoke(main, ["workspaces", "list", *how], env={"REDIS_URL": redis_url})

    assert listed.stdout == ""
    assert listed.stderr.startswith("No workspace is mapped")
