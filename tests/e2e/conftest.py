"""A real browser, headless; and the real app between the stand-ins."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.conftest import missing
from tests.e2e.acts import Acts, acts
from tests.stage import PATIENCE, Stage, on_stage

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, from this machine's packages."""
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        missing("chromium")
    expect.set_options(timeout=1000 * PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def modules_app(modules_redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Acts]:
    """One process that answers and works, for a module's cases."""
    with acts(modules_redis_url, tmp_path_factory.mktemp("app") / "app.log") as running:
        yield running


@pytest.fixture
def app(modules_app: Acts) -> Stage:
    """The module's process, in a workspace that is new."""
    return modules_app.next()


@pytest.fixture
def stage(redis_url: str, tmp_path: Path) -> Iterator[Stage]:
    """The stand-ins, for a case that starts and ends processes of its own."""
    with on_stage(redis_url, tmp_path / "app.log") as stage:
        yield stage
