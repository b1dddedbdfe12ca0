"""What facts mean that are hard to plant: the judgements alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slack_app.adapters.noticed import Noticed
from slack_app.adapters.probes.address import AddressFacts
from slack_app.adapters.probes.platform import CatalogueAnswer
from slack_app.adapters.probes.redis import RedisFacts
from slack_app.adapters.probes.slack import SlackAnswer, TokenFacts
from slack_app.adapters.probes.work import WorkFacts
from slack_app.adapters.slack import SCOPES
from slack_app.doctor.address import check_public, check_socket
from slack_app.doctor.attempt import findings_of
from slack_app.doctor.clock import check_clock
from slack_app.doctor.platform import check_catalogues
from slack_app.doctor.reach import mend, why
from slack_app.doctor.redis import REDIS_VERSION, check_redis
from slack_app.doctor.slack import check_installations
from slack_app.doctor.work import check_work
from slack_app.errors import UpstreamError, UserError
from slack_app.model.workspaces import Setup
from slack_app.ports.workers import LiveWorker
from slack_app.pulse import Seen

SOUND = RedisFacts(version="7.2.4", has_append_only_file=True)
WORKING = WorkFacts(workers=[LiveWorker("w1", "0.2.0", 0.0)], has_ever_worked=True)


@pytest.mark.parametrize("version", ["2.8.24", "5.0.7", "6.0.16", "6.1.240"])
def test_a_redis_before_6_2_is_too_old(version: str) -> None:
    [wrong] = [found for found in check_redis(replace(SOUND, version=version)) if found.is_right is False]

    assert wrong.subject == REDIS_VERSION
    assert wrong.text == f"{version} is too old; the app needs Redis 6.2 or later, or Valkey"


@pytest.mark.parametrize("version", ["6.2.0", "6.10.1", "7.2.4", "10.0.0", "255.255.255"])
def test_one_of_6_2_or_later_is_new_enough(version: str) -> None:
    assert all(found.is_right for found in check_redis(replace(SOUND, version=version)))


@pytest.mark.parametrize(
    ("unwritable", "says"),
    [("disk", "cannot write its file"), ("replicas", "too few replicas"), ("silent", "does not answer in time")],
)
def test_a_redis_that_takes_no_writes_is_wrong_whatever_the_reason(unwritable: str, says: str) -> None:
    [wrong] = [found for found in check_redis(replace(SOUND, unwritable=unwritable)) if found.is_right is False]

    assert says in wrong.text
    assert wrong.next_step


def test_a_redis_that_is_nearly_full_is_to_be_seen_to() -> None:
    [found] = [found for found in check_redis(replace(SOUND, memory_used=0.95)) if found.is_right is None]

    assert "has used 95% of its memory" in found.text


@pytest.mark.parametrize(
    ("before_redis", "before_slack", "wrong"),
    [(0.1, 0.5, 0), (None, -20.0, 0), (None, None, 0), (40.0, 0.0, 1), (0.0, -400.0, 1), (-400.0, -400.0, 2)],
)
def test_a_clock_is_wrong_from_half_a_minute_on(
    before_redis: float | None, before_slack: float | None, wrong: int
) -> None:
    found = check_clock(before_redis, before_slack)

    assert sum(one.is_right is False for one in found) == wrong


@pytest.mark.parametrize(
    ("code", "says", "step"),
    [
        ("proxy_407", "does not let us through (proxy_407)", "HTTPS_PROXY"),
        ("proxy_unreachable", "the proxy is away", "HTTPS_PROXY"),
        ("certificate_refused", "the certificate is not accepted", "SSL_CERT_FILE"),
        ("NameResolutionError", "the name is not known here", "FREDDY_API_URL"),
        ("ProtocolError", "there is no whole answer (ProtocolError)", "FREDDY_API_URL"),
    ],
)
def test_who_is_not_reached_has_a_reason_and_a_next_step(code: str, says: str, step: str) -> None:
    assert says in why(code)
    assert step in mend(code, "FREDDY_API_URL")


def of(organization_id: str, outcome: int | UpstreamError | UserError) -> CatalogueAnswer:
    return CatalogueAnswer(Setup(f"T{organization_id}", organization_id), outcome)


def test_organizations_for_which_alone_the_platform_gives_no_answer_are_named() -> None:
    hangs = UpstreamError("platform", retryable=True, code="answer_too_slow")

    one, other = check_catalogues([of("org_a", 3), of("org_b", hangs)], "/connect")
    [all_of_them] = check_catalogues([of("org_a", hangs), of("org_b", hangs)], "/connect")
    silent, _ = check_catalogues([of("org_a", hangs), of("org_b", UserError("no_key"))], "/connect")

    assert one.text == "does not answer for org_b: the answer did not come in time; nobody there gets a link"
    assert other.is_right
    assert all_of_them.text == silent.text == "does not answer: the answer did not come in time; nobody gets a link"


def test_a_worker_that_beats_no_more_is_named_beside_those_that_live() -> None:
    facts = replace(WORKING, silent=[LiveWorker("host-7-a1b2c3", "0.2.0", 0.0)])

    lives, hangs = [found for found in check_work(facts, "/link", []) if found.subject == "Workers"]

    assert (lives.is_right, hangs.is_right) == (True, None)
    assert "host-7-a1b2c3" in hangs.text
    assert "Restart" in hangs.next_step


def test_of_many_silent_workers_a_few_are_named_and_the_rest_counted() -> None:
    facts = replace(WORKING, silent=[LiveWorker(f"host-{n}", "0.2.0", 0.0) for n in range(7)])

    _, silent = [found for found in check_work(facts, "/link", []) if found.subject == "Workers"]

    assert "(host-0, host-1, host-2, host-3, host-4 and 2 more)" in silent.text


def test_an_address_whose_clock_differs_is_told_apart_from_one_with_another_secret() -> None:
    found = check_public(AddressFacts(status=401, is_late=True), "https://connect.example.com")

    assert (found.is_right, "the clocks differ" in found.text) == (False, True)


def test_what_was_met_hours_ago_may_have_been_put_right_since() -> None:
    facts = replace(WORKING, noticed=Noticed({"/connect": 7200.0}, {}))

    [found] = [found for found in check_work(facts, "/link", []) if found.subject == "Command"]

    assert (found.is_right, "2 hours ago" in found.text) == (None, True)


def test_what_was_met_and_is_allowed_now_is_no_finding() -> None:
    facts = replace(WORKING, noticed=Noticed({"/link": 60.0}, {"github.com": 60.0}))

    assert {found.subject for found in check_work(facts, "/link", ["github.com"])} == {"Workers", "Jobs"}
    assert {found.subject for found in check_work(facts, "/link", [])} == {"Workers", "Jobs"}


def test_of_many_workspaces_the_sound_ones_are_one_line_and_each_other_has_its_own() -> None:
    sound = TokenFacts(SlackAnswer(status=200), "Acme", "T1", scopes=frozenset(SCOPES))
    removed = TokenFacts(SlackAnswer(refusal="account_inactive", status=200))
    asked = [*((f"T{number}", sound) for number in range(40)), ("T40", removed), ("T41", removed)]

    found = list(check_installations(asked, 100))

    assert [(one.sign, one.text[:40]) for one in found] == [
        ("WRONG", "refuses the token of T40 (account_inacti"),
        ("WRONG", "refuses the token of T41 (account_inacti"),
        ("ok", "accepts the tokens of 40 of 100 workspac"),
        ("note", "was asked about 42 of 100 workspaces"),
    ]


def test_a_check_that_falls_over_says_so_and_has_no_traceback() -> None:
    def check() -> list[object]:
        raise ZeroDivisionError("xoxb-secret")

    [found] = findings_of("Slack", check)  # type: ignore[arg-type]

    assert (found.is_right, found.text) == (None, "could not be checked (ZeroDivisionError); please report this")


def test_a_process_of_socket_mode_that_hangs_is_to_be_restarted() -> None:
    hangs, moves = Seen("socket", 7, 90.0), Seen("socket", 8, 1.0)

    assert check_socket([hangs]).is_right is False
    assert "has not moved for 90 s" in check_socket([hangs]).text
    assert "process 7" in check_socket([hangs]).next_step
    assert check_socket([hangs, moves]).is_right is None
