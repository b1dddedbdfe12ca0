"""The OAuth states, as the contract says they are kept."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from slack_app.adapters.links.states import RedisStates
from slack_app.errors import UpstreamError
from slack_app.model.links import Link
from slack_app.model.users import SlackUser


def link(now: float) -> Link:
    return Link("https://github.com/?state=ostate_1", "ostate_1", "github.com", "org_a", "github", now, now + 600)


def test_a_state_is_kept_for_the_person_until_the_link_expires(client: Any) -> None:
    now = time.time()

    RedisStates(client).remember(link(now), SlackUser("E1", "T1", "U1"))

    assert json.loads(client.get("slack_app:state:ostate_1")) == {
        "enterprise_id": "E1",
        "team_id": "T1",
        "user_id": "U1",
        "organization_id": "org_a",
        "connector_type": "github",
        "created_at": now,
    }
    assert 598 <= client.ttl("slack_app:state:ostate_1") <= 600


def test_remembering_again_does_not_prolong_a_state(client: Any) -> None:
    early = link(time.time() - 500)
    RedisStates(client).remember(early, SlackUser(None, "T1", "U1"))

    RedisStates(client).remember(early, SlackUser(None, "T1", "U1"))

    assert client.ttl("slack_app:state:ostate_1") <= 101


def test_a_state_that_cannot_be_kept_is_not_promised() -> None:
    from slack_app.adapters.redis import open_fast

    with pytest.raises(UpstreamError) as caught:
        RedisStates(open_fast("redis://127.0.0.1:1/0")).remember(link(time.time()), SlackUser(None, "T1", "U1"))

    assert (caught.value.service, caught.value.retryable) == ("redis", True)
