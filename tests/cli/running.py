"""Runs `slack-app` as an operator's script does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.stage import MEASURED


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `slack-app` with these settings and no others."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("slack-app")), *arguments],
        env={name: os.environ[name] for name in ("PATH", "PYTHONPATH", MEASURED) if name in os.environ} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
