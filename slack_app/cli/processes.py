"""The processes: web, worker, socket, and the demo of them all."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from slack_app import __version__
from slack_app.cli.opening import settings_for
from slack_app.config import Settings

if TYPE_CHECKING:
    import uvicorn


@click.command()
@click.option("--with-worker", is_flag=True, help="Also do the work, in the same process.")
def web(with_worker: bool) -> None:
    """Serve Slack's requests on $PORT."""
    settings = settings_for("web", "worker") if with_worker else settings_for("web")
    import uvicorn

    from slack_app.app.ending import REQUESTS_SECONDS
    from slack_app.app.listening import every_address
    from slack_app.app.serving import BoundedHeads

    # uvicorn raises the signal again once it has shut down; an orderly end is exit status 0.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    how: dict[str, Any] = {
        "app": "slack_app.app.web:web_process_with_worker" if with_worker else "slack_app.app.web:web_process",
        "factory": True,
        "http": BoundedHeads,
        "ws": "none",  # an upgrade would leave the deadline of heads behind
        "workers": settings.web_concurrency,
        "log_config": None,
        "access_log": False,
        "proxy_headers": False,  # nobody asks who the sender says that it is
        "server_header": False,
        "timeout_graceful_shutdown": REQUESTS_SECONDS,
        "timeout_keep_alive": 65,
    }
    try:
        if settings.web_concurrency > 1:
            with shared_figures():
                uvicorn.run(host=settings.host or every_address(), port=settings.port, **how)
        else:
            _serve(uvicorn.Server(uvicorn.Config(**how)), settings)
    except KeyboardInterrupt:  # Ctrl-C, after an orderly end
        sys.exit(0)
    except SystemExit as exc:  # uvicorn's own status for a start that failed is 3
        sys.exit(1 if exc.code else 0)


def _serve(server: uvicorn.Server, settings: Settings) -> None:
    """Serve until asked to end; exits with 1 where it cannot begin."""
    from slack_app.app.listening import listen

    try:
        listener = listen(settings.host, settings.port)
    except OSError as exc:
        where = f"{settings.host or 'any address'}, port {settings.port}"
        click.echo(f"slack-app: cannot listen on {where}: {(exc.strerror or str(exc)).lower()}", err=True)
        sys.exit(1)
    server.run([listener])
    if not server.started:
        sys.exit(1)


@click.command()
def worker() -> None:
    """Do the work behind the acknowledgements; start as many as needed."""
    settings = settings_for("worker")
    asked_to_end = watch_for_the_end()
    from slack_app.app import set_up_reporting
    from slack_app.app.worker import start_worker

    set_up_reporting(settings, "worker")
    work = start_worker(settings)
    asked_to_end.wait()
    work.stop()


@click.command()
@click.option("--with-worker", is_flag=True, help="Also do the work, in the same process.")
def socket(with_worker: bool) -> None:
    """Take Slack's requests over Socket Mode instead of a public URL."""
    settings = settings_for("socket", "worker") if with_worker else settings_for("socket")
    asked_to_end = watch_for_the_end()
    from slack_app.app import set_up_reporting
    from slack_app.app.web import build_socket, log

    set_up_reporting(settings, "socket")
    handler, work = build_socket(settings, with_worker=with_worker)
    if work:
        work.start()
    handler.connect_unless(asked_to_end)
    log.info("socket.started", version=__version__)
    asked_to_end.wait()
    handler.close()  # type: ignore[no-untyped-call]
    if work:
        work.stop()
    log.info("socket.stopped", version=__version__)


@contextmanager
def shared_figures() -> Iterator[None]:
    """Make a place where each of several web processes finds the figures of all; without one each shows its own."""
    from slack_app.metrics import DIRECTORY

    try:
        directory = tempfile.TemporaryDirectory(prefix="slack-app-figures-")
    except OSError as exc:
        click.echo(f"slack-app: each web process shows figures of its own alone: no TMPDIR ({exc.strerror})", err=True)
        yield
        return
    with directory:
        os.environ[DIRECTORY] = directory.name  # the processes inherit it
        yield


def watch_for_the_end() -> threading.Event:
    """Return an event that is set when the process is asked to stop; from now on that ends nothing by itself.

    To be called before other threads are started: none of these takes the signals. A handler would run in the main
    thread alone, which waits; and after a pause of the whole process the kernel may wake another.
    """
    from slack_app.app.ending import end_within

    asked, signals = threading.Event(), {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)

    def wait_for_them() -> None:
        signal.sigwait(signals)
        end_within()
        asked.set()

    threading.Thread(target=wait_for_them, name="end", daemon=True).start()
    return asked


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Where the page is served (3000, or the next that is free).",
)
def demo(port: int | None) -> None:
    """Play everything on this machine, without an account anywhere."""
    try:
        from slack_app.demo.run import run
    except ModuleNotFoundError:
        click.echo("slack-app: the demo is not in this image; pip install . in a clone has it", err=True)
        sys.exit(1)
    sys.exit(run(port))
