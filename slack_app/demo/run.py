"""`slack-app demo`: the stand-ins in this process, the real app in processes of its own, real HTTP between them."""

from __future__ import annotations

import secrets
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Installation

from slack_app.adapters.redis import open_patient
from slack_app.adapters.secrets.installations import RedisInstallations
from slack_app.adapters.secrets.vault import Vault
from slack_app.adapters.setups import RedisSetups
from slack_app.demo.clock import FILE, DemoClock
from slack_app.demo.environment import forget_the_rest
from slack_app.demo.gate import Gate
from slack_app.demo.processes import App
from slack_app.demo.redis_server import FakeRedisServer, RedisServer, find_server, free_port
from slack_app.demo.serving import serving
from slack_app.model.workspaces import Setup
from slack_app.stand_ins.freddy import FAULTS, Fault, Platform
from slack_app.stand_ins.slack import FaultChoice, Person, Slack, SlackFault, Workspace

ORGANIZATION = "org_demo"
OWN_KEYS = {
    "ak_of_maya_0123456789": ORGANIZATION,
    "ak_of_leon_0123456789": ORGANIZATION,
    "ak_of_ida_0123456789": "org_nordlicht",
    "ak_of_tom_0123456789": "org_nordlicht",
}
"""What people can bring where each uses a key of their own."""
OTHER, OTHERS = "Nordlicht", (Person("U0IDA", "Ida", "Ida Holm", role="owner"), Person("U0TOM", "Tom", "Tom Berg"))
"""A second workspace, which has not installed the app yet."""
CLIENT_ID = "1234567890.0987654321"
LATER_SECONDS = 600.0
PORT, PORTS_TRIED = 3000, 20
OWN_FAULTS = [
    FaultChoice("dm_closed", "Direct messages closed", "Slack lets the app send no direct message."),
    FaultChoice(
        "unmapped", "Workspace not set up", "It begins without an organization: ask an admin, or be Maya and set it up."
    ),
    FaultChoice(
        "worker_killed", "Worker killed", "kill -9; what you ask for waits, and goes on when it is back to normal."
    ),
    FaultChoice("later", "Ten minutes later", "The clock was moved forward: links that were out have expired."),
]
REDIS_FAULTS = [
    FaultChoice("redis_frozen", "Redis frozen", "Redis hangs: it takes connections and answers nothing."),
    FaultChoice("redis_down", "Redis down", "Redis was killed; it comes back with all it was given."),
]


class Demo:
    """Everything that runs, and the faults it can play."""

    def __init__(self, stack: ExitStack, port: int | None, ended: threading.Event) -> None:
        self.redis = _redis()
        stack.callback(self.redis.close)
        self.redis.start()
        clock_file = Path(stack.enter_context(TemporaryDirectory())) / "clock"
        self.clock = DemoClock(clock_file)
        api_key = f"ak_{secrets.token_hex(16)}"
        self.platform = Platform(keys={api_key: ORGANIZATION, **OWN_KEYS}, clock=self.clock)
        platform_url = stack.enter_context(serving(self.platform.app))
        secret, token, client_secret = secrets.token_hex(16), f"xoxb-{secrets.token_hex(12)}", secrets.token_hex(16)
        self.workspace = Workspace(
            signing_secret=secret,
            bot_token=token,
            faults=self._choices(),
            play_fault=self.play,
            fault_note=self._fault_note(),
            clock=self.clock,
        )
        self.other = Workspace(
            signing_secret=secret,
            bot_token="",
            name=OTHER,
            team_id="T0NORD",
            people=OTHERS,
            fault_note=f"No trouble can be played here: switch to {self.workspace.name}.",
            clock=self.clock,
        )
        slack = Slack([self.workspace, self.other], client_id=CLIENT_ID, client_secret=client_secret, clock=self.clock)
        self.slack = slack
        gate = Gate(slack.app)
        self.url = stack.enter_context(_serving_near(gate, port))
        stack.callback(slack.end_streams)
        slack.base_url = self.url
        self._setups = RedisSetups(open_patient(self.redis.url), {})
        self._set_up()
        encryption_key = Fernet.generate_key().decode()
        self._install(token, Vault([encryption_key]))
        app_port = free_port()
        self.install_url = f"http://127.0.0.1:{app_port}/slack/install"
        self.app = App(
            {
                "PORT": str(app_port),
                "PUBLIC_URL": f"http://127.0.0.1:{app_port}",
                FILE: str(clock_file),
                "REDIS_URL": self.redis.url,
                "SLACK_SIGNING_SECRET": secret,
                "SLACK_CLIENT_ID": CLIENT_ID,
                "SLACK_CLIENT_SECRET": client_secret,
                "SLACK_API_URL": f"{self.url}/api/",
                "FREDDY_API_KEY": api_key,
                "FREDDY_API_URL": platform_url,
                "ENCRYPTION_KEYS": encryption_key,
                "LOG_LEVEL": "WARNING",
            },
            clock_file.parent,
        )
        stack.callback(self.app.stop)
        self.app.start()
        self.app.wait_until_ready(ended)
        if ended.is_set():
            return
        slack.request_url = f"http://127.0.0.1:{self.app.port}/slack/events"
        slack.verify_request_url()
        gate.is_open.set()

    def _install(self, token: str, vault: Vault) -> None:
        """Have the first workspace begin with the app installed, so that its first command works."""
        installations = RedisInstallations(open_patient(self.redis.url), vault, self.clock, lambda _token: True)
        installations.save(Installation(user_id="U0MAYA", team_id=self.workspace.team_id, bot_token=token))

    def play(self, name: str) -> None:
        """Play one fault, after putting an end to the one before."""
        self._back_to_normal()
        if name == "dm_closed":
            self.workspace.fault = SlackFault.DM_CLOSED
        elif name == "unmapped":
            self._setups.remove(self.workspace.team_id)
        elif name == "worker_killed":
            self.app.kill_worker()
        elif name == "later":
            self.clock.forward(LATER_SECONDS)
        elif name == "redis_frozen" and isinstance(self.redis, RedisServer):
            self.redis.freeze()
        elif name == "redis_down" and isinstance(self.redis, RedisServer):
            self.redis.kill()
        else:
            self.platform.fault = Fault(name)

    def _back_to_normal(self) -> None:
        self.platform.fault = Fault.NONE
        self.workspace.fault = SlackFault.NONE
        if isinstance(self.redis, RedisServer):
            self.redis.thaw()
            self.redis.start()
        if self._setups.get(self.workspace.team_id) is None:  # what an admin has set up meanwhile stays
            self._set_up()
        self.app.start_worker()
        self.app.wait_until_ready()  # after an outage of Redis the app asks only once a second whether it is back

    def _set_up(self) -> None:
        self._setups.save(Setup(self.workspace.team_id, ORGANIZATION), secrets.token_hex(8), is_forced=True)

    def _fault_note(self) -> str:
        if isinstance(self.redis, RedisServer):
            return ""
        return "Troubles of Redis cannot be played: install redis-server or valkey-server for them."

    def _choices(self) -> list[FaultChoice]:
        real_redis = REDIS_FAULTS if isinstance(self.redis, RedisServer) else []
        of_platform = [FaultChoice(t.value, label, explanation) for t, (label, explanation) in FAULTS.items()]
        return [*of_platform, *OWN_FAULTS, *real_redis]


@contextmanager
def _serving_near(app: Any, port: int | None) -> Iterator[str]:
    """Serve on the port; without one on the usual one, or else on the next that is free."""
    with ExitStack() as stack:
        for candidate in [port] if port is not None else range(PORT, PORT + PORTS_TRIED):
            try:
                url = stack.enter_context(serving(app, candidate))
                break
            except OSError as exc:
                taken = exc
        else:
            raise taken
        yield url


@contextmanager
def running(port: int | None = 0, ended: threading.Event | None = None) -> Iterator[Demo]:
    """Run the demo until the block is left; raises OSError when the port is taken.

    When `ended` is set while it starts, it starts no further.
    """
    with ExitStack() as stack:
        yield Demo(stack, port, ended or threading.Event())


def run(port: int | None) -> int:
    """Run the demo until Ctrl-C, or until its terminal closes; returns the exit status."""
    forget_the_rest()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup, or in the background
            signal.signal(number, lambda *_: ended.set())
    try:
        with running(port, ended) as demo:
            if not ended.is_set():
                _say(demo)
            ended.wait()
    except OSError as exc:
        if ended.is_set():  # nothing can be said on a terminal that has closed
            return 0
        click.echo(f"slack-app: the demo cannot start: {exc}. Is the port taken? Try --port 3100.", err=True)
        return 1
    except RuntimeError as exc:
        click.echo(f"slack-app: the demo cannot start: {exc}", err=True)
        return 1
    return 0


def _say(demo: Demo) -> None:
    click.echo(f"\n  Freddy Connect is running: {demo.url}\n  Type /connect github there. Ctrl-C ends it.")
    click.echo(f"  Another workspace, {OTHER}, can install it: {demo.install_url}")
    click.echo("  Keys to bring, for /connect setup and /connect key:")
    for key, organization_id in OWN_KEYS.items():
        click.echo(f"    {organization_id}  {key}")
    click.echo()


def _redis() -> RedisServer | FakeRedisServer:
    if executable := find_server():
        return RedisServer(executable)
    try:
        return FakeRedisServer()
    except ImportError as exc:
        raise RuntimeError("install redis-server or valkey-server, or: pip install 'freddy-connect[demo]'") from exc
