"""The faults that the stand-in platform plays, over real HTTP."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from slack_app.demo.serving import serving
from slack_app.stand_ins.freddy import FAULTS, Fault, Platform
from tests.stage import stretched
from tests.stand_ins.served import KEY, Now, Served


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.UNAUTHORIZED, 401),
        (Fault.FORBIDDEN, 403),
        (Fault.RATE_LIMITED, 429),
        (Fault.DOWN, 503),
        (Fault.BROKEN, 500),
        (Fault.HTML, 502),
        (Fault.EMPTY, 200),
        (Fault.FIELDLESS, 200),
        (Fault.UNSAFE_LINK, 200),
        (Fault.LONG_LINK, 200),
        (Fault.REDIRECT, 302),
        (Fault.COOKIES, 200),
    ],
)
def test_each_fault_answers_as_it_says_and_only_as_often(served: Served, fault: Fault, status: int) -> None:
    served.platform.fault, served.platform.faults_left = fault, 1

    first, second = served.authorize(), served.authorize()

    assert (first.status_code, second.status_code) == (status, 200)
    assert "consent/github" in second.json()["authorization_url"]


def test_a_dropped_connection_has_no_answer(served: Served) -> None:
    served.platform.fault = Fault.REFUSED

    with pytest.raises(requests.ConnectionError, match="without response"):
        served.authorize()


def test_a_stalled_platform_ends_at_once_and_quietly(caplog: pytest.LogCaptureFixture) -> None:
    platform = Platform(keys={KEY: "org_a"})
    platform.fault = Fault.STALLED

    with ThreadPoolExecutor() as threads:
        with serving(platform.app) as url:
            caller = threads.submit(Served(platform, url, Now()).authorize)
            while not platform.calls:
                time.sleep(0.01)
            ends_at = time.monotonic()
        took = time.monotonic() - ends_at

    assert took < stretched(3)
    assert isinstance(caller.exception(), requests.ConnectionError)
    assert not [record for record in caplog.records if record.exc_info]


def test_the_limit_says_when_to_come_back(served: Served) -> None:
    served.platform.fault, served.platform.retry_after = Fault.RATE_LIMITED, 17

    assert served.authorize().headers["retry-after"] == "17"


def test_a_failure_carries_what_nobody_may_see_beside_what_one_may(served: Served) -> None:
    served.platform.fault = Fault.BROKEN

    error = served.authorize().json()["error"]

    assert "Traceback" in error["system_message"]
    assert "Traceback" not in error["message"]


def test_an_unsafe_link_is_plain_http_to_a_stranger(served: Served) -> None:
    served.platform.fault = Fault.UNSAFE_LINK

    assert served.authorize().json()["authorization_url"].startswith("http://evil.example/")


def test_a_long_link_still_works(served: Served) -> None:
    served.platform.fault = Fault.LONG_LINK

    body = served.authorize().json()
    form = {"state": body["state"], "decision": "allow"}
    page = requests.post(body["authorization_url"], data=form, timeout=5)

    assert len(body["authorization_url"]) > 3000
    assert "GitHub is connected as dev@example.com." in page.text


def test_who_follows_a_redirect_is_seen(served: Served) -> None:
    served.platform.fault = Fault.REDIRECT

    answer = served.authorize()
    requests.get(f"{served.url}{answer.headers['location']}", timeout=5)

    assert [call.path.rpartition("/")[2] for call in served.platform.calls] == ["authorize", "personal-connectors"]


def test_a_cookie_that_comes_back_is_seen(served: Served) -> None:
    served.platform.fault = Fault.COOKIES
    with requests.Session() as session:
        for _ in range(2):
            session.post(
                f"{served.url}/v1/personal-connectors/authorize?organization_id=org_a",
                json={"connector_type": "github"},
                headers={"X-API-Key": KEY},
                timeout=5,
            )

    assert [call.has_cookie for call in served.platform.calls] == [False, True]
    assert len({call.peer for call in served.platform.calls}) == 1


@pytest.mark.parametrize(("fault", "at_least"), [(Fault.TRICKLE, 2), (Fault.ENDLESS, 2 * 1024 * 1024)])
def test_an_answer_can_come_slowly_and_without_end(served: Served, fault: Fault, at_least: int) -> None:
    served.platform.fault = fault
    started, size = time.monotonic(), 0

    with requests.post(
        f"{served.url}/v1/personal-connectors/authorize?organization_id=org_a",
        json={"connector_type": "github"},
        headers={"X-API-Key": KEY},
        stream=True,
        timeout=5,
    ) as answer:
        while size < at_least:
            size += len(answer.raw.read1(65536))

    assert answer.status_code == 200
    assert (time.monotonic() - started >= 0.2) or fault is Fault.ENDLESS


def test_a_slow_platform_lets_many_wait_at_once(served: Served) -> None:
    served.platform.delay = 0.5
    started = time.monotonic()

    with ThreadPoolExecutor(40) as threads:
        answers = list(threads.map(lambda _: served.authorize(), range(40)))

    assert {answer.status_code for answer in answers} == {200}
    assert 0.5 <= time.monotonic() - started < stretched(5)  # one after the other: 20 s
    assert len(served.platform.pending) == 40


def test_each_fault_has_a_name_and_a_sentence_for_the_menu() -> None:
    assert set(FAULTS) == set(Fault)
    assert all(label and explanation.endswith(".") for label, explanation in FAULTS.values())


def test_the_rest_of_the_api_works_in_every_fault(served: Served) -> None:
    served.platform.fault = Fault.DOWN

    assert served.call("GET", "/available").status_code == 200
