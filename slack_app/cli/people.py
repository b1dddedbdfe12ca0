"""`slack-app people`: what is kept of one person."""

from __future__ import annotations

import json
import re

import click

from slack_app.cli.forgetting import finish_forgetting
from slack_app.cli.opening import kept_data
from slack_app.config import WORKSPACE_ID

USER_ID = re.compile(r"[UW][A-Z0-9]{1,20}", re.ASCII)


def _user_id(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not USER_ID.fullmatch(value):
        raise click.BadParameter("must be a person's id such as U0123")
    return value


def _place(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if value and not WORKSPACE_ID.fullmatch(value):
        raise click.BadParameter("must be an id such as T0123 or E0456")
    return value


_person = click.argument("user_id", callback=_user_id)
_in = click.option("--workspace", "place", default="", callback=_place, help="Only there: a workspace, or a Grid (E…).")


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
