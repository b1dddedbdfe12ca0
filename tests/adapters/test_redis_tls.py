"""Redis over TLS and with passwords, by every kind of address, as the user that docs/deploy.md makes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from slack_app.adapters.redis import open_fast, redis_errors
from slack_app.app.clients import redis_url
from slack_app.config import Settings
from slack_app.demo.redis_server import free_port
from slack_app.errors import UpstreamError
from tests.adapters.test_redis import go_the_whole_way
from tests.certificates import Authority
from tests.secured import Secured, secured, secured_pair, sentinel
from tests.stage import wait_for


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[Secured]:
    with secured(authority) as server:
        yield server


def code_at(url: str) -> str | None:
    """Return the code of what the address fails with, None where a server answers."""
    try:
        with redis_errors():
            open_fast(url).ping()
    except UpstreamError as exc:
        return exc.code
    return None


def test_a_server_with_tls_and_the_documented_user_serves_as_well_as_any(server: Secured, authority: Authority) -> None:
    go_the_whole_way(f"rediss://{server.netloc}/0?ssl_ca_certs={authority.file}")

    assert server.refused() == []


def test_whose_certificate_counts_stands_in_the_address(server: Secured, authority: Authority) -> None:
    address = f"rediss://{server.netloc}/0"
    elsewhere = address.replace("127.0.0.1", "localhost")
    known = f"ssl_ca_certs={authority.file}"

    assert code_at(address) == "certificate_refused"
    assert code_at(f"{elsewhere}?{known}") == "certificate_refused"
    assert code_at(f"{elsewhere}?{known}&ssl_check_hostname=false") is None
    for nobody in ("none", "CERT_NONE"):
        assert code_at(f"{address}?ssl_cert_reqs={nobody}") is None


def test_the_authority_of_ssl_cert_file_counts_where_the_address_names_none(
    server: Secured, authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path, "other")

    def at(url: str) -> str | None:
        return code_at(redis_url(Settings(redis_url=SecretStr(url), ssl_cert_file=authority.file)))

    assert at(f"rediss://{server.netloc}/0") is None
    assert at(f"rediss://{server.netloc}/0?protocol=2") is None
    assert at(f"rediss://{server.netloc}/0?ssl_ca_certs={other.file}") == "certificate_refused"


def test_sentinels_and_servers_have_tls_and_passwords_of_their_own(authority: Authority, tmp_path: Path) -> None:
    with secured_pair(authority) as (primary, _), sentinel(authority, primary, tmp_path) as watching:
        port = watching.connection_pool.connection_kwargs["port"]
        address = primary.netloc.replace(str(primary.port), str(port))
        query = f"?ssl_ca_certs={authority.file}&sentinel_password=sentinel-p%40ss"

        go_the_whole_way(f"rediss+sentinel://{address}/main/0{query}")

        assert primary.refused() == []
        assert code_at(f"rediss+sentinel://{address}/main/0{query}x") is not None


def test_a_cluster_has_them_too(authority: Authority) -> None:
    options = ("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-port", str(free_port()))
    with secured(authority, *options) as node:
        node.operator.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        wait_for(lambda: "cluster_state:ok" in str(node.operator.execute_command("CLUSTER", "INFO")), what="the slots")

        go_the_whole_way(f"rediss+cluster://{node.netloc}?ssl_ca_certs={authority.file}")

        assert node.refused() == []
