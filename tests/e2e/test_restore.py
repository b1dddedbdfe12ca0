"""A backup is restored as docs/backup.md says, by real servers and the app's real processes."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import redis

from slack_app.demo.redis_server import RedisServer
from tests.conftest import running_redis
from tests.stage import Stage, wait_for
from tests.workspaces import app_for, ask, install, set_up, slack_of_two, texts

PAGE = (Path(__file__).parents[2] / "docs" / "backup.md").read_text()
BACKUP, DIRECTORY = "/var/backups/slack-app.rdb", "/var/lib/redis"


def opened(server: RedisServer) -> Any:
    return redis.Redis.from_url(server.url, decode_responses=True)


def lines(beginning: str) -> list[str]:
    """Return the documented commands that begin so."""
    return re.findall(rf"^{beginning} .*$", PAGE, re.MULTILINE)


def backed_up(server: RedisServer, path: Path) -> None:
    """Write what the server has, as `redis-cli --rdb` does: by the server's own dump."""
    with opened(server) as client:
        client.save()
        shutil.copy(Path(client.config_get("dir")["dir"]) / "dump.rdb", path)


def restored(server: RedisServer, path: Path) -> None:
    """Do what the page says, but for systemd and the owner of the files."""
    with opened(server) as client:
        directory = client.config_get("dir")["dir"]
    server.kill()
    script = "\n".join(lines("(?:mv|mkdir|cp|echo)")).replace(BACKUP, str(path)).replace(DIRECTORY, directory)
    subprocess.run(["/bin/sh", "-ec", script], check=True)
    server.start()


def without_what_was_under_way(server: RedisServer) -> None:
    patterns = re.findall(r"^redis-cli --scan --pattern '(.+?)'", PAGE, re.MULTILINE)
    assert len(patterns) == 3
    with opened(server) as client:
        for pattern in patterns:
            for key in list(client.scan_iter(pattern)):
                client.unlink(key)


def started(app: Stage, slack: Any) -> None:
    app.start_web()
    slack.request_url = app.workspace.request_url


def links(workspace: Any, tool: str) -> int:
    return sum(f"connect {tool}*" in text.lower() for text in texts(workspace))


def test_compose_takes_out_the_same_keys() -> None:
    loop = re.search(r"^for keys in (.+); do$", PAGE, re.MULTILINE)
    patterns = re.findall(r"^redis-cli --scan --pattern '(.+?)'", PAGE, re.MULTILINE)

    assert loop
    assert [f"slack_app:{keys}" for keys in shlex.split(loop[1])] == patterns


def test_a_restore_can_be_done_again_and_again(tmp_path: Path) -> None:
    """Somebody whose first restore brought the wrong backup needs what lay there before, and the next one in order."""
    with running_redis() as server:
        with opened(server) as client:
            directory = Path(client.config_get("dir")["dir"])
            client.set("made", "1")
        backed_up(server, tmp_path / "backup.rdb")
        for count in (1, 2, 3):
            with opened(server) as client:
                client.set("since", count)
            restored(server, tmp_path / "backup.rdb")
            time.sleep(1)  # nobody is faster, by hand

            with opened(server) as client:
                assert client.keys("*") == ["made"]
            kept = [path for path in directory.glob("appendonlydir.*") if path.is_dir()]
            assert len(kept) == count
            assert all((path / "appendonly.aof.manifest").exists() for path in kept)


def test_a_restored_backup_serves_links_and_repeats_none_that_was_sent_since(tmp_path: Path) -> None:
    slack, backup = slack_of_two(), tmp_path / "backup.rdb"
    with running_redis() as before, running_redis() as after, app_for(slack, before.url, tmp_path / "log") as app:
        # given a workspace with its installation, its organization and a sealed key, and a request that waits
        one = slack.workspaces[0]
        install(app, one.team_id)
        set_up(one)
        app.kill_all()
        started(app, slack)
        ask(one, "github")
        backed_up(before, backup)
        # which is answered after the backup was made, and then the server is lost
        app.start("worker")
        wait_for(lambda: links(one, "github") == 1, what="the link")
        app.kill_all()
        before.kill()

        # when
        restored(after, backup)
        without_what_was_under_way(after)
        app.environment["REDIS_URL"] = after.url
        started(app, slack)
        app.start("worker")
        ask(one, "notion")

        # then
        wait_for(lambda: links(one, "notion") == 1, what="the link of after")
        assert links(one, "github") == 1
