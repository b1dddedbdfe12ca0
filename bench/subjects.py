"""What is measured: this app, and its peers; how each is started, and what its processes use."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.answers import TEAM
from bench.commands import signed
from bench.world import World
from slack_app.demo.environment import kept
from slack_app.demo.redis_server import free_port

PEERS = Path(__file__).parent / "peers"
WARM_UP = 900_000_000
"""The people from this number on are none of a measurement."""
WARM_LINKS = 40


class Running:
    """The processes of a subject that takes commands on `port`; `start_seconds` until it took the first."""

    def __init__(self, subject: Subject, world: World, environment: Mapping[str, str], processes: int) -> None:
        self.port = free_port()
        self._subject = subject
        self._world = world
        self._environment = {
            **kept(os.environ),
            **world.environment,
            **environment,
            "PORT": str(self.port),
            "WEB_CONCURRENCY": str(processes),
        }
        self._processes: dict[str, psutil.Popen] = {}
        began = time.monotonic()
        self.start("web", subject.web(self.port, processes))
        try:
            self._wait_for_the_first()
        except RuntimeError:
            self.stop()
            raise
        self.start_seconds = time.monotonic() - began

    def start(self, name: str, command: list[str]) -> None:
        """Start one more process, or one in the place of another."""
        with self._world.log.open("ab") as log:
            self._processes[name] = psutil.Popen(
                command, env=self._environment, stdout=log, stderr=log, cwd=self._subject.directory
            )

    def start_worker(self) -> None:
        """Start a process that does the work, where that is one of its own."""
        if self._subject.worker:
            self.start("worker", self._subject.worker)

    def warm_up(self, teams: Sequence[str] = (TEAM,)) -> None:
        """Have a few links made, so that every script is known and every connection is there."""
        before = self._world.upstreams("totals")["posted"]
        self._world.send(self.port, count=WARM_LINKS, connections=4, first=WARM_UP + 100, teams=teams)
        if not self._world.wait_for(lambda now: now["posted"] >= before + WARM_LINKS, 30):
            raise RuntimeError(f"{self._subject.name} brings no links: {self._world.log.read_text()[-2000:]}")
        self._world.settle(5)

    def process(self, name: str) -> psutil.Process:
        """Return a process."""
        return self._processes[name]

    def cpu(self) -> dict[str, float]:
        """Return the seconds of CPU that each process has used, children included; and Redis."""
        used = {name: sum(map(_cpu_of, _family(process))) for name, process in self._processes.items()}
        return {**used, "redis": self._world.redis_cpu()}

    def memory(self) -> dict[str, float]:
        """Return the resident megabytes of each process, children included."""
        return {
            name: sum(one.memory_info().rss for one in _family(process)) / 1e6
            for name, process in self._processes.items()
        }

    def stop(self) -> None:
        """End all of them, as a crash would."""
        family = [one for process in self._processes.values() for one in _family(process)]
        for process in family:
            with suppress(psutil.Error):
                process.kill()
        for popen in self._processes.values():
            popen.wait()
        psutil.wait_procs(family, timeout=10)

    def _wait_for_the_first(self) -> None:
        request = signed(WARM_UP, self.port, self._world.upstreams.slack_url)
        for _ in range(3000):
            if self._processes["web"].poll() is not None:
                break
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                connection.sendall(request)
                if b" 200 " in connection.recv(4096).split(b"\r\n")[0]:
                    return
            time.sleep(0.01)
        raise RuntimeError(f"{self._subject.name} does not start: {self._world.log.read_text()[-2000:]}")


@dataclass(frozen=True, slots=True)
class Subject:
    """One of those that are compared; `worker` is the command of a process that does the work."""

    name: str
    label: str
    directory: Path
    command: tuple[str, ...]
    worker: list[str] | None = None

    def web(self, port: int, processes: int) -> list[str]:
        """Return the command that takes Slack's requests."""
        return [part.format(port=port, processes=processes) for part in self.command]

    @contextmanager
    def running(
        self, world: World, processes: int = 1, environment: Mapping[str, str] | None = None
    ) -> Iterator[Running]:
        """Start it, without its worker; it ends with the block."""
        started = Running(self, world, environment or {}, processes)
        try:
            yield started
        finally:
            started.stop()


_PYTHON = (sys.executable, "-m", "bench.trusting")
_ROOT = Path(__file__).parent.parent
OURS = Subject(
    "app", "this app", _ROOT, (*_PYTHON, "slack_app", "web"), [*_PYTHON, "slack_app", "worker"]
)  # fmt: skip
BOLT_PYTHON = Subject(
    "bolt-python",
    "Bolt for Python",
    _ROOT,
    (*_PYTHON, "gunicorn", "--workers", "{processes}", "--threads", "8", "--bind", "127.0.0.1:{port}",
     "--no-control-socket", "--log-level", "warning", "bench.peers.bolt_python.app:flask_app"),
)  # fmt: skip
BOLT_JS = Subject("bolt-js", "Bolt for JavaScript", PEERS / "bolt_js", ("node", "app.js"))


def subjects() -> list[Subject]:
    """Return those that can be measured here; says which cannot, and why."""
    found = [OURS, BOLT_PYTHON]
    if shutil.which("node") is None:
        print("bench: Bolt for JavaScript is left out: node is missing")
    elif not (PEERS / "bolt_js" / "node_modules").is_dir():
        print("bench: Bolt for JavaScript is left out: npm is missing, or could not install it")
    else:
        found.append(BOLT_JS)
    return found


def version_of(command: list[str]) -> str:
    """Return what a program says of its version."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _family(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _cpu_of(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)
