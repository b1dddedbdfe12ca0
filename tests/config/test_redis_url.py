"""Each part of REDIS_URL is checked before anything starts, and no part of it is repeated."""

from __future__ import annotations

import pytest

from slack_app.config import load
from slack_app.config.redis_url import masked
from tests.settings_harness import problems

ENCODE = "holds a / ? # or @ where none belongs; in user and password write %2F %3F %23 and %40"
NO_HOST = "names no host: it must look like redis://host:6379/0"
NO_PORT = "names a port that is not a number from 1 to 65535"
NO_DATABASE = "names a database that is not a number: it must end with /0"
NO_SERVICE = "names no service: behind the Sentinels it must go on with /service/0"
SCHEME = (
    "must begin with redis://, rediss://, redis+sentinel://, rediss+sentinel://, redis+cluster:// or rediss+cluster://"
)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("canary", SCHEME),
        ("http://canary:6379", SCHEME),
        ("redis:/canary", SCHEME),
        ("redis+cluster+tls://canary", SCHEME),
        ("redis://", NO_HOST),
        ("redis://:canary@:6379/0", NO_HOST),
        ("redis://a host/0", "holds a character that no address has: in user and password write it as %XX"),
        ("redis://user:canäry@host", "holds a character that no address has: in user and password write it as %XX"),
        ("redis://<canary>:6379", "is still the example; put the real address there"),
        ("rediss://:your-password@canary:6380/0", "is still the example; put the real address there"),
        ("redis://(canary):6379", "names a host that cannot be one (an IPv6 address stands in [ ])"),
        ("redis://::1:6379", "names a host that cannot be one (an IPv6 address stands in [ ])"),
        ("redis://canary:63790000/0", NO_PORT),
        ("redis://canary:0/0", NO_PORT),
        ("redis://canary:port/0", NO_PORT),
        ("redis://canary:/0", NO_PORT),
        ("redis://host:6379/canary", NO_DATABASE),
        ("redis://host:6379/-1", NO_DATABASE),
        ("redis://host:6379/0/1", NO_DATABASE),
        ("redis://:can/ary@host:6379/0", ENCODE),
        ("redis://:can?ary@host:6379/0", ENCODE),
        ("redis://:can#ary@host:6379/0", ENCODE),
        ("redis://:can%ary@host:6379/0", "holds a % that stands for no character; in user and password write %25"),
        ("redis://:can[ary@host:6379/0", "holds a [ or ] in user or password; write %5B and %5D"),
        ("redis://canary:6379,canary:6380/0", "names several hosts: that takes redis+sentinel:// or redis+cluster://"),
        ("redis+sentinel://canary:26379", NO_SERVICE),
        ("redis+sentinel://canary:26379//0", NO_SERVICE),
        ("rediss+sentinel://canary:26379/service/canary", NO_DATABASE),
        ("redis+sentinel://canary:26379,:26379/service", NO_HOST),
        ("redis+cluster://canary:7000,canary:7001/1", "names a database: a Cluster has only 0"),
        ("redis://host?canary=1", "has an option behind the ? that is not known; known are ssl_cert_reqs, "),
        ("redis://canary?ssl_cert_reqs=none", "has ssl_cert_reqs, which takes rediss://"),
        ("rediss://canary?ssl_cert_reqs=canary", "has a value for ssl_cert_reqs that it cannot have"),
        ("rediss://canary?sentinel_password=canary", "has sentinel_password, which takes Sentinels (…+sentinel://)"),
        ("rediss://canary?ssl_ca_certs=/etc/canary.pem", "names in ssl_ca_certs no file with certificates in PEM"),
        ("rediss://canary?ssl_ca_certs=/etc/passwd", "names in ssl_ca_certs no file with certificates in PEM"),
        ("rediss://canary?ssl_certfile=/etc/canary.pem", "names in ssl_certfile no file that this process can read"),
        ("rediss://canary?ssl_keyfile=/etc", "names in ssl_keyfile no file that this process can read"),
        ("redis://canary?db=canary", "has a value for db that it cannot have"),
    ],
)
def test_each_part_is_checked(shell: pytest.MonkeyPatch, url: str, said: str) -> None:
    shell.setenv("REDIS_URL", url)

    line = problems("web")

    assert line.startswith(f"REDIS_URL {said}")
    assert "canary" not in line


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost",
        "redis://localhost/",
        "redis://my_redis:6379/15",
        "redis://[::1]:6379/0/",
        "redis://[fd00::1]/0",
        "redis://user:p%40ss%2F%23@10.0.0.1:6379/0",
        "redis://:p@ss:word@host/0",
        "rediss://:p@host:6380/0?ssl_cert_reqs=CERT_NONE&ssl_check_hostname=false",
        "redis+sentinel://a:26379,b:26379,[::1]:26379/service/0",
        "rediss+sentinel://user:p@a,b/service?sentinel_password=x",
        "redis+cluster://a:7000,b:7001",
        "rediss+cluster://user:p@a:7000,b:7001/0",
    ],
)
def test_what_is_documented_is_taken(shell: pytest.MonkeyPatch, url: str) -> None:
    shell.setenv("REDIS_URL", url)

    assert load(["web"]).redis_url.get_secret_value() == url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://localhost:6379/0", "redis://localhost:6379/0"),
        ("redis://user:can@ry@host/0", "redis://user:***@host/0"),
        ("redis://:canary@host/0", "redis://:***@host/0"),
        ("redis+sentinel://u:canary@a,b/s/0", "redis+sentinel://u:***@a,b/s/0"),
        ("rediss://host?password=canary&ssl_cert_reqs=none", "rediss://host?password=***&ssl_cert_reqs=none"),
        ("rediss://host?sentinel_password=canary&db=1", "rediss://host?sentinel_password=***&db=1"),
        ("https://canary@sentry.example/1", "https://***@sentry.example/1"),
        ("redis://[canary", "***"),
    ],
)
def test_it_is_shown_without_its_password(url: str, shown: str) -> None:
    assert masked(url) == shown
