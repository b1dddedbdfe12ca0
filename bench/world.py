"""What the measured processes live in: a Redis of their own, the upstreams (plain, or with TLS), and their settings."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil
from redis import Redis

from bench.answers import TEAM, token_of
from bench.commands import SIGNING_SECRET
from bench.load import Load, Sent
from slack_app.demo.redis_server import RedisServer, find_server
from tests.certificates import Authority

API_KEY, ORGANIZATION = "ak_bench_0123456789", "org_bench"


class Played:
    """The process of the upstreams, as the bench speaks with it (`ledger.py`)."""

    def __init__(self, *certificate: str) -> None:
        command = [sys.executable, "-m", "bench.upstreams", *certificate]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self._process.stdout
        ports = json.loads(self._process.stdout.readline())
        scheme = "https" if certificate else "http"
        self.slack_url = f"{scheme}://127.0.0.1:{ports['slack']}"
        self.platform_url = f"{scheme}://127.0.0.1:{ports['platform']}"
        self._control = HTTPConnection("127.0.0.1", ports["control"], timeout=30)

    def __call__(self, name: str, **told: Any) -> Any:
        """Call a method of the ledger."""
        self._control.request("POST", f"/{name}", json.dumps(told))
        return json.loads(self._control.getresponse().read())

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


class World:
    """Redis and upstreams; `reset` makes them new."""

    def __init__(self, redis_url: str, plain: Played, secured: Played, directory: Path) -> None:
        self._redis_url = redis_url
        self._plain, self._secured = plain, secured
        self.upstreams = plain
        self.log = directory / "log"
        self.authority = directory / "authority.pem"
        self.redis: Redis = Redis.from_url(redis_url, decode_responses=True)

    def reset(self, *, has_tls: bool = False) -> None:
        """Forget what was before."""
        self.redis.flushall()
        self.redis.config_resetstat()
        self.upstreams = self._secured if has_tls else self._plain
        self.upstreams("reset")

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings of one workspace, for the app and its peers alike."""
        settings = {
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_BOT_TOKEN": token_of(TEAM),
            "SLACK_API_URL": f"{self.upstreams.slack_url}/api/",
            "FREDDY_API_KEY": API_KEY,
            "FREDDY_API_URL": self.upstreams.platform_url,
            "WORKSPACE_ORGANIZATIONS": f"{TEAM}={ORGANIZATION}",
            "REDIS_URL": self._redis_url,
            "LOG_LEVEL": "WARNING",
            "LOG_FORMAT": "json",
        }
        if self.upstreams is self._secured:
            trusted = str(self.authority)
            settings |= {"BENCH_AUTHORITY": trusted, "SSL_CERT_FILE": trusted, "NODE_EXTRA_CA_CERTS": trusted}
        return settings

    def send(self, port: int, **load: Any) -> Sent:
        """Type commands from a process of their own (`load.py`); return what came of it."""
        return self.sending(port, **load)()

    def sending(self, port: int, **load: Any) -> Callable[[], Sent]:
        """Begin to type commands; return what waits for the end."""
        wanted = Load(port=port, slack_url=self.upstreams.slack_url, **load)
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdin
        process.stdin.write(json.dumps(asdict(wanted)))
        process.stdin.close()

        def result() -> Sent:
            assert process.stdout
            told = process.stdout.read()
            process.wait()
            return Sent(**json.loads(told))

        return result

    def wait_for(self, condition: Callable[[dict[str, int]], bool], seconds: float) -> bool:
        """Wait until the upstreams' totals fulfil the condition; False where they do not in time."""
        ends = time.monotonic() + seconds
        while not condition(self.upstreams("totals")):
            if time.monotonic() > ends:
                return False
            time.sleep(0.05)
        return True

    def settle(self, seconds: float) -> None:
        """Wait until no link was brought for half a second; so long at most."""
        ends, before = time.monotonic() + seconds, None
        while time.monotonic() < ends:
            totals = self.upstreams("totals")
            if (now := (totals["posted"], totals["answered"])) == before:
                return
            before = now
            time.sleep(0.5)

    def redis_cpu(self) -> float:
        """Return the seconds of CPU that Redis has used."""
        times = psutil.Process(self.redis.info("server")["process_id"]).cpu_times()
        return float(times.user + times.system)


@contextmanager
def running_server(*options: str) -> Iterator[str]:
    """Start a Redis; the address of it, until the block is left."""
    executable = find_server()
    if executable is None:
        sys.exit("bench: redis-server or valkey-server is needed")
    server = RedisServer(executable, "--appendfsync", "everysec", *options)
    server.start()
    try:
        yield server.url
    finally:
        server.close()


@contextmanager
def a_world() -> Iterator[World]:
    """Start it; everything ends with the block."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        redis_url = stack.enter_context(running_server())
        plain, secured = Played(), Played(*map(str, Authority(directory, "authority").sign("127.0.0.1")))
        stack.callback(plain.close)
        stack.callback(secured.close)
        yield World(redis_url, plain, secured, directory)
