"""Names that are nearly those of settings are pointed out; those of other programs are left alone."""

from __future__ import annotations

import os

import pytest

from slack_app.config import NAMES, SECRETS, read
from slack_app.config.near import near
from tests.settings_harness import problems


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("SLACK_SINGING_SECRET", "SLACK_SIGNING_SECRET"),
        ("SLACK_SIGNIN_SECRET", "SLACK_SIGNING_SECRET"),
        ("SLACK_BOTTOKEN", "SLACK_BOT_TOKEN"),
        ("Slack_Bot_Token", "SLACK_BOT_TOKEN"),
        ("SLACK-BOT-TOKEN", "SLACK_BOT_TOKEN"),
        ("SLACK_BOT_TOKN_FILE", "SLACK_BOT_TOKEN_FILE"),
        ("SLACK_CLIENT_ID_FILE", "SLACK_CLIENT_ID"),
        ("FREDY_API_KEY", "FREDDY_API_KEY"),
        ("FREDDY_APIKEY", "FREDDY_API_KEY"),
        ("ENCRYPTION_KEY", "ENCRYPTION_KEYS"),
        ("AUTHORISATION_HOSTS", "AUTHORIZATION_HOSTS"),
        ("WORKSPACE_ORGANISATIONS", "WORKSPACE_ORGANIZATIONS"),
        ("REDIS_URI", "REDIS_URL"),
        ("WORKER_THREAD", "WORKER_THREADS"),
        ("METRIC_PORT", "METRICS_PORT"),
        ("AUDIT_DAY", "AUDIT_DAYS"),
        ("LOGLEVEL", "LOG_LEVEL"),
    ],
)
def test_a_typo_is_recognised(name: str, meant: str) -> None:
    assert near([name], NAMES, SECRETS) == {name: meant}


def test_a_name_that_no_terminal_should_see_is_shown_in_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("\x1b[2JSLACK_BOT_TOKEN", "xoxb-canary-1")

    assert r"\x1b[2JSLACK_BOT_TOKEN is not a setting; did you mean SLACK_BOT_TOKEN?" in problems()


@pytest.mark.parametrize(
    "name",
    [
        *("SLACK_TOKEN", "SLACK_API_TOKEN", "SLACK_USER_TOKEN", "SLACK_WEBHOOK_URL", "SLACK_CHANNEL", "SLACK_BOT_ID"),
        *("SLACK_VERIFICATION_TOKEN", "SLACK_TEAM_ID", "SLACK_APP_ID", "SLACK_REFRESH_TOKEN", "SLACK_BOT_USER_TOKEN"),
        *("REDIS_HOST", "REDIS_PORT", "REDIS_PASSWORD", "REDIS_TLS_URL", "REDIS_SERVICE_HOST", "REDIS_SERVICE_PORT"),
        *("HOSTNAME", "HOSTS", "POST", "PORTS", "PATH", "HTTP_PROXY", "http_proxy", "https_proxy", "no_proxy"),
        *("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS", "SENTRY_ENVIRONMENT", "SENTRY_RELEASE"),
        *("API_KEY", "DATABASE_URL", "PUBLIC_KEY", "slack_bot_token", "SSL_CERT_DIR", "PYTHONPATH", "WEB_CONCURRENCY"),
    ],
)
def test_a_name_of_another_program_is_left_alone(name: str) -> None:
    assert near([name], NAMES, SECRETS) == {}


def test_a_typo_of_what_is_not_set_stops_the_app(shell: pytest.MonkeyPatch) -> None:
    shell.delenv("SLACK_SIGNING_SECRET")
    shell.setenv("SLACK_SINGING_SECRET", "canary")

    assert problems("web").splitlines() == [
        "SLACK_SIGNING_SECRET is missing",
        "SLACK_SINGING_SECRET is not a setting; did you mean SLACK_SIGNING_SECRET?",
    ]


def test_a_typo_of_what_is_set_is_a_warning(shell: pytest.MonkeyPatch) -> None:
    shell.setenv("SLACK_SINGING_SECRET", "canary")

    assert read(["web"]).warnings == ["SLACK_SINGING_SECRET is not a setting; did you mean SLACK_SIGNING_SECRET?"]


def test_a_name_near_one_that_many_programs_have_is_a_warning(shell: pytest.MonkeyPatch) -> None:
    shell.setenv("LOGLEVEL", "debug")

    assert read(["web"]).warnings == ["LOGLEVEL is not a setting; did you mean LOG_LEVEL?"]


def test_this_machines_own_environment_raises_no_alarm() -> None:
    assert near(os.environ.keys() - {*NAMES}, NAMES, SECRETS) == {}
