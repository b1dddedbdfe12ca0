"""`slack-app rotate-encryption`."""

from __future__ import annotations

import sys

import click

from slack_app.cli.opening import redis_answers, settings_for


@click.command("rotate-encryption")
def rotate_encryption() -> None:
    """Seal every kept secret with the newest of ENCRYPTION_KEYS."""
    settings = settings_for()
    if not settings.encryption_keys:
        click.echo("slack-app: ENCRYPTION_KEYS is missing", err=True)
        sys.exit(2)
    from slack_app.app.diagnostics import sealed_stores

    with redis_answers():
        count = sum(store.rotate_all() for store in sealed_stores(settings))
    click.echo(f"{count} sealed anew.")
