"""What is wrong in a setting is said with its name and what is right, never with a part of a secret.

security.md 22
"""

from __future__ import annotations

import pytest

from slack_app.config import NAMES, SECRETS, load
from tests.settings_harness import GOOD, KEY, problems

BASIC = "of the app's page Basic Information"
BOT = "it must be the Bot User OAuth Token (xoxb-…) of the app's page OAuth & Permissions"
APP = f"it must be an app-level token (xapp-…) {BASIC}, with connections:write"
WHOLE = "must be a whole number from"
KEYS = "must be keys of 32 bytes in base64, separated by commas, newest first (openssl rand -base64 32 makes one)"
HOST = "must be an address of this machine, such as 127.0.0.1 or ::1, without a port and brackets"
BARE = "must be an address without a path, such as https://host.example: the app adds its own paths"
PAIRS = "must look like T0123=org_a,E0456=org_b"
TOO_SHORT = "is copied in part, or twice: it has not the 32 characters of Slack's"

WRONG = [
    ("SLACK_SIGNING_SECRET", "xoxb-1-canary", f"is a bot token (xoxb-…); it must be the Signing Secret {BASIC}"),
    ("SLACK_SIGNING_SECRET", "0123456789abcdef", f"{TOO_SHORT}; it must be the Signing Secret {BASIC}"),
    ("SLACK_SIGNING_SECRET", "12345678.87654321", f"is a Client ID; it must be the Signing Secret {BASIC}"),
    ("SLACK_SIGNING_SECRET", "A0123CANARY", f"is an App ID; it must be the Signing Secret {BASIC}"),
    (
        "SLACK_SIGNING_SECRET",
        "gIkuvaNzQIHg97ATvDxqgjtO",
        f"looks like the Verification Token; it must be the Signing Secret {BASIC}",
    ),
    ("SLACK_SIGNING_SECRET", "https://canary.example", "is an address; it must be the secret itself"),
    ("SLACK_BOT_TOKEN", "xoxp-1-canary", f"is a user token (xoxp-…); {BOT}"),
    (
        "SLACK_BOT_TOKEN",
        "xoxe.xoxb-1-canary",
        "is a bot token that expires after 12 hours (xoxe.xoxb-…): with token rotation leave it out, set "
        "SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and ENCRYPTION_KEYS, and install the app at /slack/install",
    ),
    ("SLACK_BOT_TOKEN", "xoxe-1-canary", f"is a refresh token (xoxe-…); {BOT}"),
    ("SLACK_BOT_TOKEN", "xapp-1-canary", f"is an app-level token (xapp-…); {BOT}"),
    ("SLACK_BOT_TOKEN", "xoxc-1-canary", f"is a token of another kind (xox…); {BOT}"),
    ("SLACK_BOT_TOKEN", "canary", f"is no bot token; {BOT}"),
    ("SLACK_CLIENT_ID", "A0123CANARY", f"must be the Client ID {BASIC}, such as 1234567890.1234567890"),
    ("SLACK_CLIENT_SECRET", "xapp-1-canary", f"is an app-level token (xapp-…); it must be the Client Secret {BASIC}"),
    ("SLACK_CLIENT_SECRET", "0123456789abcde", f"{TOO_SHORT}; it must be the Client Secret {BASIC}"),
    (
        "SLACK_CLIENT_SECRET",
        GOOD["SLACK_SIGNING_SECRET"],
        "is the same as SLACK_SIGNING_SECRET; Basic Information has both, apart",
    ),
    ("SLACK_APP_TOKEN", "xoxb-1-canary", f"is a bot token (xoxb-…); {APP}"),
    ("SLACK_APP_TOKEN", "canary", f"is no app-level token; {APP}"),
    ("SLACK_API_URL", "https://slack.com", "must be https://slack.com/api/, or on GovSlack https://slack-gov.com/api/"),
    ("SLACK_API_URL", "slack.com/api", "must be an address that begins with https://"),
    ("SLACK_COMMAND", "/Connect", "must be a slash and up to 31 lower-case letters, digits, hyphens or underscores"),
    (
        "FREDDY_API_KEY",
        "xoxb-1-canary",
        "is a bot token (xoxb-…) of Slack's; it must be a key of the connector ",
    ),
    (
        "FREDDY_API_KEY",
        "ak live canary",
        "holds a character that no secret has (a space or a line break copied along?",
    ),
    ("FREDDY_API_URL", "https://api.aitronos.com/v1", BARE),
    ("FREDDY_API_URL", "https://user:canary@api.aitronos.com", "must not hold a user name or password"),
    ("FREDDY_API_URL", "https://api.aitronos.com:canary", "must be an address that begins with https://"),
    ("FREDDY_API_URL", "https://[canary", "must be an address that begins with https://"),
    ("WORKSPACE_ORGANIZATIONS", "T0123=org_a;T0456=org_b", PAIRS),
    ("WORKSPACE_ORGANIZATIONS", "T0123:org_a", PAIRS),
    ("ENCRYPTION_KEYS", "canary", KEYS),
    ("AUTHORIZATION_HOSTS", "*.github.com", "must be host names separated by commas, without https:// and paths"),
    ("STATE_TTL_SECONDS", "601", f"{WHOLE} 1 to 600"),
    ("WORKER_THREADS", "0", f"{WHOLE} 1 to 256"),
    ("WEB_CONCURRENCY", "2.5", f"{WHOLE} 1 to 64"),
    ("REDIS_MAX_CONNECTIONS", "3", f"{WHOLE} 4 to 1024"),
    ("REDIS_URL", "localhost:6379", "must begin with redis://, rediss://, "),  # the rest: test_redis_url.py
    ("HOST", "[::1]", HOST),
    ("HOST", "127.0.0.1:3000", HOST),
    ("HOST", "256.1.1.1", HOST),
    ("PORT", "65536", f"{WHOLE} 0 to 65535"),
    ("METRICS_PORT", "0", f"{WHOLE} 1 to 65535"),
    ("METRICS_PORT", "3000", "must not be PORT: it is for what the internet does not reach"),
    ("AUDIT_DAYS", "0", f"{WHOLE} 1 to 3650"),
    ("AUDIT_DAYS", "a year", f"{WHOLE} 1 to 3650"),
    ("PUBLIC_URL", "https://connect.example.com/slack/events", BARE),
    ("PUBLIC_URL", "https://connect.example.com?a=b", "must end before any ? or #"),
    ("PUBLIC_URL", "https://your-host.example", "is still the example; put the real address there"),
    ("PUBLIC_URL", "https://connect.example.com /", "holds a character that no address has"),
    ("LOG_LEVEL", "info", "must be DEBUG, INFO, WARNING or ERROR"),
    ("LOG_FORMAT", "xml", "must be json or text"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "must be an address that begins with https://"),
    ("SENTRY_DSN", "https://sentry.example/1", "must be the DSN of a project, such as https://key@sentry.example/1"),
    ("SENTRY_DSN", "https://canary@host:port/1", "must be an address that begins with https://"),
    ("HTTPS_PROXY", "https://maya:canary@proxy:1", "must look like http://proxy.example:3128"),
    ("HTTPS_PROXY", "socks5://maya:canary@proxy:1", "must look like http://proxy.example:3128"),
    ("HTTPS_PROXY", "http://maya:canary/@proxy", "must look like http://proxy.example:3128"),
    ("HTTPS_PROXY", "http://proxy:0", "must look like http://proxy.example:3128"),
    ("NO_PROXY", "https://api.example.com", "must be hosts and networks separated by commas"),
    ("NO_PROXY", "localhost,10.0.0.0/99", "must be hosts and networks separated by commas"),
    ("SSL_CERT_FILE", "/etc/away.pem", "must be a file with certificates in PEM that this process can read"),
    ("SSL_CERT_FILE", "/etc", "must be a file with certificates in PEM that this process can read"),
    ("REQUESTS_CA_BUNDLE", __file__, "must be a file with certificates in PEM that this process can read"),
]


@pytest.mark.parametrize(("name", "value", "said"), WRONG, ids=[f"{name}={value}" for name, value, _ in WRONG])
def test_a_wrong_setting_is_said_with_what_is_right(
    shell: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    shell.setenv(name, value)

    line = problems("web").splitlines()[0]

    assert line.startswith(f"{name} {said}")
    assert "canary" not in line.lower()
    assert name not in SECRETS or value not in line.removeprefix(name)


def test_every_setting_has_a_wrong_value_above() -> None:
    assert {name for name, _, _ in WRONG} == set(NAMES)


@pytest.mark.parametrize("name", sorted(NAMES))
@pytest.mark.parametrize("quote", ['"', "'"])
def test_quotes_that_belong_to_a_value_are_noticed(shell: pytest.MonkeyPatch, name: str, quote: str) -> None:
    shell.setenv(name, f"{quote}canary{quote}")

    said = problems().splitlines()

    assert said == [f"{name} has quotes around it that belong to it here (docker --env-file); leave them out"]


def test_a_value_that_repeats_its_name_is_noticed(shell: pytest.MonkeyPatch) -> None:
    shell.setenv("SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN=xoxb-1-canary")

    assert problems() == "SLACK_BOT_TOKEN begins with its own name; leave that out"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_SIGNING_SECRET", "8f742231b10e8888abcd99yyyzzz85a5"),  # the example of Slack's own page
        ("SLACK_BOT_TOKEN", "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy"),
        ("SLACK_API_URL", "https://slack-gov.com/api"),
        ("SLACK_API_URL", "http://127.0.0.1:8000/api/"),
        ("FREDDY_API_URL", "https://api.aitronos.com/"),
        ("ENCRYPTION_KEYS", KEY),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"),
        ("HOST", "::"),
        ("HOST", "0.0.0.0"),
        ("HOST", "fe80::1"),
        ("HOST", "localhost"),
        ("HOST", "web-1.internal"),
    ],
)
def test_what_may_be_right_is_taken(shell: pytest.MonkeyPatch, name: str, value: str) -> None:
    shell.setenv(name, value)

    load(["web"])
