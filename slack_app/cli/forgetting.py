"""Says what was forgotten."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from slack_app.adapters.kept.forgetting import Forgotten


def finish_forgetting(subject: str, forgotten: Forgotten) -> None:
    """Print how much was forgotten, by kinds of keys (docs/security.md); exits with 1 where something may be left."""
    for name, count in sorted(forgotten.counts.items()):
        if count:
            click.echo(f"{name}\t{count}")
    click.echo(f"{forgotten.counts.total()} forgotten of {subject}.")
    if not forgotten.is_all:
        doing = "the app goes on writing"
        if forgotten.in_hand:
            doing = f"jobs of theirs that are being done at this moment: {forgotten.in_hand}"
        click.echo(f"slack-app: not all of {subject} is forgotten: {doing}. Run this again.", err=True)
        sys.exit(1)
    click.echo("No process needs a restart: what each remembers is 5 seconds old at most.")
    click.echo("Accounts that were connected stay connected at the platform, and messages stay in Slack.")
