"""Lets other processes of this machine see whether a process of the app moves: a file that it writes anew every 2 s.

`slack-app healthy` reads the files. They stand in the directory for temporary files (TMPDIR, else /tmp: with a
read-only root a tmpfs). Each is locked by its process as long as that lives, whatever its end: one that is not locked
is left over. They hold the seconds of the system's monotonic clock, so that no clock that is set makes anybody seem
hung. A process that is frozen writes nothing, and one whose threads are stuck does not either.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

EVERY_SECONDS = 2.0
HUNG_SECONDS = 15.0
_PREFIX, _SUFFIX = "slack-app-", ".pulse"

log = structlog.get_logger("slack_app.app")


@dataclass(frozen=True, slots=True)
class Seen:
    """A process of the app that lives here; `idle` is for how many seconds it has not shown that it moves."""

    kind: str
    pid: int
    idle: float

    @property
    def moves(self) -> bool:
        """Return whether it does what it is for."""
        return self.idle < HUNG_SECONDS


class Pulse:
    """The pulse of this process; `stuck` names its threads that do not move."""

    def __init__(self, kind: str, stuck: Callable[[], Sequence[str]]) -> None:
        self._kind = kind
        self._stuck = stuck
        self._file = -1
        self._path: Path | None = None
        self._stopping = threading.Event()
        self._known: list[str] = []

    def start(self) -> None:
        """Begin; where no file can be written, that is logged, and costs nobody anything but `slack-app healthy`."""
        try:
            self._create()
        except OSError as exc:
            log.warning("pulse.no_file", reason=exc.strerror)
        self._beat()
        atexit.register(self.stop)
        threading.Thread(target=self._run, name="pulse", daemon=True).start()

    def stop(self) -> None:
        """End in order."""
        self._stopping.set()
        if self._path:
            self._path.unlink(missing_ok=True)

    def _run(self) -> None:
        while not self._stopping.wait(EVERY_SECONDS):
            self._beat()

    def _beat(self) -> None:
        stuck = list(self._stuck())
        if stuck != self._known:
            log.error("process.stuck", stuck=stuck) if stuck else log.warning("process.moves_again")
            self._known = stuck
        if not stuck and self._path:
            with suppress(OSError):
                self._write()

    def _write(self) -> None:
        os.pwrite(self._file, f"{time.monotonic():20.3f}".encode(), 0)

    def _create(self) -> None:
        """Create the file, locked before it has its name: whoever tidies up takes it for nobody's otherwise."""
        self._file, new = tempfile.mkstemp(prefix=_PREFIX, dir=_directory())
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            self._write()
        except OSError:  # there is no room; later none is needed
            Path(new).unlink()
            raise
        named = Path(f"{new}-{self._kind}-{os.getpid()}{_SUFFIX}")
        Path(new).rename(named)
        self._path = named


def seen_here() -> Iterator[Seen]:
    """Yield the processes of the app that live on this machine, of this user; what is left of others is deleted."""
    for path in _directory().glob(f"{_PREFIX}*{_SUFFIX}"):
        with suppress(OSError, ValueError):
            found = path.lstat()
            if os.geteuid() not in (0, found.st_uid) or not stat.S_ISREG(found.st_mode):
                continue
            file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)  # it may have become a pipe since
            try:
                if _is_locked(file):
                    _, kind, pid = path.name.removesuffix(_SUFFIX).rsplit("-", 2)
                    yield Seen(kind, int(pid), time.monotonic() - float(os.pread(file, 20, 0)))
                else:
                    path.unlink()
            finally:
                os.close(file)


def _directory() -> Path:
    """Return where the files stand, also while there is no room: `tempfile` would choose another place then."""
    return Path(os.environ.get("TMPDIR") or "/tmp")  # noqa: S108 - each name in it is chosen by mkstemp


def _is_locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
