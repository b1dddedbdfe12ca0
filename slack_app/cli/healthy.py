"""`slack-app healthy`: for probes where there is no port."""

from __future__ import annotations

import sys

import click


@click.command()
def healthy() -> None:
    """Exit with 0 when the app's processes on this machine (or in this container) move, with 1 when one hangs."""
    from slack_app.pulse import seen_here

    seen = sorted(seen_here(), key=lambda process: process.pid)
    for process in seen:
        state = "moves" if process.moves else f"has not moved for {process.idle:.0f} s: restart it"
        click.echo(f"{process.kind} (process {process.pid}) {state}", err=not process.moves)
    if not seen:
        click.echo("slack-app: no process of the app runs here, or TMPDIR is another than theirs", err=True)
    sys.exit(0 if seen and all(process.moves for process in seen) else 1)
