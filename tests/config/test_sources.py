"""Settings come from the environment, from `.env` in the working directory, and secrets from files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from slack_app.config import SECRETS, load, read
from tests.settings_harness import GOOD, KEY, problems


def test_the_file_of_the_working_directory_is_read(shell: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shell.delenv("SLACK_BOT_TOKEN")
    (tmp_path / ".env").write_text(
        "# a comment\n\nexport PORT=3100\r\nSLACK_BOT_TOKEN='xoxb-1-from-file' # and one more\n"
        'SLACK_COMMAND="/link"\nFREDDY_API_KEY=other\nOTHERS=${PORT}\nPUBLIC_URL=\n'
    )

    loaded = read(["web", "worker"])

    assert (loaded.settings.port, loaded.settings.slack_command) == (3100, "/link")
    assert loaded.settings.slack_bot_token == SecretStr("xoxb-1-from-file")
    assert loaded.settings.freddy_api_key == SecretStr(GOOD["FREDDY_API_KEY"])
    assert loaded.origins["PORT"] == ".env"
    assert loaded.origins["FREDDY_API_KEY"] == "environment"
    assert "PUBLIC_URL" not in loaded.origins
    assert "OTHERS" not in os.environ


def test_the_environment_wins_with_nothing_too(shell: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PUBLIC_URL=https://connect.example.com\nPORT=3100\n")
    shell.setenv("PUBLIC_URL", "")

    settings = load()

    assert (settings.public_url, settings.port) == (None, 3100)


def test_what_a_process_needs_may_stand_in_the_file(shell: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in GOOD:
        shell.delenv(name)
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in GOOD.items()))

    assert load(["web", "worker"]).slack_bot_token == SecretStr(GOOD["SLACK_BOT_TOKEN"])


def test_a_typo_in_the_file_is_pointed_out(shell: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("AUDIT_DAY=30\nOTHERS=1\n")

    assert problems() == "AUDIT_DAY is not a setting; did you mean AUDIT_DAYS?"


def test_values_in_the_file_are_taken_as_they_stand(shell: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("REDIS_URL=redis://:${HOME}$x@host/0\n")

    assert load().redis_url == SecretStr("redis://:${HOME}$x@host/0")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PORT=3100\r\n\r\n  no canary\r\n", ".env has a line that is not NAME=value: line 3"),
        (b"PORT=3100\nFREDDY_API_KEY=ak_1\ncanary\n", ".env has a line that is not NAME=value: line 3"),
        (b"FREDDY_API_KEY='canary\n", ".env has a line that is not NAME=value: line 1"),
        (b"PORT=\xff\n", ".env in the working directory is not text in UTF-8; correct it or take it away"),
        (b"#" * 70_000, ".env in the working directory is larger than 64 KiB; correct it or take it away"),
    ],
)
def test_a_file_that_cannot_be_read_is_said(
    shell: pytest.MonkeyPatch, tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / ".env").write_bytes(content)

    assert problems() == said


def test_a_directory_of_that_name_is_none(shell: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As `python -m venv .env` makes one."""
    (tmp_path / ".env").mkdir()

    load()


def test_a_name_in_small_letters_counts_where_that_in_capitals_is_not_set(shell: pytest.MonkeyPatch) -> None:
    shell.setenv("slack_command", "/small")
    shell.setenv("public_url", "https://small.example.com")
    shell.setenv("PUBLIC_URL", "https://capital.example.com")

    settings = load()

    assert (settings.slack_command, settings.public_url) == ("/small", "https://capital.example.com")


OF_THE_CONTRACT = [
    *("SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "SLACK_CLIENT_SECRET", "SLACK_APP_TOKEN"),
    *("FREDDY_API_KEY", "ENCRYPTION_KEYS", "REDIS_URL"),
]


@pytest.mark.parametrize("name", OF_THE_CONTRACT)
def test_every_secret_can_stand_in_a_file(shell: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    assert name in SECRETS
    good = {**GOOD, "SLACK_APP_TOKEN": "xapp-1", "ENCRYPTION_KEYS": KEY, "SLACK_CLIENT_SECRET": "c11ent5ecret"}
    value = good.get(name, "redis://host/0")
    (tmp_path / "secret").write_text(f"{value}\n")
    shell.delenv(name, raising=False)
    shell.setenv(f"{name}_FILE", "secret")

    loaded = read()

    found = getattr(loaded.settings, name.lower())
    assert (found[0] if isinstance(found, tuple) else found).get_secret_value() == value
    assert loaded.origins[name] == "file"


def test_a_process_finds_what_it_needs_in_a_file(shell: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shell.delenv("SLACK_SIGNING_SECRET")
    (tmp_path / "secret").write_text(GOOD["SLACK_SIGNING_SECRET"])
    (tmp_path / ".env").write_text(f"SLACK_SIGNING_SECRET_FILE={tmp_path / 'secret'}\n")

    assert load(["web"]).slack_signing_secret == SecretStr(GOOD["SLACK_SIGNING_SECRET"])


def test_a_secret_is_in_one_place(shell: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("xoxb-canary")
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN_FILE=secret\n")

    assert problems("worker") == (
        "SLACK_BOT_TOKEN (environment) and SLACK_BOT_TOKEN_FILE (.env) are both set; leave one of them out"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "is not there, or is no file"),
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"\xff\xfe", "is not text in UTF-8"),
        (b"x" * 70_000, "is larger than 64 KiB"),
    ],
)
def test_a_secrets_file_that_holds_none_is_said(
    shell: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "canary").write_bytes(content)
    shell.delenv("SLACK_BOT_TOKEN")
    shell.setenv("SLACK_BOT_TOKEN_FILE", "canary")

    assert problems("worker") == (
        f"SLACK_BOT_TOKEN_FILE must name a file that holds the secret and nothing else; this one {said}"
    )


def test_a_pipe_is_no_secrets_file(shell: pytest.MonkeyPatch, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    shell.setenv("SLACK_APP_TOKEN_FILE", "pipe")

    assert problems().endswith("this one is not there, or is no file")


def test_what_stands_in_a_file_is_checked_as_everything(shell: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("xoxp-canary\n")
    shell.setenv("SLACK_APP_TOKEN_FILE", "secret")

    assert problems().startswith("SLACK_APP_TOKEN is a user token (xoxp-…); it must be an app-level token")
