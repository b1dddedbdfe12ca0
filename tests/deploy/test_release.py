"""A host of the Procfile: what it runs before a release, with a Redis as such hosts give it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from slack_app.demo.redis_server import free_port
from tests.certificates import Authority
from tests.conftest import running_redis
from tests.deploy import files
from tests.secured import tls_server

APP = json.loads((files.ROOT / "app.json").read_text())


@pytest.fixture
def hosted_redis(tmp_path: Path) -> Iterator[str]:
    """TLS with a certificate that nobody known has signed, no append-only file to be seen, and no CONFIG.

    https://devcenter.heroku.com/articles/connecting-heroku-redis
    """
    certificate, key = Authority(tmp_path).sign("127.0.0.1")
    tls = ("--tls-port", str(free_port()), "--tls-auth-clients", "no")
    pair = ("--tls-cert-file", str(certificate), "--tls-key-file", str(key), "--tls-ca-cert-file", str(certificate))
    host = ("--appendonly", "no", "--rename-command", "CONFIG", "")
    with running_redis(*tls, *pair, *host, executable=tls_server()):
        yield f"rediss://127.0.0.1:{tls[1]}"


def release(directory: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the line of the Procfile, as the host does."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {"PATH": path, "PYTHONPATH": str(files.ROOT), **settings}
    line = files.procfile()["release"]
    return subprocess.run(
        ["bash", "-c", line], env=environment, cwd=directory, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_first_release_with_the_hosts_redis_and_what_app_json_asks_for_passes(
    hosted_redis: str, tmp_path: Path
) -> None:
    asked = {
        "SLACK_SIGNING_SECRET": "canary5igning5ecret",
        "SLACK_BOT_TOKEN": "xoxb-canary-1",
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    }
    given = {name: about["value"] for name, about in APP["env"].items() if "value" in about}
    needed = {name for name, about in APP["env"].items() if about.get("required", True)}
    assert needed == {*asked, *given}

    ended = release(tmp_path, REDIS_URL=hosted_redis, **asked, **given)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "to do    Redis: shows no append-only file" in ended.stdout
    assert release(tmp_path, REDIS_URL=hosted_redis, **asked).returncode == 1
    assert release(tmp_path, REDIS_URL=hosted_redis, **given).returncode == 2


def test_each_process_of_the_procfile_reaches_the_same_redis() -> None:
    assert {line.partition(" ")[0] for line in files.procfile().values()} == {'REDIS_URL="$REDIS_URL$REDIS_OPTIONS"'}
