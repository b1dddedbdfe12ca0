"""A company's network: its proxy, whom that is not for, and its own authority."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from slack_app.adapters.http import Http
from slack_app.adapters.network import Network
from slack_app.errors import UpstreamError
from tests import networks
from tests.adapters.hostile import OK, answering, drip, once
from tests.certificates import Authority
from tests.networks import Proxy, speaking_tls
from tests.stage import stretched

SLACK = "https://slack.com/api/api.test"
BY_A_NUMBER = "127.1"
"""A name of this machine that nobody takes for loopback, and that every resolver knows."""
GOOD = once(OK + b"Content-Length: 2\r\n\r\nok", stays_open=False)
DEADLINE = 0.6


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def proxy(authority: Authority) -> Iterator[Proxy]:
    """A proxy behind which slack.com is; nobody else knows where."""
    with ExitStack() as stack:
        port = int(stack.enter_context(answering(GOOD)).rpartition(":")[2])
        slack = stack.enter_context(speaking_tls(port, authority.server_context("slack.com", BY_A_NUMBER)))
        yield stack.enter_context(networks.running(Proxy({"slack.com": slack, "hooks.slack.com": slack})))


def network(proxy: Proxy, authority: Authority | None = None, *exceptions: str, user: str = "") -> Network:
    files = (str(authority.file),) if authority else ()
    return Network(f"http://{user}127.0.0.1:{proxy.port}", exceptions, files)


def ask(network: Network, url: str = SLACK, deadline: float = 10.0) -> bytes | str:
    """Return the answer, or the code of the error."""
    try:
        return Http("slack", connections=1, deadline=deadline, network=network).request("POST", url, data=b"{}").body
    except UpstreamError as exc:
        return str(exc.code)


def test_slack_is_reached_through_the_proxy(proxy: Proxy, authority: Authority) -> None:
    assert ask(network(proxy, authority)) == b"ok"
    assert proxy.asked_for == ["slack.com:443"]


def test_a_certificate_of_an_authority_that_nobody_named_is_refused_and_called_that(proxy: Proxy) -> None:
    assert ask(network(proxy)) == "certificate_refused"


def test_a_certificate_for_somebody_else_is_refused_behind_a_proxy_too(proxy: Proxy, authority: Authority) -> None:
    assert ask(network(proxy, authority), "https://hooks.slack.com/x") == "certificate_refused"


def test_the_public_authorities_count_beside_the_companys(authority: Authority) -> None:
    ours, all_of_them = (network.ssl_context.cert_store_stats()["x509_ca"] for network in (
        Network(), Network(authorities=(str(authority.file),)),
    ))  # fmt: skip

    assert all_of_them == ours + 1


@pytest.mark.parametrize("password", ["pass", "p@ss/w:rd%"])
def test_a_proxy_is_told_the_password_that_its_address_holds(proxy: Proxy, authority: Authority, password: str) -> None:
    from urllib.parse import quote

    proxy.needs = f"maya:{password}"

    assert ask(network(proxy, authority, user=f"maya:{quote(password, safe='')}@")) == b"ok"
    assert ask(network(proxy, authority, user="maya:wrong@")) == "proxy_407"
    assert ask(network(proxy, authority)) == "proxy_407"


def test_a_proxy_that_is_away_is_called_that(proxy: Proxy, authority: Authority) -> None:
    assert ask(Network("http://127.0.0.1:1", (), (str(authority.file),))) == "proxy_unreachable"


def test_a_password_stands_in_no_text_of_an_error_and_of_no_object(proxy: Proxy, authority: Authority) -> None:
    proxy.needs = "maya:else"
    through = network(proxy, authority, user="maya:canary@")

    with pytest.raises(UpstreamError) as refused:
        Http("slack", connections=1, deadline=5, network=through).request("GET", SLACK)

    said, error = repr(through), refused.value.__context__
    while error:
        said, error = said + repr(error) + str(error), error.__context__
    assert "canary" not in said


def test_this_machine_is_never_asked_for_at_a_proxy(proxy: Proxy, authority: Authority) -> None:
    with answering(GOOD) as url:
        assert ask(network(proxy), url) == b"ok"

    assert proxy.asked_for == []


def test_who_is_named_in_no_proxy_is_reached_directly(proxy: Proxy, authority: Authority) -> None:
    url = f"https://{BY_A_NUMBER}:{proxy.hosts['slack.com']}/"

    assert ask(network(proxy, authority), url) == "proxy_502"
    assert ask(network(proxy, authority, BY_A_NUMBER), url) == b"ok"
    assert proxy.asked_for == [url.removeprefix("https://").removesuffix("/")]


@pytest.mark.parametrize(
    ("url", "rule", "is_direct"),
    [
        ("https://api.example.com", "api.example.com", True),
        ("https://api.example.com", "API.Example.com", True),
        ("https://api.example.com", "example.com", True),
        ("https://api.example.com", ".example.com", True),
        ("https://api.example.com", "*.example.com", True),
        ("https://badexample.com", "example.com", False),
        ("https://badexample.com", ".example.com", False),
        ("https://example.com.evil.net", "example.com", False),
        ("https://api.example.com", "api", False),
        ("https://api.example.com", "*", True),
        ("https://api.example.com", "example.com:443", True),
        ("https://api.example.com", "example.com:8443", False),
        ("https://api.example.com:8443", "example.com:8443", True),
        ("wss://api.example.com/x?y", "example.com:443", True),
        ("https://10.1.2.3", "10.0.0.0/8", True),
        ("https://10.1.2.3", "10.1.2.3", True),
        ("https://11.1.2.3", "10.0.0.0/8", False),
        ("https://10.1.2.3", "10.1.2.4", False),
        ("https://10.example.com", "10.0.0.0/8", False),
        ("https://[fd00::5]", "fd00::/8", True),
        ("https://[fd00::5]", "[fd00::5]", True),
        ("https://[fd00::5]:444", "[fd00::5]:443", False),
        ("https://localhost", "", True),
        ("https://127.0.0.1", "", True),
        ("https://[::1]", "", True),
    ],
)
def test_no_proxy_is_read_as_everybody_reads_it(url: str, rule: str, is_direct: bool) -> None:
    by_proxy = Network("http://proxy:3128", (rule,) if rule else ()).proxy_for(url)

    assert (by_proxy is None) == is_direct


def silent(client: socket.socket) -> None:
    client.recv(65536)
    time.sleep(30)


def drips_a_handshake(client: socket.socket) -> None:
    client.recv(65536)
    drip(b"\x16\x03\x03\x40\x00", b"\x02")(client)


@pytest.mark.parametrize(
    ("answer", "then"),
    [
        (b"", silent),
        (b"HTTP/1.1 200 OK\r\n\r\n", silent),
        (b"", drip(b"", b"HTTP/1.1 200 OK")),
        (b"HTTP/1.1 200 OK\r\n", drip(b"", b"X-A: b\r\n")),
        (b"HTTP/1.1 200 OK\r\n\r\n", drips_a_handshake),
    ],
    ids=["says nothing", "says nothing after CONNECT", "drips its answer", "drips its headers", "drips a handshake"],
)
def test_an_exchange_ends_by_its_deadline_whatever_the_proxy_does(
    proxy: Proxy, authority: Authority, answer: bytes, then: networks.Serve
) -> None:
    """security.md 26"""
    proxy.answer, proxy.then = answer, then
    began = time.monotonic()

    code = ask(network(proxy, authority), deadline=DEADLINE)

    assert time.monotonic() - began < DEADLINE + stretched(1.0)
    assert code in ("answer_too_slow", "ReadTimeoutError")


def test_a_handshake_begun_late_has_only_what_is_left_of_the_time(proxy: Proxy, authority: Authority) -> None:
    """The proxy takes its time, and then the server does: each alone would be in time."""

    def late(client: socket.socket) -> None:
        time.sleep(DEADLINE * 0.9)
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        drips_a_handshake(client)

    proxy.answer, proxy.then = b"", late
    began = time.monotonic()

    assert ask(network(proxy, authority), deadline=DEADLINE) == "answer_too_slow"
    assert time.monotonic() - began < DEADLINE + stretched(0.3)
