"""Operators' slips are said before anything starts, all at once, without repeating a secret (security.md 22)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from slack_app.config import load
from tests.settings_harness import GOOD, KEY, OLD_KEY, operators_shell, problems


@pytest.fixture
def monkeypatch(tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    with operators_shell(tmp_path) as patch:
        yield patch


@pytest.fixture(autouse=True)
def _everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a test changes nothing."""


def test_the_defaults_are_those_of_the_contract() -> None:
    settings = load(["web", "worker"])

    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.slack_command == "/connect"
    assert settings.freddy_api_url == "https://api.aitronos.com"
    assert settings.redis_url.get_secret_value() == "redis://localhost:6379/0"
    assert (settings.state_ttl_seconds, settings.worker_threads, settings.web_concurrency) == (600, 16, 1)
    assert (settings.port, settings.log_level, settings.redis_max_connections) == (3000, "INFO", 8)
    assert settings.audit_days == 400


def test_each_process_needs_only_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        monkeypatch.delenv(name)

    assert problems("web") == "SLACK_SIGNING_SECRET is missing"
    assert problems("worker") == (
        "SLACK_BOT_TOKEN is missing (or SLACK_CLIENT_ID, where workspaces install the app themselves)\n"
        "FREDDY_API_KEY is missing (or ENCRYPTION_KEYS, where workspaces bring keys of their own)"
    )
    assert problems("socket") == "SLACK_APP_TOKEN is missing"


@pytest.mark.parametrize("process", ["web", "worker"])
def test_many_workspaces_need_three_settings_together(monkeypatch: pytest.MonkeyPatch, process: str) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")

    assert problems(process) == (
        "SLACK_CLIENT_SECRET is missing (it goes with SLACK_CLIENT_ID)\n"
        "ENCRYPTION_KEYS is missing (it goes with SLACK_CLIENT_ID)"
    )


def test_a_worker_of_many_workspaces_needs_no_token_and_no_key_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    monkeypatch.delenv("FREDDY_API_KEY")
    for name, value in {
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "c11ent5ecret",
        "ENCRYPTION_KEYS": KEY,
    }.items():
        monkeypatch.setenv(name, value)

    assert load(["web", "worker"]).slack_client_id == "1.2"


def test_encryption_keys_are_read_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENCRYPTION_KEYS", f" {KEY}, {OLD_KEY} ,")

    assert [key.get_secret_value() for key in load().encryption_keys] == [KEY, OLD_KEY]


@pytest.mark.parametrize(
    "value",
    ["canary", ",", KEY[:-1], f"{KEY},canary", f"{KEY} {OLD_KEY}", f"{KEY}="],
    ids=["a word", "none", "cut off", "one of two", "not separated", "too long"],
)
def test_what_is_no_encryption_key_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """security.md 22"""
    monkeypatch.setenv("ENCRYPTION_KEYS", value)

    said = problems("web")

    assert said == (
        "ENCRYPTION_KEYS must be keys of 32 bytes in base64, separated by commas, newest first "
        "(openssl rand -base64 32 makes one)"
    )


def test_what_is_no_client_id_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "<client id>")

    assert problems().startswith("SLACK_CLIENT_ID must be the Client ID")


def test_all_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    monkeypatch.setenv("PORT", "many")
    monkeypatch.setenv("SLACK_COMMAND", "connect")
    monkeypatch.setenv("WORKSPACE_ORGANIZATIONS", "T0123")
    monkeypatch.setenv("STATE_TTL_SECONDS", "0")

    said = problems("web", "worker")

    for name in ("SLACK_BOT_TOKEN", "PORT", "SLACK_COMMAND", "WORKSPACE_ORGANIZATIONS", "STATE_TTL_SECONDS"):
        assert f"{name} " in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_SIGNING_SECRET", "your-signing-secret"),
        ("SLACK_BOT_TOKEN", "xoxb-your-bot-token"),
        ("FREDDY_API_KEY", "changeme"),
        ("FREDDY_API_KEY", "<key>"),
    ],
)
def test_an_example_is_no_secret(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)

    said = problems("web", "worker")

    assert said == f"{name} is still the example; put the real secret there"


def test_a_secret_copied_with_a_line_break_is_noticed_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREDDY_API_KEY", "ak_live_canary\n")

    said = problems("worker")

    assert said.startswith("FREDDY_API_KEY holds a character that no secret has")
    assert "canary" not in said


@pytest.mark.parametrize("name", ["FREDDY_API_URL", "SLACK_API_URL", "PUBLIC_URL"])
def test_secrets_go_over_https_or_stay_on_this_machine(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://platform.example")
    assert problems("worker").startswith(f"{name} must begin with https://")

    for fine in ("http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000", "https://platform.example"):
        monkeypatch.setenv(name, fine)
        load(["worker"])


def test_the_mapping_is_read_as_it_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSPACE_ORGANIZATIONS", " T0123=org_a, E0456=org_b ,")

    assert load().workspace_organizations == {"T0123": "org_a", "E0456": "org_b"}


@pytest.mark.parametrize("value", ["T0123", "=org", "T0123=", "C0123=org_a", "T0123=a,T0123=b"])
def test_a_mapping_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("WORKSPACE_ORGANIZATIONS", value)

    assert problems().startswith("WORKSPACE_ORGANIZATIONS ")


def test_hosts_are_names_without_anything_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHORIZATION_HOSTS", "GitHub.com, app.clickup.com")
    assert load().authorization_hosts == {"github.com", "app.clickup.com"}

    monkeypatch.setenv("AUTHORIZATION_HOSTS", "https://github.com/")
    assert problems().startswith("AUTHORIZATION_HOSTS must be host names")


@pytest.mark.parametrize("days", ["0", "3651", "a year"])
def test_the_audit_is_kept_for_a_number_of_days(monkeypatch: pytest.MonkeyPatch, days: str) -> None:
    monkeypatch.setenv("AUDIT_DAYS", days)

    assert problems().startswith("AUDIT_DAYS ")


def test_settings_can_be_shown_without_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENCRYPTION_KEYS", KEY)
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "c11ent5ecret")

    shown = repr(load(["web", "worker"]))

    assert not [value for value in [*GOOD.values(), KEY, "c11ent5ecret"] if value in shown]


def test_an_empty_setting_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "")

    assert problems("web") == "SLACK_SIGNING_SECRET is missing"
