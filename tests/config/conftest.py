from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.settings_harness import operators_shell


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """An operator's shell, in tmp_path."""
    with operators_shell(tmp_path) as patch:
        yield patch
