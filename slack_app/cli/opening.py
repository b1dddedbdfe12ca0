"""What a command opens first, the settings and Redis, and what it says where that fails."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from slack_app.config import Loaded, Settings, read
from slack_app.errors import ConfigError, UpstreamError

if TYPE_CHECKING:
    from slack_app.app.kept import KeptData
    from slack_app.app.workspaces import OperatorStores

LONGEST_SECONDS = 3.0
"""For a look at what Redis keeps, before a process starts; one that is frozen is given up after two."""


def loaded_for(*processes: str) -> Loaded:
    """Read the settings and where they come from; says all that is wrong on standard error and exits with 2."""
    try:
        loaded = read(processes)
    except ConfigError as exc:
        for problem in exc.problems:
            click.echo(f"slack-app: {problem}", err=True)
        sys.exit(2)
    for warning in loaded.warnings:
        click.echo(f"slack-app: {warning}", err=True)
    return loaded


def settings_for(*processes: str) -> Settings:
    """Read the settings, as `loaded_for` does; a worker also needs what opens the secrets that are kept."""
    settings = loaded_for(*processes).settings
    if "worker" in processes and not settings.encryption_keys and _keeps_secrets(settings):
        click.echo("slack-app: ENCRYPTION_KEYS is missing, and there are secrets that only it opens", err=True)
        sys.exit(2)
    return settings


def _keeps_secrets(settings: Settings) -> bool:
    """Return whether secrets are kept; a Redis that is away does not keep a worker from starting."""
    from slack_app.app.background import Background
    from slack_app.app.diagnostics import sealed_stores

    def is_any_there() -> bool:
        return any(True for store in sealed_stores(settings) for _ in store.locations())

    try:  # the look-up of its name has no other limit
        return Background(LONGEST_SECONDS).start(is_any_there)()
    except (UpstreamError, TimeoutError):
        return False


@contextmanager
def operator_stores() -> Iterator[OperatorStores]:
    """Open what an operator may change; says when Redis does not answer and exits with 1."""
    from slack_app.app.workspaces import open_stores

    with redis_answers():
        yield open_stores(settings_for())


@contextmanager
def kept_data() -> Iterator[KeptData]:
    """Open all that is kept; says when Redis does not answer and exits with 1."""
    from slack_app.app.kept import open_kept

    with redis_answers():
        yield open_kept(settings_for())


@contextmanager
def redis_answers() -> Iterator[None]:
    """Do what needs Redis; says when that does not answer, or refuses it, and exits with 1."""
    from slack_app import log
    from slack_app.adapters.redis_states import missing_of

    log.configure("WARNING", "text")  # what a command prints is for scripts, and no place for lines of the log
    try:
        yield
    except UpstreamError as exc:
        state = missing_of(exc)
        said = f"Redis does not answer ({exc.code}); is REDIS_URL right?"
        if state != "redis":
            said = f"Redis refuses it: {state} ({exc.code}); slack-app doctor says what to do"
        click.echo(f"slack-app: {said}", err=True)
        sys.exit(1)
