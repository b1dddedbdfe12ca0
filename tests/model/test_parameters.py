"""Parameters as JSON values, and what becomes of what was typed when the platform asks for another kind."""

from __future__ import annotations

import json

import pytest

from slack_app.model.jobs import Draft, Job
from slack_app.model.parameters import converted
from tests.worker_harness import JOB


@pytest.mark.parametrize(
    ("value", "kind", "meant"),
    [
        ("3", "integer", 3),
        ("-3.0", "integer", -3),
        ("2.5", "number", 2.5),
        ("3", "number", 3),
        ("Yes", "boolean", True),
        ("0", "boolean", False),
        ("a, b;c\nd", "array", ["a", "b", "c", "d"]),
        ('["a", 1]', "array", ["a", 1]),
        (3, "array", [3]),
        ("1, 2", "array/integer", [1, 2]),
        (["1", "2"], "array/integer", [1, 2]),
        ('{"a": 1}', "object", {"a": 1}),
        (3, "string", "3"),
        (True, "string", "true"),
        ("3", "string", "3"),
    ],
)
def test_a_value_becomes_one_of_the_kind_that_is_asked_for(value: object, kind: str, meant: object) -> None:
    assert json.dumps(converted(value, kind)) == json.dumps(meant)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("many", "integer"),
        ("3.5", "integer"),
        ("1,5", "number"),
        ("maybe", "boolean"),
        ("a", "object"),
        ([1], "object"),
        ([1], "integer"),
    ],
)
def test_what_cannot_be_one_stays_what_it_is(value: object, kind: str) -> None:
    with pytest.raises(ValueError):
        converted(value, kind)


def test_a_worker_of_before_still_reads_jobs_whose_parameters_are_text() -> None:
    text = Job(JOB.id, JOB.person, "C1", "", "acme", {"a": "x"}, 1.0, "connect")
    mixed = Job(JOB.id, JOB.person, "C1", "", "acme", {"a": 3, "b": {"c": [True]}}, 1.0, "connect")

    assert (json.loads(text.to_json())["v"], json.loads(mixed.to_json())["v"]) == (3, 4)
    assert [Job.from_json(job.to_json()) for job in (text, mixed)] == [text, mixed]
    assert Draft.from_json(Draft(mixed, kinds={"a": "integer"}).to_json()).job == mixed
