"""The commands of `slack-app`; exit 0 done, 1 a check or the run failed, 2 wrong command line or setting.

Each command imports what it needs when it runs: --help is quick, and a worker does not carry a web server.
"""

from __future__ import annotations

import click

from slack_app import __version__
from slack_app.cli.doctor import doctor
from slack_app.cli.encryption import rotate_encryption
from slack_app.cli.healthy import healthy
from slack_app.cli.jobs import jobs
from slack_app.cli.manifest import manifest
from slack_app.cli.people import people
from slack_app.cli.processes import demo, socket, web, worker
from slack_app.cli.settings import settings
from slack_app.cli.workspaces import workspaces


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="slack-app", message="%(prog)s %(version)s")
def main() -> None:
    """Freddy Connect: people type /connect github in Slack and get their private link."""


for command in (
    web, worker, socket, demo, manifest, doctor, healthy, settings, rotate_encryption, workspaces, people, jobs,
):  # fmt: skip
    main.add_command(command)
