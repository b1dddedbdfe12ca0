"""`slack-app manifest`: what Slack's form for a new app takes."""

from __future__ import annotations

from urllib.parse import urlsplit

import click

from slack_app.cli.opening import settings_for


@click.command()
@click.option("--url", required=True, help="Where Slack reaches the app: https://…")
def manifest(url: str) -> None:
    """Print the app manifest for an address and the configured command name."""
    from slack_app.manifest import manifest as printed

    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise click.BadParameter("must look like https://connect.example.com", param_hint="--url")
    click.echo(printed(url, settings_for().slack_command), nl=False)
