"""`slack-app people`: what is kept of one person."""

from __future__ import annotations

import json

import click

from slack_app.cli.forgetting import finish_forgetting
from slack_app.cli.ids import check_user_id, check_workspace_id
from slack_app.cli.opening import kept_data

_person = click.argument("user_id", callback=check_user_id)
_in = click.option(
    "--workspace", "place", default="", callback=check_workspace_id, help="Only there: a workspace, or a Grid (E…)."
)


@click.group()
def people() -> None:
    """Export or forget what is kept of one person (U…), in every workspace and Grid or in one."""


@people.command("export")
@_person
@_in
def export_person(user_id: str, place: str) -> None:
    """Print all that is kept of a person, as JSON; what opens something (links, states, keys) is hidden."""
    with kept_data() as kept:
        records = list(kept.export_person(user_id, place))
    click.echo(json.dumps({"person": user_id, "workspace": place or None, "records": records}, indent=2))


@people.command("forget")
@_person
@_in
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget_person(user_id: str, place: str, yes: bool) -> None:
    """Forget everything that is kept of a person, with a count."""
    where = f" in {place}" if place else ""
    if not yes:
        said = "their key, links, requests, and which connections are theirs"
        click.confirm(f"Forget everything that is kept of {user_id}{where}: {said}?", abort=True)
    with kept_data() as kept:
        forgotten, is_opened = kept.forget_person(user_id, place)
    if not is_opened:
        said = "some installations can't be opened without their ENCRYPTION_KEYS, and may name them as who installed it"
        click.echo(f"slack-app: {said}.", err=True)
    finish_forgetting(f"{user_id}{where}", forgotten)
