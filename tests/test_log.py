"""No line that is logged holds a secret, whoever writes it (security.md 17)."""

from __future__ import annotations

import ast
import io
import json
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

import slack_app
from slack_app import log
from slack_app.secret_shapes import LOGGED
from tests.listeners_harness import Slack
from tests.worker_harness import JOB, WorkerHarness


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    log.configure("DEBUG", "json", stream)
    yield stream
    root.handlers, root.level = handlers, level
    logging.getLogger("slack_app").setLevel(logging.NOTSET)
    structlog.reset_defaults()


SECRETS = [
    "xoxb-123-456-abcDEF",
    "xapp-1-A0-123",
    "xoxe.xoxp-1-Mi0y",
    "ostate_Zm9vYmFy",
    "https://github.com/login?state=abc&code=def",
    "https://hooks.slack.com/commands/T1/2/secret",
    "redis://:password@10.0.0.1:6379/0",
    "state=abcdef",
    "code=abcdef",
    "client_secret: s3cr3t token=abc",
    "oak_live_canary0123456789",
    "github_pat_canary0123456789",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_what_is_shaped_like_a_secret_is_blacked_out_everywhere(lines: io.StringIO, secret: str) -> None:
    structlog.get_logger("slack_app.x").info("job.done", reason=f"because of {secret} it failed")
    logging.getLogger("some.library").warning("it said %s", secret)
    try:
        raise ValueError(secret)
    except ValueError:
        structlog.get_logger("slack_app.x").exception("job.defect")

    shapes = [
        word for word in secret.split() if "=" in word or "://" in word or word.startswith(("x", "o", "github_pat"))
    ]
    assert not [shape for shape in shapes if shape in lines.getvalue()]
    assert len(lines.getvalue().splitlines()) == 3


@pytest.mark.parametrize(
    "said",
    [
        "{'state': 'canary'}",
        '{"access_token": "canary"}',
        "{'state_token' : 'canary', 'x': 1}",
        '{"client_secret":"canary"}',
        "X-API-Key: canary",
        "{'Authorization': 'Bearer canary'}",
        "client_id=1&client_secret=canary",
        "Link(host='x', state='canary')",
        "Token(access_token='canary')",
        "{'clientSecret': 'canary'}",
        "{b'state_token': b'canary'}",
        r"{\"state_token\": \"canary\"}",
    ],
)
def test_a_secret_that_stands_beside_its_name_is_blacked_out(lines: io.StringIO, said: str) -> None:
    """security.md 17"""
    logging.getLogger("some.library").warning("it got %s at line 7", said)

    assert "canary" not in lines.getvalue()
    assert "at line 7" in lines.getvalue() or said.startswith("X-API-Key")


def test_a_field_that_nobody_allowed_is_not_logged(lines: io.StringIO) -> None:
    structlog.get_logger("slack_app.x").info("job.done", outcome="link_sent", response_url="x", body="secret", url="y")

    assert set(json.loads(lines.getvalue())) == {"event", "level", "timestamp", "outcome"}


def test_each_field_that_the_code_logs_is_allowed() -> None:
    """Else it is dropped without a word, and a line that was to say why says nothing."""
    logged = {
        (str(path), call.lineno, keyword.arg)
        for path in Path(slack_app.__file__).parent.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("debug", "info", "warning", "error", "exception")
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "log"
        for keyword in call.keywords
        if keyword.arg is not None
    }

    assert len(logged) > 100
    assert {place for place in logged if place[2] not in log.ALLOWED} == set()


def test_a_line_has_an_end(lines: io.StringIO) -> None:
    """security.md 4"""
    logging.getLogger("some.library").warning("x" * 1_000_000)

    assert len(lines.getvalue()) < 5000


def test_other_libraries_are_heard_from_warnings_on(lines: io.StringIO) -> None:
    logging.getLogger("urllib3.connectionpool").debug("POST /commands/T1/2/secret")
    logging.getLogger("slack_sdk").info("body: ...")
    logging.getLogger("uvicorn.error").warning("heard")

    assert [json.loads(line)["event"] for line in lines.getvalue().splitlines()] == ["heard"]


def test_a_persons_words_cannot_forge_a_line(lines: io.StringIO) -> None:
    structlog.get_logger("slack_app.x").info("job.refused", reason='x\n{"event": "forged"}')

    assert len(lines.getvalue().splitlines()) == 1


@pytest.mark.parametrize(
    "said",
    [
        "HTTPSConnectionPool(host='hooks.slack.com', port=443): Max retries exceeded with url: /commands/T1/2/s3cr3t",
        "no answer for /actions/T0ABC/123/s3cr3t",
    ],
)
def test_a_response_url_does_not_reach_a_log_through_a_chained_exception(lines: io.StringIO, said: str) -> None:
    try:
        try:
            raise OSError(said)
        except OSError as exc:
            raise ValueError("refused") from exc
    except ValueError:
        structlog.get_logger("slack_app.x").exception("job.defect")

    assert "Traceback" in lines.getvalue()
    assert "s3cr3t" not in lines.getvalue()


@pytest.mark.parametrize("secret", LOGGED, ids=range(len(LOGGED)))
@given(data=st.data())
def test_no_secret_is_of_letters_digits_and_dots_alone(secret: re.Pattern[str], data: st.DataObject) -> None:
    """Such words are not searched (log.scrub)."""
    found = data.draw(st.from_regex(secret, fullmatch=True))

    assert not found.replace(".", "").isalnum()


@pytest.mark.parametrize("again", ["a", "a.", "xox.", "a+", "state", "/app/T1", "xoxb-", "://", "ak-", "url: ", "x"])
def test_no_text_makes_the_filter_slow(again: str) -> None:
    began = time.process_time()

    log.scrub(again * 25_000)

    assert time.process_time() - began < 0.2


@pytest.mark.parametrize(
    "before",
    [
        "xoxb-1-",
        "ostate_",
        "oak_live_",
        "state=",
        "https://example.com/",
        "aschemethatislongerthananyofthosethatareregistered://",
        "/commands/T1/2/",
        "exceeded with url: /",
    ],
)
@pytest.mark.parametrize("length", [100, 600, 3000, 3990, 10_000])
def test_no_part_of_a_long_secret_is_left(before: str, length: int) -> None:
    secret = before + "s3cr3t" * (length // 6)

    assert "3cr3" not in log.scrub(f"it said {secret} and failed")


@pytest.mark.parametrize("secret", ["oak_live_canary0123456789", "xoxb-123-456-abcDEF", "/commands/T1/2/canary"])
def test_a_secret_where_a_line_is_cut_is_not_left_in_part(secret: str) -> None:
    for already in range(log.LINE_LIMIT - len(secret), log.LINE_LIMIT):
        assert "canar" not in log.scrub("." * (already - 1) + " " + secret)
        assert "123-4" not in log.scrub("." * (already - 1) + " " + secret)


@pytest.mark.parametrize("said", ["my salary is 123000", "salary 123000", "my salary: 123000", "disconnect 123000"])
def test_what_somebody_wrote_is_not_logged(lines: io.StringIO, said: str) -> None:
    """reports.md B12"""
    worker = WorkerHarness()
    worker.platform.refuses_all_but = {"github"}

    Slack(worker).say(said)
    worker.run()

    assert '"job.' in lines.getvalue()
    assert not {"salary", "123000"} & set(re.findall(r"[a-z0-9]+", lines.getvalue()))


@pytest.mark.parametrize("is_listed", [True, False])
def test_a_tool_that_exists_is_named_in_the_log(lines: io.StringIO, is_listed: bool) -> None:
    worker = WorkerHarness()
    if is_listed:
        worker.catalogue.save("org_a", worker.platform.connectors)

    Slack(worker).say("git-hub" if is_listed else "github")
    worker.run()
    worker.enqueue(replace(JOB, id="T1:U1:2", kind="help.show"))
    worker.run()

    done = [json.loads(line) for line in lines.getvalue().splitlines() if '"job.done"' in line]
    assert [line.get("connector_type") for line in done] == ["github", None]
