"""The clock of the demo, which can be moved forward: the stand-ins read it, and so do the app's own processes.

`python -m slack_app.demo.clock web` is `slack-app web` with this clock for the time of day, instead of Redis's; nothing
in the app knows of it. How far it was moved stands in a file, which all of them map into their memory.
"""

from __future__ import annotations

import mmap
import os
import runpy
import struct
import time
from pathlib import Path

from slack_app.adapters import clock

FILE = "SLACK_APP_DEMO_CLOCK"
_OFFSET = struct.Struct("d")


class DemoClock:
    """Seconds since the epoch, moved forward by what stands in the file."""

    def __init__(self, path: Path) -> None:
        self._real = time.time
        if not path.exists():
            path.write_bytes(_OFFSET.pack(0.0))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _OFFSET.size)

    def __call__(self) -> float:
        """Return the played time."""
        (moved,) = _OFFSET.unpack(self._shared[:])
        return self._real() + float(moved)

    def forward(self, seconds: float) -> None:
        """Move it, for everybody who reads it."""
        (moved,) = _OFFSET.unpack(self._shared[:])
        self._shared[:] = _OFFSET.pack(moved + seconds)


if __name__ == "__main__":
    time.time = DemoClock(Path(os.environ[FILE]))
    clock.RedisClock = lambda *_args, **_options: time.time  # type: ignore[assignment,misc]
    runpy.run_module("slack_app", run_name="__main__")
