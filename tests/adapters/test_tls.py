"""Whose certificates are accepted: those of the authorities that certifi names, for the host that is asked."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from slack_app.adapters import network
from slack_app.adapters.http import Http
from slack_app.errors import UpstreamError

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def certificate(directory: Path, host: str) -> Path:
    """Write a certificate for the host, which is its own authority, with its key; returns where."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = directory / f"{host}.pem"
    pkcs8, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(serialization.Encoding.PEM, pkcs8, none)
    )
    return path


@pytest.fixture(params=["127.0.0.1", "127.0.0.2"])
def host(request: pytest.FixtureRequest) -> str:
    """For whom the server's certificate is."""
    return str(request.param)


@pytest.fixture
def path(tmp_path: Path, host: str) -> Path:
    return certificate(tmp_path, host)


@pytest.fixture
def url(path: Path) -> Iterator[str]:
    """A server at 127.0.0.1 with the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                accepted, _ = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(accepted, server_side=True) as tls:
                    tls.recv(4096)
                    tls.sendall(ANSWER)
            except OSError:
                continue

    threading.Thread(target=serve, daemon=True).start()
    yield f"https://127.0.0.1:{listening.getsockname()[1]}/"
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


@pytest.fixture
def authorities(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    network._context.cache_clear()
    yield monkeypatch
    network._context.cache_clear()


@pytest.mark.parametrize("is_trusted", [True, False])
def test_only_a_certificate_of_an_authority_for_that_host_is_accepted(
    url: str, host: str, path: Path, authorities: pytest.MonkeyPatch, is_trusted: bool
) -> None:
    if is_trusted:
        authorities.setattr(certifi, "where", lambda: str(path))
    slack = Http("slack", connections=1, deadline=5)

    if is_trusted and host == "127.0.0.1":
        assert slack.request("GET", url).body == b"ok"
    else:
        with pytest.raises(UpstreamError) as refused:
            slack.request("GET", url)
        assert refused.value.code == "certificate_refused"
