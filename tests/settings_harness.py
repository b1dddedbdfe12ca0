"""Settings as an operator sets them, in a working directory and an environment with nothing else of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from slack_app.config import NAMES, SECRETS, load
from slack_app.errors import ConfigError

GOOD = {
    "SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef",
    "SLACK_BOT_TOKEN": "xoxb-1-2-abc",
    "FREDDY_API_KEY": "ak_live_1",
}
KEY, OLD_KEY = "c2V0dGluZ3Mgb2YgdGhlIHRlc3RzOiBubyBzZWNyZXQ=", "dGhlIGtleSBvZiBiZWZvcmUsIG9mIHRoZSB0ZXN0czo="


@contextmanager
def operators_shell(directory: Path) -> Iterator[pytest.MonkeyPatch]:
    """Work in the directory, with the good settings and no others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(directory)
        for name in [*NAMES, *map(str.lower, NAMES), *(f"{name}_FILE" for name in SECRETS)]:
            patch.delenv(name, raising=False)
        for name, value in GOOD.items():
            patch.setenv(name, value)
        yield patch


def problems(*processes: str) -> str:
    """Return what is said of wrong settings, a line each."""
    with pytest.raises(ConfigError) as caught:
        load(processes)
    return "\n".join(caught.value.problems)
