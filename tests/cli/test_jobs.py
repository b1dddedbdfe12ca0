"""`slack-app jobs`, as an operator types it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from slack_app.adapters.jobs import DEAD
from slack_app.adapters.jobs.producer import JobProducer
from slack_app.adapters.redis import open_fast
from slack_app.cli import main
from tests.adapters.test_inspection import die
from tests.adapters.test_jobs import job, take, work


@pytest.fixture
def redis_with_jobs(redis_url: str) -> str:
    """A Redis with one job that is dead and one that waits, both of the same person."""
    client = open_fast(redis_url)
    die(client, "dead", trigger_id="13.37.canary")
    JobProducer(client).enqueue(replace(job("waiting"), connector_type="canary-typed"))
    return redis_url


def jobs(redis_url: str, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["jobs", *arguments], env={"REDIS_URL": redis_url}, input=typed)


def test_jobs_are_listed_with_ids_and_why_they_are_dead(redis_with_jobs: str) -> None:
    lines = [line.split("\t") for line in jobs(redis_with_jobs, "list").stdout.splitlines()]

    assert [line[:5] + line[6:] for line in lines] == [
        ["dead", "T1:U1:dead", "connect", "T1", "U1", "1", "0", "undeliverable"],
        ["waiting", "T1:U1:waiting", "connect", "T1", "U1", "0", "0", ""],
    ]
    assert [line[0] for line in map(str.split, jobs(redis_with_jobs, "list", "--dead").stdout.splitlines())] == ["dead"]


def test_where_there_is_no_job_that_is_said_beside_the_list(redis_url: str) -> None:
    assert (jobs(redis_url, "list").stdout, jobs(redis_url, "list").stderr) == ("", "No job waits, and none is dead.\n")
    assert jobs(redis_url, "list", "--dead").stderr == "No job is dead.\n"


def test_a_job_is_shown_by_its_id_or_by_the_reference_that_its_person_was_told(redis_with_jobs: str) -> None:
    [by_id, by_reference] = [
        json.loads(jobs(redis_with_jobs, "show", "--json", word).stdout)
        for word in ("T1:U1:dead", job("dead").reference)
    ]

    assert by_id["state"] == "dead"
    assert by_id["reference"] == job("dead").reference
    assert by_id["died_at"]
    assert by_id.keys() == by_reference.keys()
    assert "state\tdead\n" in jobs(redis_with_jobs, "show", "T1:U1:dead").stdout


def test_nothing_is_shown_of_what_was_typed_and_no_address(redis_with_jobs: str) -> None:
    """security.md 17"""
    shown = [
        jobs(redis_with_jobs, *arguments).output
        for arguments in (["list"], ["list", "--json"], ["show", "T1:U1:dead"], ["show", "--json", "T1:U1:waiting"])
    ]

    for secret in ("hooks.slack.com", "rketing", "sharepoint", "canary"):
        assert secret not in "".join(shown)


def test_a_dead_job_is_put_back_and_one_that_waits_is_left(redis_with_jobs: str) -> None:
    left = jobs(redis_with_jobs, "retry", "T1:U1:waiting")
    assert (left.exit_code, left.stderr) == (1, "slack-app: T1:U1:waiting is not dead: it is left as it is.\n")

    assert jobs(redis_with_jobs, "retry", "--all").stdout == "1 of 1 put back.\n"
    assert jobs(redis_with_jobs, "list", "--dead").stdout == ""
    assert len(jobs(redis_with_jobs, "list").stdout.splitlines()) == 2


def test_a_job_is_dropped_unless_a_worker_is_doing_it(redis_with_jobs: str) -> None:
    assert jobs(redis_with_jobs, "drop", "T1:U1:dead").stdout == "T1:U1:dead is dropped.\n"
    take(work(open_fast(redis_with_jobs)))

    held = jobs(redis_with_jobs, "drop", "T1:U1:waiting")

    assert held.exit_code == 1
    assert held.stderr == "slack-app: T1:U1:waiting is being done at this moment: it can't be dropped.\n"
    assert jobs(redis_with_jobs, "drop", "--all").stdout == "0 of 0 dropped.\n"


@pytest.mark.parametrize("command", ["show", "retry", "drop"])
def test_an_unknown_job_is_said_to_be_one(redis_with_jobs: str, command: str) -> None:
    ended = jobs(redis_with_jobs, command, "T1:U1:other")

    assert ended.exit_code == 1
    assert ended.stderr == "slack-app: there is no job T1:U1:other that waits or is dead: it may be done.\n"


@pytest.mark.parametrize("arguments", [["retry"], ["drop"], ["retry", "T1:U1:dead", "--all"]])
def test_which_job_is_meant_is_said_on_the_command_line(redis_with_jobs: str, arguments: list[str]) -> None:
    assert jobs(redis_with_jobs, *arguments).exit_code == 2


def test_what_others_wrote_into_redis_moves_no_cursor_and_breaks_no_line(redis_url: str) -> None:
    open_fast(redis_url).xadd(DEAD, {"id": "\x1b[2J\nT1:U1:1", "reason": "\u202ered\n"})

    [line] = jobs(redis_url, "list").stdout.splitlines()

    assert line.split("\t")[1] == "[2J T1:U1:1"
    assert line.endswith("\tred")
