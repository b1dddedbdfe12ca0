"""`slack-app doctor`: what keeps people from their link, and the next step."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, NoReturn

import click

from slack_app.cli.ids import check_user_id
from slack_app.cli.opening import settings_for
from slack_app.config import Settings, names_set, read

if TYPE_CHECKING:
    from slack_app.doctor import Finding


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of {subject, is_right, text, next_step}.")
@click.option(
    "--to", "person", metavar="U…", default="", callback=check_user_id, help="Send this person a test message."
)
@click.option("--offline", "is_offline", is_flag=True, help="Ask nobody but Redis, and judge nothing that runs.")
def doctor(*, as_json: bool, person: str, is_offline: bool) -> None:
    """Check settings, Redis, Slack, the platform, the mapping, workers, jobs and the clock; say what to do."""
    if person and is_offline:
        raise click.UsageError("--to needs the network: leave --offline out")
    _silence_log()
    settings, warnings = _settings()
    from slack_app.app.diagnostics import diagnose
    from slack_app.doctor import is_good, to_do

    findings = [
        is_good("Settings", "are complete"),
        *(to_do("Settings", warning, "Correct the name where this app is meant.") for warning in warnings),
        *diagnose(settings, is_offline=is_offline, person=person),
    ]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False))
    else:
        for finding in findings:
            _print(finding)
    sys.exit(1 if any(finding.is_right is False for finding in findings) else 0)


def _settings() -> tuple[Settings, Sequence[str]]:
    """Return the settings of what is run here, and what looks odd in them: Socket Mode needs no signing secret."""
    known = names_set()
    is_socket = "SLACK_APP_TOKEN" in known and "SLACK_SIGNING_SECRET" not in known
    return settings_for("socket" if is_socket else "web", "worker"), read().warnings


def _silence_log() -> None:
    """Log nothing: what is wrong is said here, and not by those who are asked."""
    import structlog

    def drop(*_event: object) -> NoReturn:
        raise structlog.DropEvent

    structlog.configure(processors=[drop])


def _print(finding: Finding) -> None:
    click.echo(f"{finding.sign:7}  {finding.subject}: {finding.text}")
    if finding.next_step:
        click.echo(f"{'':9}→ {finding.next_step}")
