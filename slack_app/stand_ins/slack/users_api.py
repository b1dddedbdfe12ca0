"""The methods about people: https://docs.slack.dev/reference/methods/users.info and users.list"""

from __future__ import annotations

import base64
from collections.abc import Callable

from slack_app.stand_ins.slack.arguments import Arguments
from slack_app.stand_ins.slack.errors import ApiError
from slack_app.stand_ins.slack.model import APP_USER, SLACKBOT, Person
from slack_app.stand_ins.slack.store import Store

MADE_AT = 1_700_000_000
_CURSOR = "user:"
_OWNERS = ("owner",)
_GUESTS = ("guest", "single_channel_guest")


class UsersApi:
    """What the app may know of who is in one workspace."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.methods: dict[str, Callable[[Arguments], Arguments]] = {
            "users.info": self._info,
            "users.list": self._list,
        }

    def _info(self, arguments: Arguments) -> Arguments:
        person = self._everybody().get(str(arguments.get("user", "")))
        if person is None:
            raise ApiError("user_not_found")
        return {"user": self._user_object(person)}

    def _list(self, arguments: Arguments) -> Arguments:
        """Return a page of the people: https://docs.slack.dev/apis/web-api/pagination"""
        everybody = self._everybody()
        ids = list(everybody)
        try:
            limit = int(arguments.get("limit") or 0)
        except ValueError:
            raise ApiError("invalid_limit") from None
        start = _place_of(str(arguments.get("cursor") or ""), ids)
        end = min(start + limit, len(ids)) if limit > 0 else len(ids)
        return {
            "members": [self._user_object(everybody[id_]) for id_ in ids[start:end]],
            "cache_ts": int(self._store.clock()),
            "response_metadata": {"next_cursor": _cursor(ids[end]) if end < len(ids) else ""},
        }

    def _everybody(self) -> dict[str, Person]:
        """Return the people, and the two that are none and are listed all the same: Slackbot, and the app itself."""
        slackbot = Person(SLACKBOT, "slackbot", "Slackbot")
        app = Person(APP_USER, "freddy_connect", "Freddy Connect", is_bot=True)
        return {SLACKBOT: slackbot, **self._store.people, APP_USER: app}

    def _user_object(self, person: Person) -> Arguments:
        """Return a user as Slack hands it out; of a deactivated one it tells no role.

        https://docs.slack.dev/reference/objects/user-object
        """
        owners = [other.id for other in self._store.people.values() if other.role in _OWNERS]
        flags = {
            "is_admin": person.is_admin,
            "is_owner": person.role in _OWNERS,
            "is_primary_owner": person.id in owners[:1],
            "is_restricted": person.role in _GUESTS,
            "is_ultra_restricted": person.role == "single_channel_guest",
        }
        return {
            "id": person.id,
            "team_id": self._store.team_id,
            "name": person.name.lower(),
            "real_name": person.full_name,
            "deleted": person.is_deleted,
            "profile": {
                "real_name": person.full_name,
                "display_name": person.name,
                "team": self._store.team_id,
            },
            **({} if person.is_deleted else flags),
            "is_bot": person.is_bot,
            "is_app_user": False,
            "updated": MADE_AT,
        }


def _cursor(user_id: str) -> str:
    return base64.b64encode(f"{_CURSOR}{user_id}".encode()).decode()


def _place_of(cursor: str, ids: list[str]) -> int:
    if not cursor:
        return 0
    try:
        return ids.index(base64.b64decode(cursor, validate=True).decode().removeprefix(_CURSOR))
    except ValueError:
        raise ApiError("invalid_cursor") from None
