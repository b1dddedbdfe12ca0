"""Keeps requests that wait: for what their person fills into a modal, or for an admin; modals and buttons carry the id.

    slack_app:draft:<id>   JSON: the job, and what it waits for; an hour, longer than its response_url lives;
                           a week where an admin was asked

An outage fails as every other in the work: the job stays where it is.
"""

from __future__ import annotations

import hashlib

from slack_app.adapters.redis import PREFIX, Client, redis_errors
from slack_app.errors import RetryLater
from slack_app.model.jobs import NEWER_VERSION_SECONDS, Draft, NewerVersionError
from slack_app.model.users import SlackUser
from slack_app.ports.jobs import Drafts

KEPT_SECONDS = 3600


class RedisDrafts(Drafts):
    """The requests in Redis."""

    def __init__(self, redis: Client) -> None:
        self._redis = redis

    def save(self, draft: Draft, seconds: int = KEPT_SECONDS) -> str:
        draft_id = hashlib.sha256(draft.job.id.encode()).hexdigest()[:16]
        with redis_errors():
            self._redis.set(f"{PREFIX}draft:{draft_id}", draft.to_json(), ex=seconds)
        return draft_id

    def get(self, draft_id: str, person: SlackUser) -> Draft | None:
        with redis_errors():
            text = self._redis.get(f"{PREFIX}draft:{draft_id}")
        try:
            draft = Draft.from_json(text or "")
        except NewerVersionError as exc:  # in a rolling update: a worker of that version can read it
            raise RetryLater(NEWER_VERSION_SECONDS) from exc
        except ValueError:
            return None
        return draft if draft.job.person == person else None
