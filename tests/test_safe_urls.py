"""Which addresses people may be sent to (security.md 10 and 12)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slack_app.safe_urls import host_of_safe_link, is_response_url

REAL_SLACK = "https://slack.com/api/"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://github.com/login/oauth/authorize?client_id=a&state=ostate_1", "github.com"),
        ("https://GitHub.com/login", "github.com"),
        ("https://login.example.co.uk:8443/a/b?c=d#e", "login.example.co.uk"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example"),
        ("https://example.com/ü?q=|x^{}", "example.com"),
        ("http://127.0.0.1:3001/consent?state=x", "127.0.0.1"),
        ("http://localhost/consent", "localhost"),
        ("http://[::1]:3001/consent", "::1"),
        ("https://[2001:db8::1]/", "2001:db8::1"),
        ("https://192.0.2.7/", "192.0.2.7"),
    ],
)
def test_an_honest_address_is_offered(url: str, host: str) -> None:
    assert host_of_safe_link(url) == host


@pytest.mark.parametrize(
    "url",
    [
        "https://good.example\\@evil.example/",
        "https://good.example@evil.example/",
        "https://good.example:secret@evil.example/",
        "https://@evil.example/",
        "ht\ttps://evil.example/",
        "https://evil.example/\tpath",
        "https://evil.example/\npath",
        " https://evil.example/",
        "https://evil.example/ path",
        "https://evil%2eexample/",
        "https://g\u0131thub.com/",  # dotless i
        "https://good-\u017f.example/",  # long s
        "https://good-\u212a.example/",  # Kelvin sign, which is lower-cased to an ASCII k
        "https://[::1]evil.example/",
        "https://[::1]:443evil.example/",
        "http://[::1].evil.example/",
        "https://g\u043e\u043egle.example/",  # Cyrillic o
        "https://evil.example\u3002com/",  # ideographic full stop
        "https://good.example\u202egpj.evil/",  # right-to-left override
        "https://good.example/\u200bpath",  # zero width space
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://[not-an-address]/",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://evil.example/",
        "//evil.example/",
        "/path",
        "https:evil.example",
        "https:///evil.example",
        "https://",
        "https://evil.example:99999/",
        "https://evil.example:0/",
        "https://evil.example:port/",
        "https://.evil.example/",
        "https://evil..example/",
        "https://evil.example/\x00",
        "HTTPS:\\\\evil.example",
        "http://evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://0x7f000001/",
        "https://2130706433/",
        "https://example.0x7f/",
        "https://127.1/",
        "",
        None,
        42,
        ["https://github.com/"],
    ],
)
def test_a_tricky_address_is_never_offered(url: object) -> None:
    assert host_of_safe_link(url) is None


def test_only_hosts_on_the_list_are_offered_where_there_is_one() -> None:
    allowed = frozenset(["github.com"])

    assert host_of_safe_link("https://github.com/login", allowed) == "github.com"
    assert host_of_safe_link("https://github.com.evil.example/login", allowed) is None
    assert host_of_safe_link("https://evil.example/github.com", allowed) is None
    assert host_of_safe_link("https://github.com./login", allowed) is None


@given(st.text())
def test_any_text_can_be_judged(text: str) -> None:
    assert host_of_safe_link(text) is None or text.lower().startswith(("https://", "http://"))


@given(st.text(max_size=5), st.integers(min_value=0, max_value=40))
def test_whatever_is_put_into_an_address_its_host_is_the_one_named(noise: str, at: int) -> None:
    url = "https://github.com/login?state=1"
    altered = url[:at] + noise + url[at:]

    host = host_of_safe_link(altered)

    if host is not None:
        assert f"//{host}" in altered.lower()
        assert "\\" not in altered
        assert "@" not in altered.split("/")[2]


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/commands/T/1/x",
        "https://hooks.slack.com.evil.example/commands/T/1/x",
        "https://evil.example/hooks.slack.com",
        "https://hooks.slack.com@evil.example/",
        "https://hooks.slack.com:8443/commands",
        "https://xhooks.slack.com/commands",
        "http://127.0.0.1:3000/commands/T/1/x",
        "",
    ],
)
def test_answers_are_posted_to_slack_alone(url: str) -> None:
    assert not is_response_url(url, REAL_SLACK)


def test_an_app_on_govslack_answers_there_alone() -> None:
    """slack-truth.md 5"""
    gov = "https://slack-gov.com/api/"
    assert is_response_url("https://hooks.slack-gov.com/commands/T/1/x", gov)
    assert not is_response_url("https://hooks.slack.com/commands/T/1/x", gov)
    assert not is_response_url("https://hooks.slack-gov.com/commands/T/1/x", REAL_SLACK)


def test_slack_and_a_slack_played_on_this_machine_may_be_answered() -> None:
    assert is_response_url("https://hooks.slack.com/commands/T/1/x", REAL_SLACK)
    assert is_response_url("http://127.0.0.1:3000/commands/T/1/x", "http://127.0.0.1:3000/api/")
    assert not is_response_url("https://hooks.slack.com/commands/T/1/x", "http://127.0.0.1:3000/api/")
