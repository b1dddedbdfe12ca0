"""Keeps who waits for which help of their admins, and which causes the admins have been told of today.

    slack_app:{asks:<workspace>}:causes          set: what people wait for
    slack_app:{asks:<workspace>}:waiting:<cause> hash: draft id -> the person who waits with it (JSON)
    slack_app:{asks:<workspace>}:posts:<cause>   list: where the admins were asked (JSON), the last ten
    slack_app:{asks:<workspace>}:told:<cause>    a mark for a day: the admins have been told
    slack_app:{asks:<Grid>}:workspaces           set: where in an Enterprise Grid people wait
                                                 all but the mark live a week from the last time somebody asked

An outage fails as every other in the work: the job stays where it is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from slack_app.adapters.redis import PREFIX, Client, redis_errors
from slack_app.model.messages import AdminPost
from slack_app.model.stored import read_record
from slack_app.model.users import SlackUser
from slack_app.ports.workspaces import Asks

KEPT_SECONDS = 7 * 24 * 3600
TOLD_SECONDS = 24 * 3600
MOST_POSTS = 10

_CLOSE = """
-- Who asked since the caller read the list waits on; the admins can be told again for them.
for i = 2, #ARGV do redis.call('HDEL', KEYS[2], ARGV[i]) end
redis.call('DEL', KEYS[3], KEYS[4])
if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('SREM', KEYS[1], ARGV[1]) end
"""


class RedisAsks(Asks):
    """The requests for help in Redis."""

    def __init__(self, redis: Client) -> None:
        self._redis = redis
        self._close = redis.register_script(_CLOSE)

    def wait(self, cause: str, person: SlackUser, draft_id: str) -> None:
        causes, waiting, *_ = _keys(person.team_id, cause)
        if person.enterprise_id:
            self._note_workspace(person.enterprise_id, person.team_id)
        with redis_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.sadd(causes, cause)
            pipe.expire(causes, KEPT_SECONDS)
            pipe.hset(waiting, draft_id, json.dumps(asdict(person)))
            pipe.expire(waiting, KEPT_SECONDS)
            pipe.execute()

    def _note_workspace(self, grid_id: str, workspace_id: str) -> None:
        with redis_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.sadd(_workspaces(grid_id), workspace_id)
            pipe.expire(_workspaces(grid_id), KEPT_SECONDS)
            pipe.execute()

    def workspaces_of(self, grid_id: str) -> Sequence[str]:
        with redis_errors():
            return sorted(self._redis.smembers(_workspaces(grid_id)))

    def claim_notification(self, workspace_id: str, cause: str, job_id: str) -> bool:
        told = _keys(workspace_id, cause)[2]
        with redis_errors():
            held = self._redis.set(told, job_id, nx=True, get=True, ex=TOLD_SECONDS)
        return held in (None, job_id)

    def reset_notification(self, workspace_id: str, cause: str) -> None:
        with redis_errors():
            self._redis.delete(_keys(workspace_id, cause)[2])

    def causes(self, workspace_id: str) -> Sequence[str]:
        with redis_errors():
            return sorted(self._redis.smembers(_keys(workspace_id, "")[0]))

    def waiting(self, workspace_id: str, cause: str) -> Sequence[tuple[SlackUser, str]]:
        with redis_errors():
            stored: dict[str, str] = self._redis.hgetall(_keys(workspace_id, cause)[1])
        return [(person, draft_id) for draft_id, text in stored.items() if (person := _person(text))]

    def save_post(self, cause: str, post: AdminPost) -> None:
        posts = _keys(post.admin.team_id, cause)[3]
        with redis_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.rpush(posts, json.dumps(asdict(post)))
            pipe.ltrim(posts, -MOST_POSTS, -1)
            pipe.expire(posts, KEPT_SECONDS)
            pipe.execute()

    def posts(self, workspace_id: str, cause: str) -> Sequence[AdminPost]:
        with redis_errors():
            stored: list[str] = self._redis.lrange(_keys(workspace_id, cause)[3], 0, -1)
        return [post for text in stored if (post := _post(text))]

    def close(self, workspace_id: str, cause: str, draft_ids: Sequence[str]) -> None:
        with redis_errors():
            self._close(keys=_keys(workspace_id, cause), args=[cause, *draft_ids])


def _keys(workspace_id: str, cause: str) -> list[str]:
    key = f"{PREFIX}{{asks:{workspace_id}}}:"
    return [f"{key}causes", f"{key}waiting:{cause}", f"{key}told:{cause}", f"{key}posts:{cause}"]


def _workspaces(grid_id: str) -> str:
    return f"{PREFIX}{{asks:{grid_id}}}:workspaces"


def _post(stored: str) -> AdminPost | None:
    try:
        return read_record(AdminPost, stored)
    except ValueError:
        return None


def _person(stored: str) -> SlackUser | None:
    try:
        return read_record(SlackUser, stored)
    except ValueError:
        return None
