"""Keeps requests that wait: for what their person fills into a modal, or for an admin; modals and buttons carry the id.

    slack_app:draft:<id>              JSON: the job, and what it waits for; an hour, a week where an admin was asked;
                                      15 minutes where it holds the key that an admin typed into the setup, sealed
    slack_app:draft-response-url:<id> where to answer its person in private; 30 minutes after they asked, as long as
                                      Slack takes anything there
    slack_app:waiting-for-key:<person> set of the requests that wait for a key of the person's; an hour

An outage fails as every other in the work: the job stays where it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from slack_app.adapters.redis import PREFIX, Client, key_of, read_text, redis_errors
from slack_app.errors import RetryLater
from slack_app.model.jobs import NEWER_VERSION_SECONDS, RESPONSE_URL_SECONDS, Draft, NewerVersionError
from slack_app.model.users import SlackUser
from slack_app.ports.jobs import Drafts

KEPT_SECONDS = 3600


class RedisDrafts(Drafts):
    """The requests in Redis."""

    def __init__(self, redis: Client) -> None:
        self._redis = redis

    def save(self, draft: Draft, seconds: int = KEPT_SECONDS) -> str:
        draft_id = hashlib.sha256(draft.job.id.encode()).hexdigest()[:16]
        url, until = draft.job.response_url, draft.job.accepted_at + RESPONSE_URL_SECONDS
        kept = replace(draft, job=replace(draft.job, response_url=""))
        with redis_errors():
            if url:
                self._redis.set(_url_key(draft_id), url, exat=int(until))
            self._redis.set(f"{PREFIX}draft:{draft_id}", kept.to_json(), ex=seconds)
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
        if draft.job.person != person:
            return None
        url = draft.job.response_url or read_text(self._redis, _url_key(draft_id)) or ""  # version 0.1 kept it inside
        can_replace = draft.job.can_replace and bool(url)
        person = person.at(draft.job.person)
        return replace(draft, job=replace(draft.job, person=person, response_url=url, can_replace=can_replace))

    def wait_for_key(self, draft_id: str, person: SlackUser) -> None:
        with redis_errors():
            self._redis.sadd(_waiting_key(person), draft_id)
            self._redis.expire(_waiting_key(person), KEPT_SECONDS)

    def waiting_for_key(self, person: SlackUser) -> Sequence[str]:
        with redis_errors():
            return sorted(self._redis.smembers(_waiting_key(person)))

    def stop_waiting_for_key(self, person: SlackUser, draft_ids: Sequence[str]) -> None:
        if draft_ids:
            with redis_errors():
                self._redis.srem(_waiting_key(person), *draft_ids)


def _waiting_key(person: SlackUser) -> str:
    return f"{PREFIX}waiting-for-key:{key_of(person)}"


def _url_key(draft_id: str) -> str:
    return f"{PREFIX}draft-response-url:{draft_id}"
