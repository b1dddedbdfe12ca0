"""Runs `slack-app` as an operator's script does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.stage import MEASURED

NOWHERE = Path("/")
"""A working directory without a `.env`: a developer's own is not for tests."""


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `slack-app` with these settings and no others."""
    return run_in(NOWHERE, *arguments, **environment)


def run_in(directory: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `slack-app` in a directory, with these settings and those of its `.env`."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("slack-app")), *arguments],
        env={name: os.environ[name] for name in ("PATH", "PYTHONPATH", MEASURED) if name in os.environ} | environment,
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
