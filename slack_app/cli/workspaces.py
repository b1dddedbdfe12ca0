"""`slack-app workspaces`: which workspace belongs to which organization, and who changed it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

import click

from slack_app.cli.forgetting import finish_forgetting
from slack_app.cli.ids import check_workspace_id
from slack_app.cli.opening import kept_data, operator_stores
from slack_app.config import ORGANIZATION_ID


@click.group()
def workspaces() -> None:
    """Map Slack workspaces (or Enterprise Grids) to organizations."""


@workspaces.command("list")
@click.option("--long", "is_long", is_flag=True, help="Also whose key, set up by whom and when, installed when.")
@click.option("--json", "as_json", is_flag=True, help="The same and more, one JSON object a line.")
def list_workspaces(is_long: bool, as_json: bool) -> None:
    """Print every mapping in force: workspace, organization; with --long also what is installed and not mapped."""
    if not (is_long or as_json):
        with operator_stores() as stored:
            for setup in (mapped := list(stored.setups.all())):
                click.echo(f"{setup.workspace_id}\t{setup.organization_id}")
        if not mapped:
            click.echo("No workspace is mapped.", err=True)
        return
    with kept_data() as kept:
        rows = list(kept.workspaces())
        if not rows:
            click.echo("No workspace is mapped, and none has installed the app.", err=True)
        for row in rows:
            shown = {name: _time(value) if name.endswith("_at") else value for name, value in row.items()}
            columns = [str(value or "") for value in shown.values()][:6]
            click.echo(json.dumps(shown) if as_json else "\t".join(columns))


@workspaces.command("forget")
@click.argument("workspace_id", callback=check_workspace_id)
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget_workspace(workspace_id: str, yes: bool) -> None:
    """Forget everything that is kept of a workspace (T…), or of a Grid (E…) with all of its workspaces."""
    if not yes:
        said = "its installation, keys and set-up, and its people's links, requests and whose their connections are"
        click.confirm(f"Forget everything that is kept of {workspace_id}: {said}?", abort=True)
    with kept_data() as kept:
        forgotten = kept.forget_workspace(workspace_id)
        left = kept.setups.get(workspace_id)
    if left:
        by = f"it still belongs to {left.organization_id}, by WORKSPACE_ORGANIZATIONS"
        click.echo(f"slack-app: {workspace_id}: {by}.", err=True)
    finish_forgetting(workspace_id, forgotten)
    click.echo("Where the app is still installed, remove it in Slack, too.")


@workspaces.command("set")
@click.argument("workspace_id", callback=check_workspace_id)
@click.argument("organization_id")
def set_workspace(workspace_id: str, organization_id: str) -> None:
    """Map a workspace (T…) or Enterprise Grid (E…) to an organization id."""
    if not ORGANIZATION_ID.fullmatch(organization_id):
        raise click.BadParameter("must be an organization id such as org_a", param_hint="ORGANIZATION_ID")
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
@click.option(
    "--workspace", "workspace_id", default="", callback=check_workspace_id, help="Only that workspace's (T…)."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def audit_workspaces(last: int | None, since: datetime | None, workspace_id: str, as_json: bool) -> None:
    """Print who changed, connected or disconnected what, or was refused: time, workspace, who, what, about."""
    began = since.replace(tzinfo=UTC).timestamp() if since else 0.0
    with operator_stores() as stored:
        most = last or (sys.maxsize if since else 100)
        changes = stored.audit.last(most, since=began, workspace_id=workspace_id)
        if not changes:
            click.echo("Nothing of that was noted.", err=True)
        for change in changes:
            fields = {
                "at": _time(change.at),
                "workspace": change.workspace_id,
                "who": change.who,
                "what": change.what,
                "about": change.about,
            }
            click.echo(json.dumps(fields) if as_json else "\t".join(map(str, fields.values())))


def _time(seconds: float | None) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds is not None else None
