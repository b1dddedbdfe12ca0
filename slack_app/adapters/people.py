"""Knows who is who in Slack, and who the admins of a workspace are.

    slack_app:admins:<enterprise>:<team>   JSON: the ids of admins and owners; ten minutes

A role is asked for each time that it matters; only the list of admins, which takes many calls, is kept. An outage of
Slack fails closed, and so does a Slack that does not let us look: then the person is told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from slack_sdk import WebClient

from slack_app.adapters.redis import PREFIX, Client, read_text, redis_errors
from slack_app.adapters.slack_errors import slack_errors
from slack_app.errors import UpstreamError, UserError
from slack_app.model.stored import read_record
from slack_app.model.users import Role, SlackUser
from slack_app.ports.slack import People

KEPT_SECONDS = 600
PAGE = 400
MOST_PAGES = 20
"""As many calls as Slack allows in a minute, so that a try after a pause comes to the end (8,000 people)."""
UNKNOWN = frozenset(["user_not_found", "user_not_visible"])
MOST_ADMINS = 5
"""How many are named and asked; everybody in a large company would be too many."""


class SlackPeople(People):
    """The people of the workspaces; `client_for` gives the client that may ask about a person."""

    def __init__(self, client_for: Callable[[SlackUser], WebClient], redis: Client) -> None:
        self._client_for = client_for
        self._redis = redis

    def role_of(self, person: SlackUser) -> Role:
        """Return what the person is in their workspace now. Raises UserError when Slack does not let us look.

        https://docs.slack.dev/reference/methods/users.info
        """
        try:
            client = self._client_for(person)
            with slack_errors():
                return _role(client.users_info(user=person.user_id)["user"])
        except UpstreamError as exc:
            if exc.code in UNKNOWN:
                return Role.NONE
            raise _explained(exc) from exc

    def admins_of(self, person: SlackUser) -> Sequence[str]:
        """Return the ids of a few admins of the person's workspace, owners first. Raises as `role_of` does.

        https://docs.slack.dev/reference/methods/users.list
        """
        key = f"{PREFIX}admins:{person.enterprise_id or ''}:{person.team_id}"
        with suppress(ValueError):  # what cannot be read is read anew from Slack
            return read_record(list[str], read_text(self._redis, key) or "")
        try:
            found = self._read(person)
        except UpstreamError as exc:
            raise _explained(exc) from exc
        with redis_errors():
            self._redis.set(key, json.dumps(found), ex=KEPT_SECONDS)
        return found

    def _read(self, person: SlackUser) -> list[str]:
        client, cursor = self._client_for(person), ""
        owners: list[str] = []
        admins: list[str] = []
        for _ in range(MOST_PAGES):
            with slack_errors():
                page = client.users_list(limit=PAGE, cursor=cursor, team_id=person.team_id)
                for user in page["members"]:
                    role = _role(user)
                    if role is Role.OWNER:
                        owners.append(str(user["id"]))
                    elif role is Role.ADMIN:
                        admins.append(str(user["id"]))
                cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor or len(owners) + len(admins) >= MOST_ADMINS:
                break
        return [*owners, *admins][:MOST_ADMINS]


def _explained(exc: UpstreamError) -> Exception:
    """Turn a refusal that waiting does not solve, such as a missing scope, into what the person can be told."""
    if exc.service != "slack" or exc.retryable or exc.code == "not_installed":
        return exc
    return UserError("people_unseen")


def _role(user: Mapping[str, Any]) -> Role:
    """Read a user object; nobody is an admin but by a plain `true`. Raises TypeError for what is no user.

    https://docs.slack.dev/reference/objects/user-object
    """
    if not isinstance(user["id"], str):
        raise TypeError("not a user")
    if user.get("deleted") or user.get("is_bot") or user.get("is_stranger") or user.get("id") == "USLACKBOT":
        return Role.NONE
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Role.GUEST
    if user.get("is_owner") is True or user.get("is_primary_owner") is True:
        return Role.OWNER
    return Role.ADMIN if user.get("is_admin") is True else Role.MEMBER
