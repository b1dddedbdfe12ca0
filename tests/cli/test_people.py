"""`slack-app people` and `slack-app workspaces forget`, as an operator types them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from slack_app.adapters.audit import RedisAudit
from slack_app.adapters.jobs.producer import JobProducer
from slack_app.adapters.redis import open_fast
from slack_app.adapters.secrets.installations import RedisInstallations
from slack_app.adapters.secrets.vault import Vault
from slack_app.adapters.setups import RedisSetups
from slack_app.cli import main
from slack_app.model.workspaces import Change, Setup
from tests.adapters.test_jobs import job, take, work
from tests.contents import contents
from tests.sample_installations import installed


def slack_app(redis_url: str, *arguments: str, **settings: str) -> Result:
    return CliRunner().invoke(main, [*arguments], env={"REDIS_URL": redis_url, **settings})


@pytest.mark.parametrize(
    "arguments",
    [
        ["people", "forget", "Maya", "--yes"],
        ["people", "export", "T0123"],
        ["people", "forget", "U1", "--workspace", "C1", "--yes"],
        ["workspaces", "forget", "U1", "--yes"],
    ],
)
def test_what_is_no_id_is_refused(redis_url: str, arguments: list[str]) -> None:
    assert slack_app(redis_url, *arguments).exit_code == 2


def test_a_person_of_a_grid_is_forgotten_in_one_workspace_or_everywhere(redis_url: str) -> None:
    client = open_fast(redis_url)
    for whose in ("E1:T1:U1", "E1:T2:U1", ":T3:U1"):
        client.set(f"slack_app:home:{whose}", "{}")
    client.set("slack_app:welcomed:E1:U1", "T1:U1:5")

    in_one = slack_app(redis_url, "people", "forget", "U1", "--workspace", "T2", "--yes")
    assert in_one.exit_code == 0
    assert in_one.stdout.splitlines()[:2] == ["home:<person>\t1", "1 forgotten of U1 in T2."]
    assert slack_app(redis_url, "people", "forget", "U1", "--workspace", "E1", "--yes").exit_code == 0
    assert client.keys("slack_app:*U1*") == ["slack_app:home::T3:U1"]

    everywhere = slack_app(redis_url, "people", "forget", "U1", "--yes")

    assert "1 forgotten of U1.\n" in everywhere.stdout
    assert "U1" not in contents(client)
    trail = slack_app(redis_url, "workspaces", "audit").stdout.splitlines()
    assert [line.split("\t")[1:4] for line in trail] == [
        ["T2", "operator", "person_forgotten"],
        ["E1", "operator", "person_forgotten"],
        ["", "operator", "person_forgotten"],
    ]


def test_a_grid_is_forgotten_with_its_workspaces_and_what_was_changed_stays_without_names(redis_url: str) -> None:
    client = open_fast(redis_url)
    setups = RedisSetups(client, {})
    setups.save(Setup("T1", "org_a", enterprise_id="E1", configured_by="U1"), "1")
    setups.save(Setup("T3", "org_b", configured_by="U1"), "1")
    RedisAudit(client).note(Change(1.0, "T1", "U1", "set_up", "org_a, shared"))
    RedisAudit(client).note_use(Change(2.0, "T1", "U2", "connected", "github"))
    for key in ("home:E1:T1:U1", "home::T1:U9", "known:T1:U1", "catalogue:org_a", "catalogue:org_b"):
        client.set(f"slack_app:{key}", "{}")

    ended = slack_app(redis_url, "workspaces", "forget", "E1", "--yes", WORKSPACE_ORGANIZATIONS="E1=org_a")

    assert ended.exit_code == 0, ended.output
    assert ended.stderr == "slack-app: E1: it still belongs to org_a, by WORKSPACE_ORGANIZATIONS.\n"
    assert sorted(client.keys("*")) == [
        "slack_app:audit",
        "slack_app:catalogue:org_b",
        "slack_app:setup:T3",
        "slack_app:setups",
        "slack_app:use:{slack_app:audit}",
    ]
    trail = [json.loads(line) for line in slack_app(redis_url, "workspaces", "audit", "--json").stdout.splitlines()]
    assert [(one["workspace"], one["who"], one["what"], one["about"]) for one in trail] == [
        ("T1", "forgotten", "set_up", "org_a, shared"),
        ("E1", "operator", "forgotten", ""),
    ]


def test_who_is_not_wholly_forgotten_is_a_failed_run(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slack_app.adapters.kept.forgetting.MOST_PASSES", 1)
    client = open_fast(redis_url)
    JobProducer(client).enqueue(job())
    take(work(client))

    ended = slack_app(redis_url, "people", "forget", "U1", "--yes")

    assert ended.exit_code == 1
    assert (
        "not all of U1 is forgotten: jobs of theirs that are being done at this moment: 1. Run this again."
        in ended.stderr
    )


def test_an_installation_that_cannot_be_opened_is_said_to_be_left(redis_url: str) -> None:
    client, clock = open_fast(redis_url), lambda: 1.0
    mine, lost = (Fernet.generate_key().decode() for _ in range(2))
    for key, team_id in ((mine, "T1"), (lost, "T2")):
        RedisInstallations(client, Vault([key]), clock, lambda _token: True).save(installed(None, team_id))

    ended = slack_app(redis_url, "people", "forget", "U1", "--yes", ENCRYPTION_KEYS=mine)

    assert "installer\t1\n" in ended.stdout
    assert "some installations can't be opened without their ENCRYPTION_KEYS" in ended.stderr
    kept = RedisInstallations(client, Vault([mine]), clock, lambda _token: True).load(":T1")
    assert kept
    assert (kept.installation.user_id, kept.installation.bot_token) == ("", "xoxb-1")
