"""Requests that wait, on fakeredis and on a real Redis."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from slack_app.adapters.drafts import RedisDrafts
from slack_app.model.jobs import Draft
from tests.sample_links import LEON, MAYA, job

URL = "https://hooks.slack.com/commands/T1/canary"


@pytest.fixture
def drafts(client: Any) -> RedisDrafts:
    return RedisDrafts(client)


def waiting(seconds_ago: float = 0.0) -> Draft:
    return Draft(replace(job(accepted_at=time.time() - seconds_ago), response_url=URL))


def test_a_request_comes_out_as_it_went_in_and_only_to_its_person(drafts: RedisDrafts) -> None:
    """security.md 6"""
    draft = waiting()

    draft_id = drafts.save(draft)

    kept = drafts.get(draft_id, MAYA)
    assert kept
    assert kept.job == draft.job
    assert drafts.get(draft_id, LEON) is None


def test_no_response_url_is_kept_longer_than_it_lives(drafts: RedisDrafts, client: Any) -> None:
    """security.md 15"""
    draft_id = drafts.save(waiting(seconds_ago=600), seconds=7 * 24 * 3600)

    holding = [key for key in client.keys("*") if URL in client.get(key)]
    assert [1190 <= client.ttl(key) <= 1200 for key in holding] == [True]
    client.delete(*holding)
    kept = drafts.get(draft_id, MAYA)
    assert kept
    assert kept.job.response_url == ""


def test_a_request_whose_response_url_is_over_is_kept_without_it_and_replaces_nothing(drafts: RedisDrafts) -> None:
    """slack-truth.md 3.1"""
    draft = waiting(seconds_ago=1801)

    kept = drafts.get(drafts.save(replace(draft, job=replace(draft.job, can_replace=True))), MAYA)

    assert kept
    assert (kept.job.response_url, kept.job.can_replace) == ("", False)


def test_what_the_version_before_kept_whole_is_still_read(drafts: RedisDrafts, client: Any) -> None:
    draft = waiting()
    draft_id = drafts.save(draft)
    client.set(f"slack_app:draft:{draft_id}", draft.to_json())
    client.delete(f"slack_app:draft-response-url:{draft_id}")

    kept = drafts.get(draft_id, MAYA)
    assert kept
    assert kept.job == draft.job
