"""An installation as its operator has it, sound from the start, and the doctor who looks at it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import redis
import structlog
from click.testing import CliRunner
from cryptography.fernet import Fernet

from slack_app.adapters.clock import RedisClock
from slack_app.adapters.heartbeat import RedisHeartbeat
from slack_app.adapters.jobs.producer import JobProducer
from slack_app.adapters.redis import open_fast, open_patient
from slack_app.adapters.secrets.installations import RedisInstallations
from slack_app.adapters.secrets.keys import RedisKeys
from slack_app.adapters.secrets.vault import Vault
from slack_app.adapters.setups import RedisSetups
from slack_app.app.web import build_web
from slack_app.cli import main
from slack_app.config import Settings, load
from slack_app.demo.redis_server import RedisServer
from slack_app.model.workspaces import KeyMode, Setup
from slack_app.stand_ins.freddy import Platform
from slack_app.stand_ins.slack import Slack, Workspace
from slack_app.stand_ins.slack.installations import Grant
from tests.conftest import running_redis
from tests.sample_installations import installed
from tests.serving import serving
from tests.stage import API_KEY, settings_for, workspace_with
from tests.worker_harness import JOB
from tests.workspaces import CLIENT_ID, CLIENT_SECRET, KEYS, slack_of_two

NAMES = [name.upper() for name in Settings.model_fields]


@dataclass
class Report:
    """What the doctor said."""

    status: int
    findings: list[dict[str, Any]]
    errors: str
    printed: str

    def of(self, *, is_right: bool | None) -> list[dict[str, Any]]:
        return [finding for finding in self.findings if finding["is_right"] is is_right]

    @property
    def wrong(self) -> list[str]:
        return [f"{finding['subject']}: {finding['text']}" for finding in self.of(is_right=False)]


@dataclass
class Scene:
    """The stand-ins, a real Redis, and the settings that lead to them."""

    workspace: Workspace
    platform: Platform
    environment: dict[str, str]
    opened: ExitStack
    patch: pytest.MonkeyPatch
    slack: Slack | None = None
    arguments: list[str] = field(default_factory=list)

    @property
    def redis(self) -> Any:
        return open_fast(self.environment["REDIS_URL"])

    @property
    def vault(self) -> Vault:
        return Vault([key for key in self.environment.get("ENCRYPTION_KEYS", "").split(",") if key])

    @property
    def setups(self) -> RedisSetups:
        return RedisSetups(self.redis, {})

    @property
    def keys(self) -> RedisKeys:
        return RedisKeys(self.redis, self.vault, self.setups)

    def examine(self, *arguments: str) -> Report:
        """Let the doctor look, as the operator's command does."""
        given = ["doctor", "--json", *self.arguments, *arguments]
        configured = structlog.get_config()
        try:
            result = CliRunner().invoke(main, given, env={**dict.fromkeys(NAMES), **self.environment})
        finally:
            structlog.configure(**configured)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        findings = json.loads(result.stdout) if result.stdout.strip() else []
        for secret in self.secrets:
            assert secret not in result.output, "a secret is printed"
        return Report(result.exit_code, findings, result.stderr, result.output)

    @property
    def secrets(self) -> list[str]:
        names = ("SECRET", "TOKEN", "KEY")
        return [v for name, v in self.environment.items() if v and any(name.endswith((n, f"{n}S")) for n in names)]

    def set(self, **more: str) -> None:
        self.environment.update(more)

    def serve(self, app: Any) -> str:
        """Serve something else."""
        return self.opened.enter_context(serving(app))

    def serve_web(self, **more: str) -> str:
        """Serve the app's web process with these settings; Slack sends its requests there."""
        with pytest.MonkeyPatch.context() as patch:
            for name in NAMES:
                patch.delenv(name, raising=False)
            for name, value in {**self.environment, **more}.items():
                patch.setenv(name, value)
            settings = load(["web"])
        url = self.serve(build_web(settings, with_worker=False))
        self.workspace.request_url = f"{url}/slack/events"
        return url

    def own_redis(self, *options: str) -> RedisServer:
        """Use another Redis, of this scene's own."""
        server = self.opened.enter_context(running_redis(*options))
        self.set(REDIS_URL=server.url)
        self.beat()
        return server

    def configure(self, **settings: str) -> None:
        """Set parameters of Redis until the scene ends."""
        client = redis.Redis.from_url(self.environment["REDIS_URL"], decode_responses=True)
        for name, value in settings.items():
            parameter = name.replace("_", "-")
            [before] = client.config_get(parameter).values()
            client.config_set(parameter, value)
            self.opened.callback(client.config_set, parameter, before or "")

    def beat(self) -> None:
        """Let a worker live."""
        client = open_patient(self.environment["REDIS_URL"])
        RedisHeartbeat(client, "w1", "0.0", RedisClock(client)).beat()

    def enqueue(self) -> None:
        """Let a job wait."""
        JobProducer(self.redis).enqueue(JOB)

    def install(self, place: tuple[str | None, str | None], token: str, **more: Any) -> None:
        """Let the app be installed there."""
        client = self.redis
        stored = RedisInstallations(client, self.vault, RedisClock(client), lambda _: True)
        stored.save(installed(*place, token=token, **more))


@contextmanager
def scene(redis_url: str) -> Iterator[Scene]:
    """One workspace with its own token, mapped by the operator: all is well, and a worker lives."""
    with ExitStack() as opened, pytest.MonkeyPatch.context() as patch:
        platform = Platform(keys={API_KEY: "org_demo"})
        workspace = workspace_with()
        workspace.base_url = opened.enter_context(serving(workspace.app))
        environment = settings_for(workspace.base_url, opened.enter_context(serving(platform.app)), redis_url)
        del environment["SLACK_APP_TOKEN"]
        nobodys = opened.enter_context(socket.socket())  # held, so that nobody else comes to listen there
        nobodys.bind(("127.0.0.1", 0))
        environment["PORT"] = str(nobodys.getsockname()[1])
        made = Scene(workspace, platform, environment, opened, patch)
        made.beat()
        yield made


@contextmanager
def many(redis_url: str, *, enterprise_id: str | None = None) -> Iterator[Scene]:
    """Two workspaces that installed the app, or a Grid that did as a whole; each is set up with a key for all."""
    with scene(redis_url) as made:
        slack = made.slack = slack_of_two(enterprise_id)
        slack.base_url = made.serve(slack.app)
        del made.environment["SLACK_BOT_TOKEN"], made.environment["WORKSPACE_ORGANIZATIONS"]
        del made.environment["FREDDY_API_KEY"]
        made.set(
            SLACK_CLIENT_ID=CLIENT_ID,
            SLACK_CLIENT_SECRET=CLIENT_SECRET,
            SLACK_API_URL=f"{slack.base_url}/api/",
            ENCRYPTION_KEYS=Fernet.generate_key().decode(),
        )
        for workspace in slack.workspaces:
            organization_id, key = KEYS[workspace.team_id]
            token = f"xoxb-canary-{enterprise_id or workspace.team_id}"
            workspace.install(Grant(token, is_org_wide=bool(enterprise_id)))
            made.platform.accept(key, organization_id)
            made.install((enterprise_id, None) if enterprise_id else (None, workspace.team_id), token)
            setup = Setup(workspace.team_id, organization_id, KeyMode.SHARED, enterprise_id=enterprise_id or "")
            made.setups.save(setup, "1", sealed_key=made.keys.seal_shared(setup, key))
        made.workspace = slack.workspaces[0]
        made.set(PUBLIC_URL=made.serve_web())
        yield made
