"""The commands as operators' scripts know them: what they print, and their exit status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from cryptography.fernet import Fernet

from slack_app import __version__
from slack_app.adapters.redis import open_fast
from slack_app.adapters.secrets.keys import RedisKeys
from slack_app.adapters.secrets.vault import Vault
from slack_app.adapters.setups import RedisSetups
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import KeyMode, Setup
from tests.cli.running import run
from tests.stage import API_KEY, Stage, on_stage, wait_for


@pytest.fixture
def stage(redis_url: str, tmp_path: Path) -> Iterator[Stage]:
    with on_stage(redis_url, tmp_path / "app.log") as stage:
        yield stage


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--help"], 0),
        (["no-such-command"], 2),
        (["web"], 2),
        (["worker"], 2),
        (["socket"], 2),
        (["doctor"], 2),
        (["doctor", "--to", "#general"], 2),
        (["doctor", "--to", "U0MAYA", "--offline"], 2),
        (["manifest"], 2),
        (["manifest", "--url", "http://x.example"], 2),
        (["manifest", "--url", "https://x.example", "--socket"], 2),
        (["manifest", "--socket"], 0),
        (["manifest", "--url", "https://x.example", "--link"], 0),
        (["workspaces", "set", "C123", "org"], 2),
        (["workspaces", "set", "T123", "an org"], 2),
        (["people", "forget", "", "--yes"], 2),
        (["demo", "--port", "99999"], 2),
    ],
)
def test_a_wrong_command_line_or_setting_is_status_2(arguments: list[str], status: int) -> None:
    assert run(*arguments).returncode == status


def test_all_wrong_settings_are_named_at_once_on_standard_error() -> None:
    ended = run("web", "--with-worker", PORT="x")

    assert ended.returncode == 2
    assert ended.stdout == ""
    for name in ("SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "FREDDY_API_KEY", "PORT"):
        assert f"slack-app: {name} " in ended.stderr


def test_a_port_that_is_taken_is_a_failed_run(stage: Stage) -> None:
    stage.start_web()

    ended = run("web", **{**stage.environment, "PORT": stage.url.rpartition(":")[2]})

    assert ended.returncode == 1
    assert "address already in use" in ended.stderr


def test_the_manifest_is_printed_for_the_address_and_the_command_name() -> None:
    ended = run("manifest", "--url", "https://connect.example.com/", SLACK_COMMAND="/link-me")

    assert ended.returncode == 0
    assert "command: /link-me" in ended.stdout
    assert "url: https://connect.example.com/slack/events" in ended.stdout


def test_the_mapping_is_set_listed_and_removed(redis_url: str) -> None:
    settings = {"REDIS_URL": redis_url, "WORKSPACE_ORGANIZATIONS": "T1=org_a"}

    assert run("workspaces", "set", "T2", "org_b", **settings).stdout == "T2 belongs to org_b now.\n"
    assert run("workspaces", "list", **settings).stdout == "T1\torg_a\nT2\torg_b\n"
    assert run("workspaces", "remove", "T2", **settings).returncode == 0
    again = run("workspaces", "remove", "T1", **settings)

    assert again.returncode == 1
    assert "T1 still belongs to org_a, by WORKSPACE_ORGANIZATIONS." in again.stderr


def test_the_mapping_without_redis_is_a_failed_run() -> None:
    ended = run("workspaces", "list", REDIS_URL="redis://127.0.0.1:1/0")

    assert ended.returncode == 1
    assert "Redis does not answer" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_doctor_finds_a_good_installation_good(stage: Stage) -> None:
    stage.start_web("--with-worker")
    wait_for(lambda: "1 worker " in run("doctor", **stage.environment).stdout, what="the worker beats")
    settings = {**stage.environment, "PUBLIC_URL": stage.url, "SLACK_APP_TOKEN": ""}

    ended = run("doctor", **settings)

    assert ended.returncode == 0, ended.stdout
    assert ended.stderr == ""
    assert ended.stdout == (
        "ok       Settings: are complete\n"
        "ok       Redis: answers\n"
        "ok       Redis: takes writes\n"
        "ok       Redis: has an append-only file: accepted requests survive its restart\n"
        "ok       Redis: evicts nothing\n"
        "ok       Clock: agrees with Redis's and Slack's\n"
        "note     Secrets: can't be kept without ENCRYPTION_KEYS: nobody can bring a key of their own\n"
        "ok       Slack: accepts the token, for the workspace Freddy Demo (T0DEMO)\n"
        "ok       Slack: granted the scopes chat:write, commands, im:history, users:read\n"
        f"ok       Address: {stage.url} answers what is signed with SLACK_SIGNING_SECRET\n"
        "ok       Mapping: T0DEMO belongs to org_demo\n"
        "ok       Platform: accepts the key for org_demo (24 connectors)\n"
        f"ok       Workers: 1 worker of version {__version__}; jobs to do: 0\n"
        "to do    Jobs: no request of Slack's has arrived yet\n"
        "         → Type the command in Slack once the app runs.\n"
        "to do    Message: was not tried: Slack does not tell an app whether its Messages tab is on\n"
        "         → slack-app doctor --to U… sends you one (your profile in Slack › ⋮ › Copy member ID).\n"
    )


def test_the_doctor_looks_at_what_workspaces_and_people_brought(stage: Stage, redis_url: str) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    client = open_fast(redis_url)
    setups = RedisSetups(client, {})
    keys = RedisKeys(client, Vault([old]), setups)
    shared = Setup("T2", "org_demo", KeyMode.SHARED)
    setups.save(shared, "1", sealed_key=keys.seal_shared(shared, API_KEY))
    setups.save(Setup("T3", "org_own", KeyMode.PER_USER), "2")
    keys.save(SlackUser(None, "T3", "U1"), "ak_canary")

    good = run("doctor", **stage.environment, ENCRYPTION_KEYS=old)
    assert good.returncode == 0, good.stdout
    assert "ok       Secrets: can be kept, and what is kept can be opened\n" in good.stdout
    assert "note     Platform: is asked for org_own with each person's own key\n" in good.stdout

    lost = run("doctor", **stage.environment, ENCRYPTION_KEYS=new)
    assert lost.returncode == 1
    assert "WRONG    Secrets: 2 can't be opened:" in lost.stdout
    assert "WRONG    Platform: there is no key for org_demo: nobody in T2 gets a link\n" in lost.stdout


def test_a_worker_says_at_its_start_that_no_key_can_be_kept(stage: Stage) -> None:
    stage.start("worker")

    wait_for(lambda: "secrets.unsealable" in stage.log.read_text())


def test_a_worker_warns_of_a_redis_that_forgets(redis_url: str, stage: Stage) -> None:
    """security.md 22"""
    client = redis.Redis.from_url(redis_url)
    client.config_set("appendonly", "no")
    try:
        stage.start("worker")
        wait_for(lambda: "has no append-only file" in stage.log.read_text())
    finally:
        client.config_set("appendonly", "yes")


def test_the_doctors_exit_status_is_1_where_something_is_wrong_and_its_report_can_be_read_by_a_program(
    stage: Stage,
) -> None:
    nowhere = {"REDIS_URL": "redis://127.0.0.1:1/0", "FREDDY_API_KEY": "ak_canary_other", "PORT": "0"}

    ended = run("doctor", "--json", **{**stage.environment, **nowhere})

    assert ended.returncode == 1
    assert ended.stderr == ""
    report = json.loads(ended.stdout)
    assert {tuple(finding) for finding in report} == {("subject", "is_right", "text", "next_step")}
    assert [finding["subject"] for finding in report if finding["is_right"] is False] == ["Redis", "Platform"]
    assert "canary" not in ended.stdout


def test_a_mapping_that_is_set_again_keeps_who_may_connect_what_while_the_organization_stays(redis_url: str) -> None:
    redis = open_fast(redis_url)
    of_admin = Setup(
        "T2", "org_b", KeyMode.PER_USER, guests_allowed=False, allowed_connectors=("github",), configured_by="U1"
    )
    RedisSetups(redis, {}).save(of_admin, "1")

    run("workspaces", "set", "T2", "org_b", REDIS_URL=redis_url)
    assert RedisSetups(redis, {}).get("T2") == replace(of_admin, key_mode=KeyMode.OPERATOR, configured_by="", version=2)

    run("workspaces", "set", "T2", "org_c", REDIS_URL=redis_url)
    assert RedisSetups(redis, {}).get("T2") == Setup("T2", "org_c", version=3)


def test_a_mapping_that_is_set_for_what_the_environment_named_stays_without_the_environment(redis_url: str) -> None:
    run("workspaces", "set", "T1", "org_a", REDIS_URL=redis_url, WORKSPACE_ORGANIZATIONS="T1=org_a")

    assert run("workspaces", "list", REDIS_URL=redis_url).stdout == "T1\torg_a\n"


def test_what_the_operator_changes_is_in_the_audit_trail(redis_url: str) -> None:
    settings = {"REDIS_URL": redis_url}
    run("workspaces", "set", "T2", "org_b", **settings)
    run("workspaces", "remove", "T2", **settings)

    lines = run("workspaces", "audit", **settings).stdout.splitlines()

    assert [line.split("\t")[1:] for line in lines] == [
        ["T2", "operator", "set_up", "org_b"],
        ["T2", "operator", "removed", ""],
    ]
    assert run("workspaces", "audit", "--last", "1", **settings).stdout.splitlines() == lines[-1:]


def test_secrets_are_sealed_anew_by_a_command_and_not_left_without_their_key(redis_url: str) -> None:
    """security.md 15, 22"""
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    client = open_fast(redis_url)
    RedisKeys(client, Vault([old]), RedisSetups(client, {})).save(SlackUser(None, "T1", "U1"), "ak_canary")
    settings = {"REDIS_URL": redis_url, "SLACK_BOT_TOKEN": "xoxb-1", "FREDDY_API_KEY": "ak_1"}

    refused = run("worker", **settings)
    assert (refused.returncode, "ENCRYPTION_KEYS is missing" in refused.stderr) == (2, True)
    assert run("rotate-encryption", **settings).returncode == 2
    both = {**settings, "ENCRYPTION_KEYS": f"{new},{old}"}
    assert run("rotate-encryption", **both).stdout == "1 sealed anew.\n"
    assert run("rotate-encryption", **both).stdout == "0 sealed anew.\n"

    assert RedisKeys(client, Vault([new]), RedisSetups(client, {})).get(SlackUser(None, "T1", "U1")) == "ak_canary"
