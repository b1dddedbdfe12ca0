"""`slack-app doctor`: what keeps people from their link, and the next step."""

from __future__ import annotations

import sys

import click

from slack_app.cli.opening import settings_for


@click.command()
def doctor() -> None:
    """Check settings, Redis, Slack, the connector platform and the mapping; say what to do about each."""
    settings = settings_for("web", "worker")
    from slack_app.app.diagnostics import diagnose
    from slack_app.doctor import Finding

    findings = [Finding("Settings", True, "are complete"), *diagnose(settings)]
    for finding in findings:
        sign = {True: "ok     ", False: "WRONG  ", None: "unknown"}[finding.is_right]
        click.echo(f"{sign}  {finding.subject}: {finding.text}")
    sys.exit(1 if any(finding.is_right is False for finding in findings) else 0)
