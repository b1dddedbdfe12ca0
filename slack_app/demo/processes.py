"""The real app in processes of its own, which end with the demo."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from slack_app.demo.environment import kept


class App:
    """The real app, as an operator would start it: a web process and a worker.

    They run in a directory of the demo's own: an operator's `.env` is not for them.
    """

    def __init__(self, environment: dict[str, str], directory: Path) -> None:
        self._directory = directory
        self._environment = {**kept(os.environ), **environment}
        self.port = int(environment["PORT"])
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start both."""
        for name in ("web", "worker"):
            self._start(name)

    def wait_until_ready(self, ended: threading.Event | None = None) -> None:
        """Return when it takes commands, or when the demo is `ended`; raises RuntimeError when it does not start."""
        opener = build_opener(ProxyHandler({}))
        for _ in range(300):
            if ended and ended.is_set():
                return
            try:
                with opener.open(f"http://127.0.0.1:{self.port}/readyz", timeout=1):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError("the app did not start")

    def kill_worker(self) -> None:
        """End the worker as a crash would."""
        self._processes["worker"].kill()
        self._processes["worker"].wait()

    def start_worker(self) -> None:
        """Start the worker again if it was killed."""
        if self._processes["worker"].poll() is not None:
            self._start("worker")

    def stop(self) -> None:
        """End both in order."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, name: str) -> None:
        # A session of its own: Ctrl-C is for this process, which then ends the others in order.
        self._processes[name] = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "slack_app.demo.clock", name],
            env=self._environment,
            cwd=self._directory,
            start_new_session=True,
        )
