"""`slack-app rotate-encryption`."""

from __future__ import annotations

import sys

import click

from slack_app.cli.opening import settings_for
from slack_app.errors import UpstreamError


@click.command("rotate-encryption")
def rotate_encryption() -> None:
    """Seal every kept secret with the newest of ENCRYPTION_KEYS."""
    settings = settings_for()
    if not settings.encryption_keys:
        click.echo("slack-app: ENCRYPTION_KEYS is missing", err=True)
        sys.exit(2)
    from slack_app.app.diagnostics import sealed_stores

    try:
        count = sum(store.rotate_all() for store in sealed_stores(settings))
    except UpstreamError as exc:
        click.echo(f"slack-app: Redis does not answer ({exc.code}); is REDIS_URL right?", err=True)
        sys.exit(1)
    click.echo(f"{count} sealed anew.")
