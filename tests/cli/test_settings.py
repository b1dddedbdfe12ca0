"""What `slack-app settings` shows, and what every command says of wrong settings."""

from __future__ import annotations

import json
from pathlib import Path

from cryptography.fernet import Fernet

from slack_app.config import NAMES
from tests.cli.running import run, run_in

KEYS = [Fernet.generate_key().decode() for _ in range(2)]


def test_what_is_in_force_is_shown_with_where_it_comes_from_and_without_secrets(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("canary5igning5ecret\n")
    (tmp_path / ".env").write_text("SLACK_SIGNING_SECRET_FILE=secret\nSLACK_COMMAND=/link\nPORT=3100\n")
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-1-canary",
        "FREDDY_API_KEY": "ak_canary",
        "ENCRYPTION_KEYS": ",".join(KEYS),
        "REDIS_URL": "rediss://app:canary@10.0.0.1:6380/0?ssl_cert_reqs=none",
        "WORKSPACE_ORGANIZATIONS": "T1=org_a, E2=org_b",
        "AUTHORIZATION_HOSTS": "github.com,app.clickup.com",
        "PORT": "3200",
        "SENTRY_DSN": "https://canary@sentry.example/1",
    }

    ended = run_in(tmp_path, "settings", **environment)
    as_json = json.loads(run_in(tmp_path, "settings", "--json", **environment).stdout)

    shown = {line.split()[0]: line.split(maxsplit=1)[1] for line in ended.stdout.splitlines()}
    assert (ended.returncode, ended.stderr) == (0, "")
    assert [*shown] == NAMES
    assert shown["SLACK_SIGNING_SECRET"] == "set  (file)"
    assert shown["SLACK_BOT_TOKEN"] == "xoxb-…  (environment)"
    assert shown["SLACK_APP_TOKEN"] == "not set  (default)"
    assert shown["SLACK_COMMAND"] == "/link  (.env)"
    assert shown["FREDDY_API_KEY"] == "set  (environment)"
    assert shown["ENCRYPTION_KEYS"] == "set (2)  (environment)"
    assert shown["REDIS_URL"] == "rediss://app:***@10.0.0.1:6380/0?ssl_cert_reqs=none  (environment)"
    assert shown["WORKSPACE_ORGANIZATIONS"] == "T1=org_a,E2=org_b  (environment)"
    assert shown["AUTHORIZATION_HOSTS"] == "app.clickup.com,github.com  (environment)"
    assert shown["PORT"] == "3200  (environment)"
    assert shown["AUDIT_DAYS"] == "400  (default)"
    assert not [secret for secret in ["canary", *KEYS] if secret in ended.stdout or secret in str(as_json)]
    assert as_json["PORT"] == {"value": "3200", "from": "environment"}
    assert as_json["SLACK_APP_TOKEN"] == {"value": None, "from": "default"}


def test_all_that_is_wrong_is_said_at_once_in_plain_words(tmp_path: Path) -> None:
    """security.md 22"""
    (tmp_path / ".env").write_text("SLACK_SINGING_SECRET=canary\nAUDIT_DAY=30\nthis line, canary\n")
    environment = {
        "SLACK_BOT_TOKEN": '"xoxb-1-canary"',
        "SLACK_APP_TOKEN_FILE": "/no/such/canary",
        "FREDDY_API_KEY": "xoxb-canary",
        "FREDDY_API_URL": "https://[canary",
        "ENCRYPTION_KEYS": "canary",
        "REDIS_URL": "redis://:can/ary@canary:6379/0",
        "PUBLIC_URL": "https://canary.example/slack/events",
        "PORT": "canary",
        "AUDIT_DAYS": "30",
    }

    ended = run_in(tmp_path, "web", **environment)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "slack-app: .env has a line that is not NAME=value: line 3\n"
        "slack-app: SLACK_APP_TOKEN_FILE must name a file that holds the secret and nothing else; "
        "this one is not there, or is no file\n"
        "slack-app: SLACK_BOT_TOKEN has quotes around it that belong to it here (docker --env-file); leave them out\n"
        "slack-app: FREDDY_API_KEY is a bot token (xoxb-…) of Slack's; it must be a key of the connector platform\n"
        "slack-app: FREDDY_API_URL must be an address that begins with https://\n"
        "slack-app: ENCRYPTION_KEYS must be keys of 32 bytes in base64, separated by commas, newest first "
        "(openssl rand -base64 32 makes one)\n"
        "slack-app: REDIS_URL holds a / ? # or @ where none belongs; in user and password write %2F %3F %23 and %40\n"
        "slack-app: PUBLIC_URL must be an address without a path, such as https://host.example: "
        "the app adds its own paths\n"
        "slack-app: PORT must be a whole number from 0 to 65535\n"
        "slack-app: SLACK_SIGNING_SECRET is missing\n"
        "slack-app: SLACK_SINGING_SECRET is not a setting; did you mean SLACK_SIGNING_SECRET?\n"
    )
    assert run_in(tmp_path, "settings", **environment).returncode == 2


def test_a_name_that_is_nearly_a_settings_is_pointed_out_and_stops_nothing_where_that_is_set() -> None:
    ended = run("settings", AUDIT_DAY="30", AUDIT_DAYS="300", SLACK_WEBHOOK_URL="https://canary.example")

    assert ended.returncode == 0
    assert ended.stderr == "slack-app: AUDIT_DAY is not a setting; did you mean AUDIT_DAYS?\n"
