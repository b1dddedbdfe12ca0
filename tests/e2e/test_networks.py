"""The app in a company's network: under the names of production, which only the company's proxy can reach.

Their certificates are signed by the company's own authority.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests import networks
from tests.certificates import Authority
from tests.networks import Proxy, speaking_tls
from tests.serving import serving
from tests.stage import GENERAL, LEON, MAYA, Stage, on_stage, wait_for

PASSWORD = "canary-p@ss"
BY_A_NUMBER = "127.1"
"""A name of this machine that nobody takes for loopback, and that every resolver knows."""


@dataclass
class Company:
    """The stage, with the proxy between the app and both outside systems."""

    stage: Stage
    proxy: Proxy
    authority: Authority

    def start(self, *command: str, **more: str) -> None:
        """Start a process of the app that is told of the proxy, and of the authority as `more` says."""
        address = f"http://maya:{PASSWORD.replace('@', '%40')}@127.0.0.1:{self.proxy.port}"
        self.stage.start(*command, HTTPS_PROXY=address, **more)

    def ends(self) -> None:
        """End the work, for another test's."""
        process = self.stage.processes.pop()
        process.terminate()
        process.wait()


def as_https(app: Any) -> Any:
    """The app as it is behind TLS: its addresses begin with https."""

    async def told(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "scheme": "wss" if scope["type"] == "websocket" else "https"}, receive, send)

    return told


@pytest.fixture(scope="module")
def company(modules_redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    directory = tmp_path_factory.mktemp("company")
    authority = Authority(directory)
    context = authority.server_context("slack.com", "hooks.slack.com", "api.aitronos.com", BY_A_NUMBER)
    with on_stage(modules_redis_url, directory / "app.log") as stage, ExitStack() as stack:

        def under_tls(app: Any) -> int:
            port = urlsplit(stack.enter_context(serving(as_https(app)))).port
            assert port
            return stack.enter_context(speaking_tls(port, context))

        for setting in ("SLACK_API_URL", "FREDDY_API_URL"):
            del stage.environment[setting]
        slack, platform = under_tls(stage.workspace.app), under_tls(stage.platform.app)
        hosts = {"slack.com": slack, "hooks.slack.com": slack, "api.aitronos.com": platform}
        stage.workspace.base_url = "https://hooks.slack.com"
        proxy = stack.enter_context(networks.running(Proxy(hosts, needs=f"maya:{PASSWORD}")))
        stage.start_web()
        yield Company(stage, proxy, authority)
        assert "canary" not in stage.log.read_text()


def test_without_the_companys_authority_the_log_says_that_it_is_the_certificate(company: Company) -> None:
    company.start("worker")

    company.stage.ask("github", MAYA)

    wait_for(lambda: '"certificate_refused"' in company.stage.log.read_text(), what="the line of the log")
    assert company.stage.dms(MAYA) == []
    company.ends()


def test_with_it_the_link_arrives_through_the_proxy(company: Company) -> None:
    company.start("worker", SSL_CERT_FILE=str(company.authority.file))

    company.stage.ask("github", LEON)

    wait_for(lambda: company.stage.dms(LEON) and company.stage.dms(MAYA), what="the links")
    wait_for(lambda: company.stage.answers(LEON)[-1].text.startswith("*Connect GitHub*"), what="the private answer")
    assert set(company.proxy.asked_for) == {"slack.com:443", "hooks.slack.com:443", "api.aitronos.com:443"}
    company.ends()


def test_socket_mode_goes_through_the_proxy_and_who_is_named_in_no_proxy_does_not(company: Company) -> None:
    company.stage.workspace.request_url = None
    company.proxy.asked_for.clear()
    directly = f"https://{BY_A_NUMBER}:{company.proxy.hosts['slack.com']}/api/"
    company.start(
        "socket",
        "--with-worker",
        REQUESTS_CA_BUNDLE=str(company.authority.file),
        SLACK_API_URL=directly,
        no_proxy=f"10.0.0.0/8,{BY_A_NUMBER}",
    )
    wait_for(lambda: company.stage.workspace.is_socket_connected, what="the connection")
    before = len(company.stage.dms(LEON))

    company.stage.workspace.type_command(user_id=LEON, channel_id=GENERAL, text="jira")

    wait_for(lambda: len(company.stage.dms(LEON)) == before + 1, what="the link")
    assert set(company.proxy.asked_for) == {"hooks.slack.com:443", "api.aitronos.com:443"}
