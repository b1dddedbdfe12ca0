"""The commands of `slack-app`; exit 0 done, 1 a check or the run failed, 2 wrong command line or setting."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType

import click

from slack_app.config import Settings, load
from slack_app.errors import ConfigError


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

    # uvicorn raises the signal again once it has shut down; an orderly end is exit status 0.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        "slack_app.app:web_process_with_worker" if with_worker else "slack_app.app:web_process",
        factory=True,
        host="0.0.0.0",  # noqa: S104  (a container's port is published from outside)
        port=settings.port,
        workers=settings.web_concurrency,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=25,
        timeout_keep_alive=65,
    )


@main.command()
def worker() -> None:
    """Do the work behind the acknowledgements; start as many as needed."""
    settings = settings_for("worker")
    from slack_app import app

    app.set_up_logging(settings)
    work = app.build_worker(settings)
    work.start()
    wait_for_the_end()
    work.stop()


@main.command()
@click.option("--with-worker", is_flag=True, help="Also do the work, in the same process.")
def socket(with_worker: bool) -> None:
    """Take Slack's requests over Socket Mode instead of a public URL."""
    settings = settings_for("socket", "worker") if with_worker else settings_for("socket")
    from slack_app import app

    app.set_up_logging(settings)
    handler, work = app.build_socket(settings, with_worker=with_worker)
    handler.connect()
    if work:
        work.start()
    wait_for_the_end()
    handler.close()
    if work:
        work.stop()


def settings_for(*processes: str) -> Settings:
    """Read the settings; says all that is wrong on standard error and exits with 2."""
    try:
        return load(processes)
    except ConfigError as exc:
        for problem in exc.problems:
            click.echo(f"slack-app: {problem}", err=True)
        sys.exit(2)


def wait_for_the_end() -> None:
    """Return when the process is asked to stop."""
    asked = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    asked.wait()
