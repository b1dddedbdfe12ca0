"""A platform that does not answer one key is not asked by each job for itself, and no other key knows of it."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from slack_app.adapters.breakers import MOST_KEPT, Breakers
from slack_app.adapters.freddy import Freddy
from slack_app.adapters.http import Http, HttpResponse
from slack_app.errors import BUDGET_SPENT, UpstreamError
from slack_app.model.workspaces import Credentials

KEY, OTHER, LONG, SHORT = "key", "other key", 15.0, 5.0
SECONDS = 10.0


class Now:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def breakers(now: Now) -> Breakers:
    return Breakers("platform", clock=now)


def outage(status: int | None = None, retry_after: float | None = None, code: str | None = None) -> UpstreamError:
    return UpstreamError("platform", status=status, retryable=True, retry_after=retry_after, code=code)


def fail(breakers: Breakers, error: UpstreamError | None = None, what: str = "github", whose: str = KEY) -> None:
    with suppress(UpstreamError), breakers(whose, what, LONG):
        raise error or outage()


def is_asked(breakers: Breakers, what: str = "github", whose: str = KEY, patience: float = LONG) -> bool:
    """Ask, and be answered where it is asked."""
    try:
        with breakers(whose, what, patience):
            return True
    except UpstreamError:
        return False


def refusal(breakers: Breakers) -> UpstreamError:
    with pytest.raises(UpstreamError) as caught, breakers(KEY, "github", LONG):
        pytest.fail("the platform was asked")
    return caught.value


def test_after_three_failures_in_a_row_the_next_are_refused_at_once(breakers: Breakers) -> None:
    for _ in range(3):
        fail(breakers, outage(503))

    refused = refusal(breakers)

    assert (refused.service, refused.status, refused.retryable, refused.code) == ("platform", 503, True, "breaker_open")
    assert refused.retry_after is not None
    assert 3.0 < refused.retry_after < 3.2


def test_an_answer_in_between_starts_the_count_anew(breakers: Breakers) -> None:
    fail(breakers)
    fail(breakers)
    with suppress(UpstreamError), breakers(KEY, "github", LONG):
        raise UpstreamError("platform", status=404)
    fail(breakers)
    fail(breakers)

    assert is_asked(breakers)


def test_other_keys_and_other_patience_are_not_affected(breakers: Breakers) -> None:
    for _ in range(3):
        fail(breakers)

    assert is_asked(breakers, whose=OTHER)
    assert is_asked(breakers, patience=SHORT)
    assert not is_asked(breakers)


def test_another_tool_is_tried_at_once_and_its_answer_ends_the_refusals(breakers: Breakers) -> None:
    for _ in range(3):
        fail(breakers, what="figma")
    assert not is_asked(breakers, what="figma")

    assert is_asked(breakers, what="github")
    assert is_asked(breakers, what="figma")


def test_where_nothing_answers_every_tool_is_tried_once(breakers: Breakers) -> None:
    for _ in range(3):
        fail(breakers, what="figma")

    fail(breakers, what="github")

    assert not is_asked(breakers, what="github")
    assert is_asked(breakers, what="gitlab")


def test_when_the_pause_is_over_one_of_many_threads_asks_and_no_lock_is_held(breakers: Breakers, now: Now) -> None:
    for _ in range(3):
        fail(breakers)
    now.seconds = 3.1
    asking, may_answer = threading.Event(), threading.Event()

    def probe() -> None:
        with breakers(KEY, "github", LONG):
            asking.set()
            may_answer.wait(SECONDS)

    thread = threading.Thread(target=probe)
    thread.start()
    assert asking.wait(SECONDS)
    results: list[bool] = []
    others = [threading.Thread(target=lambda: results.append(is_asked(breakers))) for _ in range(20)]
    for other in others:
        other.start()
    for other in others:
        other.join(SECONDS)
    may_answer.set()
    thread.join(SECONDS)

    assert results == [False] * 20  # and none of them waited for the probe
    assert is_asked(breakers)


def test_a_probe_that_fails_starts_the_pause_anew_and_comes_again_with_the_others(breakers: Breakers, now: Now) -> None:
    for _ in range(3):
        fail(breakers)
    now.seconds = 3.1
    error = outage()
    fail(breakers, error)
    now.seconds = 6.0

    assert error.retry_after == 3.0
    assert not is_asked(breakers)
    now.seconds = 6.2
    assert is_asked(breakers)


def test_a_probe_that_never_came_to_ask_leaves_the_place_to_the_next(breakers: Breakers, now: Now) -> None:
    for _ in range(3):
        fail(breakers)
    now.seconds = 3.1
    fail(breakers, outage(429, retry_after=40, code=BUDGET_SPENT))
    with pytest.raises(KeyError), breakers(KEY, "github", LONG):
        raise KeyError

    assert is_asked(breakers)


def test_a_budget_that_is_spent_is_no_failure_of_the_platform(breakers: Breakers) -> None:
    for _ in range(5):
        fail(breakers, outage(429, retry_after=40, code=BUDGET_SPENT))

    assert is_asked(breakers)


def test_those_who_are_refused_come_again_ten_a_second(breakers: Breakers) -> None:
    for _ in range(3):
        fail(breakers)

    waits = [refusal(breakers).retry_after or 0.0 for _ in range(100)]

    assert waits[0] == pytest.approx(3.1)
    assert waits[-1] == pytest.approx(13.0)


def test_a_platform_that_says_when_is_left_alone_by_all_under_the_key_until_then(breakers: Breakers, now: Now) -> None:
    fail(breakers, outage(429, retry_after=20))
    now.seconds = 19.9

    assert not is_asked(breakers)
    assert not is_asked(breakers, what="gitlab")
    assert not is_asked(breakers, patience=SHORT)
    assert is_asked(breakers, whose=OTHER)
    assert refusal(breakers).status == 429
    now.seconds = 20.1
    assert is_asked(breakers, patience=SHORT)
    assert is_asked(breakers)


def test_a_platform_that_wants_an_hour_is_asked_again_after_two_minutes(breakers: Breakers, now: Now) -> None:
    fail(breakers, outage(429, retry_after=3600))
    now.seconds = 119

    assert (refusal(breakers).retry_after or 0) > 3000  # a job that cannot wait so long says so
    now.seconds = 121
    assert is_asked(breakers)


def test_what_was_asked_before_the_pause_began_does_not_end_it(breakers: Breakers) -> None:
    with breakers(KEY, "gitlab", LONG):
        fail(breakers, outage(429, retry_after=20))

    assert not is_asked(breakers)


def test_keys_are_forgotten(breakers: Breakers) -> None:
    for number in range(MOST_KEPT + 50):
        fail(breakers, whose=str(number))

    assert len(breakers._circuits) == MOST_KEPT


def test_what_failed_under_one_key_is_forgotten_too(breakers: Breakers) -> None:
    """Whatever people type while the platform is away, its name was kept until that was over."""
    for number in range(MOST_KEPT + 50):
        fail(breakers, what=str(number))

    assert [len(circuit.failed) for circuit in breakers._circuits.values()] == [MOST_KEPT]


class Answering(Http):
    """A platform whose answers a test gives, and that counts who asked when."""

    def __init__(self, now: Now, answer: Callable[[], HttpResponse]) -> None:
        super().__init__("platform", connections=1, deadline=1.0)
        self.now, self.answer = now, answer
        self.asked: list[float] = []

    def request(self, *_: object, **__: object) -> HttpResponse:
        self.asked.append(self.now.seconds)
        return self.answer()


def keep_asking(platform: Freddy, now: Now, jobs: int, seconds: float) -> int:
    """Have so many jobs ask, each again as `JobEnds` has it, for so long; returns how many were served."""
    credentials = Credentials("org_a", "ak_0123456789")
    waiting = [(number / jobs, number, 0) for number in range(jobs)]
    served = 0
    while waiting and waiting[0][0] < seconds:
        now.seconds, number, retries = heapq.heappop(waiting)
        try:
            platform.authorize(credentials, "github", {})
            served += 1
        except UpstreamError as exc:
            pause = 2.0 ** min(retries, 6) if exc.retry_after is None else max(1.0, exc.retry_after) * 1.1
            heapq.heappush(waiting, (now.seconds + pause, number, retries + 1))
    return served


def test_a_platform_that_wants_20_seconds_is_asked_a_handful_of_times_in_30(now: Now) -> None:
    """Issue 14, point 1: 134 calls before"""
    http = Answering(now, lambda: HttpResponse(429, {"Retry-After": "20"}, b""))

    keep_asking(Freddy(http, url="https://platform.example", breakers=Breakers("platform", clock=now)), now, 60, 30)

    assert len(http.asked) <= 3


@pytest.mark.parametrize("down", [30, 200])
def test_every_job_gets_its_link_soon_after_the_platform_is_back(now: Now, down: int) -> None:
    good = b'{"authorization_url": "https://github.com/x", "state": "ostate_x"}'
    http = Answering(now, lambda: HttpResponse(200, {}, good) if now.seconds > down else HttpResponse(503, {}, b""))
    platform = Freddy(http, url="https://platform.example", breakers=Breakers("platform", clock=now))

    served = keep_asking(platform, now, 60, down + 12)

    assert served == 60
    assert len([at for at in http.asked if at <= down]) <= 4 + down / 3


def test_a_stall_that_ends_short_calls_does_not_keep_links_from_being_made(now: Now) -> None:
    """200 of 200 under a stall of 10 s: lists wait for 5 s at most, links for 15."""
    good = b'{"authorization_url": "https://github.com/x", "state": "ostate_x"}'
    credentials = Credentials("org_a", "ak_0123456789")

    class Stalled(Http):
        def request(self, *_: object, deadline: float | None = None, **__: object) -> HttpResponse:
            if deadline is not None and deadline < 10:
                raise outage(code="answer_too_slow")
            return HttpResponse(200, {}, good)

    http = Stalled("platform", connections=1, deadline=15.0)
    platform = Freddy(http, url="https://platform.example", breakers=Breakers("platform", clock=now))

    for _ in range(20):
        with suppress(UpstreamError):
            platform.connections_of(credentials, "github", is_for_link=True)
        assert platform.authorize(credentials, "github", {}).state == "ostate_x"
