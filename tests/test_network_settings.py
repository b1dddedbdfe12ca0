"""HTTPS_PROXY, NO_PROXY and a company's authorities, as settings of the app."""

from __future__ import annotations

from pathlib import Path

import pytest

from slack_app.app.clients import build_network
from slack_app.config import load
from tests.certificates import Authority

PROXY = "http://maya:canary@proxy.example:3128"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
@pytest.mark.parametrize("address", [PROXY, PROXY.removeprefix("http://")])
def test_the_proxy_is_read_by_either_name_and_with_or_without_its_scheme(
    environment: pytest.MonkeyPatch, name: str, address: str
) -> None:
    environment.setenv(name, address)
    environment.setenv("no_proxy", "localhost, .example.com 10.0.0.0/8,")

    network = build_network(load())

    assert network.proxy_for("https://slack.com/api/") == PROXY
    assert network.no_proxy == ("localhost", ".example.com", "10.0.0.0/8")


def test_a_password_is_not_shown_with_the_settings(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HTTPS_PROXY", PROXY)

    settings = load()

    assert "canary" not in f"{settings!r} {settings} {settings.model_dump_json()} {build_network(settings)!r}"


def test_other_variables_of_proxies_count_for_nothing(environment: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        environment.setenv(name, PROXY)

    assert build_network(load()).proxy is None


def test_both_files_count(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = [str(Authority(tmp_path, name).file) for name in ("one", "two")]
    environment.setenv("SSL_CERT_FILE", files[0])
    environment.setenv("REQUESTS_CA_BUNDLE", files[1])

    assert build_network(load()).authorities == tuple(files)
