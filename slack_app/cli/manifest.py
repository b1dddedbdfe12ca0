"""`slack-app manifest`: what Slack's form for a new app takes."""

from __future__ import annotations

from urllib.parse import urlsplit

import click

from slack_app.cli.opening import settings_for


@click.command()
@click.option("--url", help="Where Slack reaches the app: https://…")
@click.option("--socket", "is_socket", is_flag=True, help="For Socket Mode: Slack needs no address.")
@click.option("--link", "is_link", is_flag=True, help="The address of Slack's form with it filled in.")
def manifest(url: str | None, is_socket: bool, is_link: bool) -> None:
    """Print the app manifest for an address, or for Socket Mode, and the configured command name."""
    from slack_app.manifest import link_to_form
    from slack_app.manifest import manifest as manifest_for

    if (url is None) is not is_socket:
        raise click.UsageError("Name the address with --url https://…, or choose --socket.")
    if url is not None:
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise click.BadParameter("must look like https://connect.example.com", param_hint="--url")
    printed = manifest_for(url, settings_for().slack_command)
    click.echo(f"{link_to_form(printed)}\n" if is_link else printed, nl=False)
