"""The whole way on one machine: stand-in Slack, stand-in platform, a real Redis, and the real app between them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from slack_app.demo.clock import FILE
from slack_app.demo.redis_server import free_port
from slack_app.stand_ins.freddy import Platform
from slack_app.stand_ins.slack import Message as Shown
from slack_app.stand_ins.slack import Person, Workspace
from tests.kept_keys import check_keys
from tests.serving import serving

API_KEY = "ak_canary_3f9d2c"
SIGNING_SECRET = "canary5igning5ecret"
BOT_TOKEN = "xoxb-canary-1-b0tt0k3n"
MAYA, LEON, GENERAL = "U0MAYA", "U0LEON", "C0GENERAL"
MEASURED = "COVERAGE_PROCESS_CONFIG"
"""Tells a process that `make coverage` runs."""
PATIENCE, MOST_LOAD = 60.0, 4.0
"""Seconds for what is promised to nobody; a wait ends with its condition, so that a long limit costs nothing.

Stretched four times at most, or what never comes costs a busy machine the time of the whole suite.
"""


def wait_for(condition: Callable[[], object], within: float | None = None, what: str = "") -> None:
    """Return as soon as the condition holds; fails when it does not in time.

    `within` is for what is promised in so many seconds; on a loaded machine they are more.
    """
    began, load = time.monotonic(), 1.0
    while not condition():
        load = max(load, crowding())
        seconds = PATIENCE * min(load, MOST_LOAD) if within is None else within * load
        if time.monotonic() > began + seconds:
            raise AssertionError(f"not within {seconds:.1f} s: {what or condition}")
        time.sleep(0.01)


def stretched(seconds: float) -> float:
    """Return a limit as it is on a machine as loaded as this one: the same on one that has a core to spare."""
    return seconds * crowding()


def crowding() -> float:
    """Return how many threads want each core: the last minute's load, or this moment's; 1 at least."""
    wanting = os.getloadavg()[0]
    with suppress(OSError):  # Linux says it at once
        wanting = max(wanting, float(Path("/proc/loadavg").read_text().split()[3].partition("/")[0]))
    return max(1.0, wanting / (os.cpu_count() or 1))


@dataclass
class Stage:
    """The stand-ins, and the settings that lead the app to them."""

    workspace: Workspace
    platform: Platform
    environment: dict[str, str]
    log: Path
    organization_id: str = "org_demo"
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *command: str, **more: str) -> subprocess.Popen[bytes]:
        """Start a process of the real app, as an operator would; with the clock of a file where one is named."""
        environment = {**os.environ, **self.environment, **more}
        module = "slack_app.demo.clock" if FILE in environment else "slack_app"
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *command],
                env=environment,
                cwd=self.log.parent,  # a developer's own .env is not for tests
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def start_web(self, *flags: str, **more: str) -> subprocess.Popen[bytes]:
        """Start a web process and wait until it takes commands; Slack's requests go to it from now on."""
        for _ in range(5):
            if process := self._web_on(free_port(), *flags, **more):
                return process
        raise AssertionError("no port stays free until it is used")

    def _web_on(self, port: int, *flags: str, **more: str) -> subprocess.Popen[bytes] | None:
        """Start a web process; None where somebody else took the port before it was there."""
        process = self.start("web", *flags, PORT=str(port), **more)
        wait_for(lambda: process.poll() is not None or listens(process, port), what="the web process listens")
        if process.poll() is not None:
            assert "address already in use" in self.log.read_text()
            return None
        url = f"http://127.0.0.1:{port}"
        wait_for(lambda: answers(f"{url}/readyz"), what="the web process is ready")
        self.workspace.request_url = f"{url}/slack/events"
        assert self.workspace.verify_request_url()
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

    def answer_after(self, text: str, user_id: str = MAYA, within: float | None = None) -> Shown:
        """Type the command and wait for the private answer that follows the acknowledgement; returns it."""
        before = len(self.answers(user_id))
        self.ask(text, user_id)
        wait_for(lambda: len(self.answers(user_id)) == before + 2, within, "the private answer")
        return replace(self.answers(user_id)[-1])  # as it stands now: messages change in place

    def kill_all(self) -> None:
        """End every process of the app as a crash would."""
        for process in self.processes:
            process.kill()
            process.wait()

    def clear(self) -> None:
        """End every process of the app at the end of the case."""
        if MEASURED in os.environ:  # a process writes down what it has run when it ends in order
            alive = [process for process in self.processes if process.poll() is None]
            for process in alive:
                process.terminate()
            psutil.wait_procs([psutil.Process(process.pid) for process in alive], timeout=5)
        self.kill_all()


def listens(process: subprocess.Popen[bytes], port: int) -> bool:
    """Return whether it is this process that listens on the port."""
    try:
        connections = psutil.Process(process.pid).net_connections("tcp")
    except psutil.Error:
        return False  # it has just ended
    return any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in connections)


def answers(url: str) -> bool:
    """Return whether the address answers with 200."""
    try:
        with urlopen(url, timeout=1) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


def workspace_with(people: int = 0, team_id: str = "T0DEMO") -> Workspace:
    """Return a workspace of Maya's and Leon's, with so many people more."""
    crowd = [Person(f"U{number:05}", f"P{number}", f"Person {number}") for number in range(people)]
    return Workspace(
        signing_secret=SIGNING_SECRET,
        bot_token=BOT_TOKEN,
        app_token="xapp-canary-1",
        people=[Person(MAYA, "Maya", "Maya Lindqvist"), Person(LEON, "Leon", "Leon Okafor"), *crowd],
        team_id=team_id,
    )


def settings_for(slack_url: str, freddy_url: str, redis_url: str) -> dict[str, str]:
    """Return the app's settings for stand-ins at these addresses."""
    return {
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": "xapp-canary-1",
        "SLACK_API_URL": f"{slack_url}/api/",
        "FREDDY_API_KEY": API_KEY,
        "FREDDY_API_URL": freddy_url,
        "WORKSPACE_ORGANIZATIONS": "T0DEMO=org_demo",
        "REDIS_URL": redis_url,
        "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": "json",
    }


@contextmanager
def on_stage(redis_url: str, log: Path, people: int = 0) -> Iterator[Stage]:
    """Set the stage, with so many people more; everything that was started ends with the block."""
    with ExitStack() as stack:
        platform = Platform(keys={API_KEY: "org_demo"})
        freddy_url = stack.enter_context(serving(platform.app))
        workspace = workspace_with(people)
        workspace.base_url = stack.enter_context(serving(workspace.app))
        stage = Stage(workspace, platform, settings_for(workspace.base_url, freddy_url, redis_url), log)
        stack.callback(stage.clear)
        yield stage
        check_keys(redis_url)
