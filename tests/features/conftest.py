"""After every flow, what was kept is what docs/security.md says is kept, and all of it can be forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.forgotten import check_new_kinds_are_forgotten
from tests.kept_keys import undocumented
from tests.worker_harness import WorkerHarness


@pytest.fixture(autouse=True)
def keys_are_documented() -> Iterator[None]:
    """Look at every key that a flow has left (security.md 15), and forget whoever is named in it."""
    WorkerHarness.opened.clear()
    yield
    for harness in WorkerHarness.opened:
        assert undocumented(harness.redis, is_real=False) == []
        check_new_kinds_are_forgotten(harness.redis)
