"""`slack-app workspaces`: which workspace belongs to which organization, and who changed it."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime

import click

from slack_app.cli.opening import operator_stores
from slack_app.config import WORKSPACE_ID


@click.group()
def workspaces() -> None:
    """Map Slack workspaces (or Enterprise Grids) to organizations."""


@workspaces.command("list")
def list_workspaces() -> None:
    """Print every mapping in force."""
    with operator_stores() as stored:
        for setup in stored.setups.all():
            click.echo(f"{setup.workspace_id}\t{setup.organization_id}")


@workspaces.command("set")
@click.argument("workspace_id")
@click.argument("organization_id")
def set_workspace(workspace_id: str, organization_id: str) -> None:
    """Map a workspace (T…) or Enterprise Grid (E…) to an organization id."""
    if not WORKSPACE_ID.fullmatch(workspace_id):
        raise click.BadParameter("must be an id such as T0123 or E0456", param_hint="WORKSPACE_ID")
    if not re.fullmatch(r"[\w.:-]{1,128}", organization_id, re.ASCII):
        raise click.BadParameter("must be an organization id, without spaces", param_hint="ORGANIZATION_ID")
    with operator_stores() as stored:
        stored.map_workspace(workspace_id, organization_id)
        stored.note(workspace_id, "set_up", organization_id)
    click.echo(f"{workspace_id} belongs to {organization_id} now.")


@workspaces.command("remove")
@click.argument("workspace_id")
def remove_workspace(workspace_id: str) -> None:
    """Forget the mapping that was set for a workspace."""
    with operator_stores() as stored:
        removed = stored.setups.remove(workspace_id)
        left = stored.setups.get(workspace_id)
        if removed:
            stored.note(workspace_id, "removed")
    if not removed:
        click.echo(f"slack-app: nothing was set for {workspace_id}.", err=True)
    if left:
        click.echo(
            f"slack-app: {workspace_id} still belongs to {left.organization_id}, by WORKSPACE_ORGANIZATIONS.", err=True
        )
    sys.exit(0 if removed else 1)


@workspaces.command("audit")
@click.option("--last", type=click.IntRange(1), help="How many, the newest: 100, or with --since all.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="From then on (UTC).")
@click.option("--workspace", "workspace_id", default="", help="Only that workspace's (T…).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def audit_workspaces(last: int | None, since: datetime | None, workspace_id: str, as_json: bool) -> None:
    """Print who changed, connected or disconnected what, or was refused: time, workspace, who, what, about."""
    began = since.replace(tzinfo=UTC).timestamp() if since else 0.0
    with operator_stores() as stored:
        most = last or (sys.maxsize if since else 100)
        for change in stored.audit.last(most, since=began, workspace_id=workspace_id):
            fields = {
                "at": datetime.fromtimestamp(change.at, UTC).isoformat(timespec="seconds"),
                "workspace": change.workspace_id,
                "who": change.who,
                "what": change.what,
                "about": change.about,
            }
            click.echo(json.dumps(fields) if as_json else "\t".join(fields.values()))
