"""Takes Slack's requests over a connection that the app opens: https://docs.slack.dev/apis/events-api/using-socket-mode

slack_sdk's client keeps it open. It is asked for by our own `Http`, opened through the same proxy and under the same
authorities, and what goes wrong is logged: slack_sdk's own lines hold tickets and the proxy's password.
"""

from __future__ import annotations

import threading
import time

import structlog
from slack_bolt import App, BoltResponse
from slack_bolt.adapter.socket_mode.base_handler import BaseSocketModeHandler
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from slack_app.adapters.network import code_of
from slack_app.adapters.slack import SILENT, PooledWebClient
from slack_app.adapters.slack_errors import slack_errors
from slack_app.errors import UpstreamError
from slack_app.instruments import count_answer
from slack_app.model.stored import as_record

AGAIN_SECONDS = 5.0

log = structlog.get_logger("slack_app.socket")


class SocketMode(BaseSocketModeHandler):
    """Hands what comes over the connection to Bolt."""

    def __init__(self, app: App, app_token: str, web_client: PooledWebClient) -> None:
        self.app = app
        self.client = _Client(app_token, logger=SILENT, web_client=web_client, on_error_listeners=[_log])
        self.client.socket_mode_request_listeners.append(self.handle)

    def handle(self, client: BaseSocketModeClient, req: SocketModeRequest) -> None:
        """Answer one request; its answer counts as one of the HTTP process does."""
        began = time.perf_counter()
        answer: BoltResponse = run_bolt_app(self.app, req)
        send_response(client, req, answer, began)
        count_answer(answer.status, time.perf_counter() - began)

    def connect_unless(self, asked_to_end: threading.Event) -> None:
        """Connect; a Slack that is away is waited for. From then on the client connects anew by itself."""
        while not asked_to_end.is_set():
            try:
                self.client.connect()
            except UpstreamError as exc:  # it is in the log
                asked_to_end.wait(max(AGAIN_SECONDS, exc.retry_after or 0.0))
            else:
                return


class _Client(SocketModeClient):
    web_client: PooledWebClient

    def issue_new_wss_url(self) -> str:
        """Ask for an address; slack_sdk itself would sleep for as long as Slack says. Raises UpstreamError."""
        try:
            with slack_errors():
                return as_record(str, self.web_client.apps_connections_open(app_token=self.app_token)["url"])
        except UpstreamError as exc:
            _log(exc)
            raise

    def connect(self) -> None:
        if self.wss_uri is None:
            self.wss_uri = self.issue_new_wss_url()
        self.proxy = self.web_client.http.network.proxy_for(self.wss_uri)
        super().connect()


def _log(exc: Exception) -> None:
    log.error("socket.not_connected", service="slack", code=getattr(exc, "code", None) or code_of(exc))
