"""The commands of `slack-app`; exit 0 done, 1 a check or the run failed, 2 wrong command line or setting."""

from __future__ import annotations

import re
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from slack_app.config import WORKSPACE_ID, Settings, load
from slack_app.errors import ConfigError, UpstreamError

if TYPE_CHECKING:  # each command imports what it needs: --help is quick, and a worker does not carry a web server
    from slack_app.app.workspaces import OperatorStores


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="freddy-connect")
def main() -> None:
    """Freddy Connect: people type /connect github in Slack and get their private link."""


@main.command()
@click.option("--with-worker", is_flag=True, help="Also do the work, in the same process.")
def web(with_worker: bool) -> None:
    """Serve Slack's requests on $PORT."""
    settings = settings_for("web", "worker") if with_worker else settings_for("web")
    import uvicorn

    from slack_app.app.ending import REQUESTS_SECONDS
    from slack_app.app.serving import EVERYWHERE, BoundedHeads

    # uvicorn raises the signal again once it has shut down; an orderly end is exit status 0.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        uvicorn.run(
            "slack_app.app.web:web_process_with_worker" if with_worker else "slack_app.app.web:web_process",
            factory=True,
            host=EVERYWHERE,
            port=settings.port,
            http=BoundedHeads,
            ws="none",  # an upgrade would leave the deadline of heads behind
            workers=settings.web_concurrency,
            log_config=None,
            access_log=False,
            proxy_headers=False,  # nobody asks who the sender says that it is
            server_header=False,
            timeout_graceful_shutdown=REQUESTS_SECONDS,
            timeout_keep_alive=65,
        )
    except SystemExit as exc:  # uvicorn's own status for a start that failed is 3
        sys.exit(1 if exc.code else 0)


@main.command()
def worker() -> None:
    """Do the work behind the acknowledgements; start as many as needed."""
    settings = settings_for("worker")
    asked_to_end = watch_for_the_end()
    from slack_app.app import set_up_logging
    from slack_app.app.worker import start_worker

    set_up_logging(settings)
    work = start_worker(settings)
    asked_to_end.wait()
    work.stop()


@main.command()
@click.option("--with-worker", is_flag=True, help="Also do the work, in the same process.")
def socket(with_worker: bool) -> None:
    """Take Slack's requests over Socket Mode instead of a public URL."""
    settings = settings_for("socket", "worker") if with_worker else settings_for("socket")
    asked_to_end = watch_for_the_end()
    from slack_app.app import set_up_logging
    from slack_app.app.web import build_socket

    set_up_logging(settings)
    handler, work = build_socket(settings, with_worker=with_worker)
    handler.connect()
    if work:
        work.start()
    asked_to_end.wait()
    handler.close()
    if work:
        work.stop()


def settings_for(*processes: str) -> Settings:
    """Read the settings; says all that is wrong on standard error and exits with 2."""
    try:
        settings = load(processes)
    except ConfigError as exc:
        for problem in exc.problems:
            click.echo(f"slack-app: {problem}", err=True)
        sys.exit(2)
    if "worker" in processes and not settings.encryption_keys and _keeps_secrets(settings):
        click.echo("slack-app: ENCRYPTION_KEYS is missing, and there are secrets that only it opens", err=True)
        sys.exit(2)
    return settings


def _keeps_secrets(settings: Settings) -> bool:
    """Return whether secrets are kept; a Redis that is away does not keep a worker from starting."""
    from slack_app.app.diagnostics import sealed_stores

    try:
        return any(True for store in sealed_stores(settings) for _ in store.locations())
    except UpstreamError:
        return False


def watch_for_the_end() -> threading.Event:
    """Return an event that is set when the process is asked to stop; from now on that ends nothing by itself."""
    from slack_app.app.ending import end_within

    asked = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        if not asked.is_set():
            end_within()
        asked.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return asked


@main.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Where the page is served (3000, or the next that is free).",
)
def demo(port: int | None) -> None:
    """Play everything on this machine, without an account anywhere."""
    from slack_app.demo.run import run

    sys.exit(run(port))


@main.command()
@click.option("--url", required=True, help="Where Slack reaches the app: https://…")
def manifest(url: str) -> None:
    """Print the app manifest for an address and the configured command name."""
    from slack_app.manifest import manifest as printed

    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise click.BadParameter("must look like https://connect.example.com", param_hint="--url")
    click.echo(printed(url, settings_for().slack_command), nl=False)


@main.command()
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


@main.command("rotate-encryption")
def rotate_encryption() -> None:
    """Seal every kept secret with the newest of ENCRYPTION_KEYS."""
    settings = settings_for()
    if not settings.encryption_keys:
        click.echo("slack-app: ENCRYPTION_KEYS is missing", err=True)
        sys.exit(2)
    from slack_app.app.diagnostics import sealed_stores

    try:
        count = sum(store.rotate_all() for store in sealed_stores(settings))
    except UpstreamError as exc:
        click.echo(f"slack-app: Redis does not answer ({exc.code}); is REDIS_URL right?", err=True)
        sys.exit(1)
    click.echo(f"{count} sealed anew.")


@main.group()
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
@click.option("--last", default=100, show_default=True, type=click.IntRange(1, 10_000), help="How many changes.")
def audit_workspaces(last: int) -> None:
    """Print who changed what: time, workspace, who, what, about."""
    with operator_stores() as stored:
        for change in stored.audit.last(last):
            at = datetime.fromtimestamp(change.at, UTC).isoformat(timespec="seconds")
            click.echo("\t".join([at, change.workspace_id, change.who, change.what, change.about]))


@contextmanager
def operator_stores() -> Iterator[OperatorStores]:
    """Open what an operator may change; says when Redis does not answer and exits with 1."""
    settings = settings_for()
    from slack_app.app.workspaces import open_stores

    try:
        yield open_stores(settings)
    except UpstreamError as exc:
        click.echo(f"slack-app: Redis does not answer ({exc.code}); is REDIS_URL right?", err=True)
        sys.exit(1)
