"""Everything that the running app keeps of somebody is forgotten by a command, and a dump is searched for their id."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from click.testing import CliRunner, Result

from slack_app.adapters.kept import name_of
from slack_app.cli import main
from tests.contents import contents
from tests.e2e.connecting import allow
from tests.stage import Stage, wait_for
from tests.workspaces import admin_of, app_for, ask, await_link, install, set_up, slack_of_two, texts

IDA = "U0IDA"


@pytest.fixture
def client(redis_url: str) -> Iterator[Any]:
    client = redis.Redis.from_url(redis_url, decode_responses=True)
    yield client
    client.close()


def slack_app(app: Stage, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, [*arguments], env=app.environment, input=typed)


def test_whoever_used_everything_is_forgotten_and_then_their_workspace(
    client: Any, redis_url: str, tmp_path: Path
) -> None:
    slack = slack_of_two()
    with app_for(slack, redis_url, tmp_path / "app.log") as app:
        one, two = slack.workspaces
        # given an admin of two workspaces, one set up and used, the other with the app and nothing else
        for workspace in (one, two):
            install(app, workspace.team_id)
        set_up(one)
        assert admin_of(one) == admin_of(two) == IDA
        ask(one, "github")
        await_link(one)
        message = one.messages_in(one.dm_of(IDA), seen_by=IDA)[-1]
        assert one.press(IDA, message.id, "connect_open_link")
        allow(list(app.platform.pending.values())[-1])
        wait_for(lambda: any("is connected as" in text for text in texts(one)), what="it is connected")
        assert one.user_actions.open_home(IDA).status == 200
        for words in ("status", "notion", "whoami", "disconnect github"):
            ask(one, words)
        wait_for(lambda: any("notion*" in text.lower() for text in texts(one)), what="the link to Notion")
        ask(two, "github")
        wait_for(lambda: "draft:" in contents(client), what="a request waits for the set-up")

        # when
        listed = [json.loads(line) for line in slack_app(app, "workspaces", "list", "--json").stdout.splitlines()]
        exported = slack_app(app, "people", "export", IDA)
        refused = slack_app(app, "people", "forget", IDA, typed="n\n")
        kinds = {name_of(key) for key in client.scan_iter() if IDA in key}
        forgotten = slack_app(app, "people", "forget", IDA, "--yes")

        # then
        assert [(row["workspace"], row["organization"], row["key"], row["set_up_by"]) for row in listed] == [
            ("T0ONE", "org_one", "shared", IDA),
            ("T0TWO", None, None, None),
        ]
        assert all(row["installed_at"] for row in listed)
        assert listed[0]["set_up_at"]
        assert slack_app(app, "workspaces", "list").stdout == "T0ONE\torg_one\n"
        records = json.loads(exported.stdout)["records"]
        assert {record["kind"] for record in records} > {"owners:<organization>", "{links}:link:<id>", "audit"}
        for secret in ("ostate_", "https://", "xoxe", "canary"):
            assert secret not in exported.stdout
        assert refused.exit_code == 1
        assert len(kinds) > 4
        assert forgotten.exit_code == 0, forgotten.output
        assert [line for line in contents(client).splitlines() if IDA in line] == []
        assert "installer\t2\n" in forgotten.stdout
        assert slack_app(app, "workspaces", "audit").stdout.count("forgotten") >= 1

        # when
        ended = slack_app(app, "workspaces", "forget", "T0ONE", "--yes")

        # then
        assert ended.exit_code == 0, ended.output
        left = [line for line in contents(client).splitlines() if "T0ONE" in line]
        assert [line.split("'")[1] for line in left] == ["slack_app:audit"]
        assert IDA not in contents(client)
        assert [row.split("\t")[0] for row in slack_app(app, "workspaces", "list", "--long").stdout.splitlines()] == [
            "T0TWO"
        ]
