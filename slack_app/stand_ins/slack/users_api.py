"""The methods about people: https://docs.slack.dev/reference/methods/users.info and users.list"""

from __future__ import annotations

import base64
from collections.abc import Callable

from slack_app.stand_ins.slack.arguments import Arguments
from slack_app.stand_ins.slack.errors import ApiError
from slack_app.stand_ins.slack.model import APP_USER, SLACKBOT, Person
from slack_app.stand_ins.slack.store import Store
from slack_app.stand_ins.slack.team import ORGANIZATION

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
        if self._store.team.is_org_wide and not arguments.get("team_id"):
            raise ApiError("missing_argument")
        everybody = self._everybody()
        ids = list(everybody)
        try:
            limit = int(arguments.get("limit") or 0)
        except ValueError:
            raise ApiError("invalid_limit") from None
        start = _place_of(str(arguments.get("cursor") or ""), ids)
        end = min(start + limit, len(ids)) if limit > 0 else len(ids)
        return {
            "members": [self._user_object(everybody[id_], is_listed=True) for id_ in ids[start:end]],
            "cache_ts": int(self._store.clock()),
            "response_metadata": {"next_cursor": _cursor(ids[end]) if end < len(ids) else ""},
        }

    def _everybody(self) -> dict[str, Person]:
        """Return the people, and the two that are none and are listed all the same: Slackbot, and the app itself."""
        slackbot = Person(SLACKBOT, "slackbot", "Slackbot")
        app = Person(APP_USER, "freddy_connect", "Freddy Connect", is_bot=True)
        return {SLACKBOT: slackbot, **self._store.people, APP_USER: app}

    def _user_object(self, person: Person, *, is_listed: bool = False) -> Arguments:
        """Return a user as Slack hands it out; of a deactivated one it tells no role.

        An organization's token is told the role in the organization: https://github.com/slackapi/bolt-js/issues/1566
        https://docs.slack.dev/reference/objects/user-object
        """
        if person.home:
            return self._stranger_object(person)
        owners = [other.id for other in self._store.people.values() if other.role in _OWNERS]
        is_org_wide = self._store.team.is_org_wide
        is_of_workspace = not is_org_wide or (is_listed and self._store.lists_roles)
        role = person.role if is_of_workspace else person.org_role
        flags = {
            "is_admin": role in ("admin", *_OWNERS),
            "is_owner": role in _OWNERS,
            "is_primary_owner": person.id in owners[:1] and is_of_workspace,
            "is_restricted": person.role in _GUESTS,
            "is_ultra_restricted": person.role == "single_channel_guest",
        }
        return {
            "id": person.id,
            "team_id": self._store.team_id,
            **self._in_organization(person),
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

    def _in_organization(self, person: Person) -> Arguments:
        store = self._store
        if not store.enterprise_id or person.is_bot or person.id == SLACKBOT:
            return {}
        theirs = [w for w in store.workspaces if w.enterprise_id == store.enterprise_id and person.id in w.people]
        return {
            "enterprise_user": {
                "id": person.id,
                "enterprise_id": store.enterprise_id,
                "enterprise_name": ORGANIZATION,
                "is_admin": person.org_role in ("admin", *_OWNERS),
                "is_owner": person.org_role in _OWNERS,
                "teams": [w.team_id for w in theirs],
            }
        }

    def _stranger_object(self, person: Person) -> Arguments:
        """https://docs.slack.dev/apis/slack-connect/using-slack-connect-with-apps#external-members"""
        org = {"id": person.id, "enterprise_id": person.home_org, "teams": [person.home]} if person.home_org else None
        return {
            "id": person.id,
            "team_id": person.home,
            "name": person.name.lower(),
            "profile": {"real_name": person.full_name, "display_name": person.name, "team": person.home},
            "deleted": person.is_deleted,
            "is_bot": person.is_bot,
            "is_stranger": False,  # true only of those who share no conversation with the app
            **({"enterprise_user": org} if org else {}),
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
