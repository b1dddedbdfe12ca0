"""The whole way on one machine: stand-in Slack, stand-in platform, a real Redis, and the real app between them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from slack_app.demo.redis_server import free_port
from slack_app.demo.serving import serving
from slack_app.stand_ins.freddy import Platform
from slack_app.stand_ins.slack import Message as Shown
from slack_app.stand_ins.slack import Person, Workspace

API_KEY = "ak_canary_3f9d2c"
SIGNING_SECRET = "canary5igning5ecret"
BOT_TOKEN = "xoxb-canary-1-b0tt0k3n"
MAYA, LEON, GENERAL = "U0MAYA", "U0LEON", "C0GENERAL"


def wait_for(condition: Callable[[], object], seconds: float = 10.0, what: str = "") -> None:
    """Return as soon as the condition holds; fails when it does not in time."""
    ends_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends_at:
            raise AssertionError(f"not within {seconds} s: {what or condition}")
        time.sleep(0.01)


@dataclass
class Stage:
    """The stand-ins, and the settings that lead the app to them."""

    workspace: Workspace
    platform: Platform
    environment: dict[str, str]
    log: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *command: str, **more: str) -> subprocess.Popen[bytes]:
        """Start a process of the real app, as an operator would."""
        environment = {**os.environ, **self.environment, **more}
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "slack_app", *command], env=environment, stdout=log, stderr=log
            )
        self.processes.append(process)
        return process

    def start_web(self, *flags: str, **more: str) -> subprocess.Popen[bytes]:
        """Start a web process and wait until it takes commands; Slack's requests go to it from now on."""
        port = str(free_port())
        process = self.start("web", *flags, PORT=port, **more)
        url = f"http://127.0.0.1:{port}"
        wait_for(lambda: answers(f"{url}/readyz"), 10, "the web process is ready")
        self.workspace.request_url = f"{url}/slack/events"
        return process

    @property
    def url(self) -> str:
        """The address of the web process."""
        assert self.workspace.request_url
        return self.workspace.request_url.removesuffix("/slack/events")

    def ask(self, text: str, user_id: str = MAYA, channel_id: str = GENERAL) -> dict[str, object]:
        """Type the command; returns the acknowledgement."""
        ack = self.workspace.type_command(user_id=user_id, channel_id=channel_id, text=text)
        assert ack.status == 200, ack
        assert isinstance(ack.body, dict)
        return ack.body

    def answers(self, user_id: str = MAYA, channel_id: str = GENERAL) -> list[Shown]:
        """What the person sees privately in the channel."""
        return [m for m in self.workspace.messages_in(channel_id, seen_by=user_id) if m.ephemeral_to == user_id]

    def dms(self, user_id: str = MAYA) -> list[Shown]:
        """The messages in the person's direct message with the app."""
        return self.workspace.messages_in(self.workspace.dm_of(user_id), seen_by=user_id)

    def make_admin(self, user_id: str) -> None:
        """Make somebody an admin of the workspace."""
        people = self.workspace.store.people
        people[user_id] = replace(people[user_id], role="admin")

    def answer_after(self, text: str, user_id: str = MAYA, seconds: float = 10.0) -> Shown:
        """Type the command and wait until its private answer was replaced; returns the new one."""
        before = str(self.ask(text, user_id)["text"])
        wait_for(lambda: self.answers(user_id)[-1].text != before, seconds, "the private answer")
        return replace(self.answers(user_id)[-1])  # as it stands now: messages change in place

    def kill_all(self) -> None:
        """End every process of the app as a crash would."""
        for process in self.processes:
            process.kill()
            process.wait()


def answers(url: str) -> bool:
    """Return whether the address answers with 200."""
    try:
        with urlopen(url, timeout=1) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


@contextmanager
def on_stage(redis_url: str, log: Path, people: int = 0) -> Iterator[Stage]:
    """Set the stage, with so many people more; everything that was started ends with the block."""
    with ExitStack() as stack:
        platform = Platform(keys={API_KEY: "org_demo"})
        platform_url = stack.enter_context(serving(platform.app))
        crowd = [Person(f"U{number:05}", f"P{number}", f"Person {number}") for number in range(people)]
        workspace = Workspace(
            signing_secret=SIGNING_SECRET,
            bot_token=BOT_TOKEN,
            app_token="xapp-canary-1",
            people=[Person(MAYA, "Maya", "Maya Lindqvist"), Person(LEON, "Leon", "Leon Okafor"), *crowd],
        )
        workspace.base_url = stack.enter_context(serving(workspace.app))
        environment = {
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": "xapp-canary-1",
            "SLACK_API_URL": f"{workspace.base_url}/api/",
            "FREDDY_API_KEY": API_KEY,
            "FREDDY_API_URL": platform_url,
            "WORKSPACE_ORGANIZATIONS": f"{workspace.team_id}=org_demo",
            "REDIS_URL": redis_url,
            "LOG_LEVEL": "DEBUG",
            "LOG_FORMAT": "json",
        }
        stage = Stage(workspace, platform, environment, log)
        stack.callback(stage.kill_all)
        yield stage
