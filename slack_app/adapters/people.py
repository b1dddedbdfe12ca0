"""Knows who is who in Slack, and who the admins of a workspace are.

    slack_app:admins:<enterprise>:<team>   JSON: the ids of admins and owners, and which they are; ten minutes

An admin's role is asked for each time that it matters; the list of admins, which takes many calls, is kept, and who
somebody is at all (known.py). An outage of Slack fails closed, and so does a Slack that does not let us look: then the
person is told.

A token of a whole Grid says who is an admin of the Grid, not of a workspace (https://github.com/slackapi/bolt-js/issues/1566):
there the list of the workspace's people is read, too; where that names no admin at all, whoever installed the app may
set it up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

import structlog
from slack_sdk import WebClient

from slack_app.adapters.known import KnownPeople
from slack_app.adapters.redis import PREFIX, Client, read_text, redis_errors
from slack_app.adapters.slack_errors import slack_errors
from slack_app.errors import UpstreamError, UserError
from slack_app.model.stored import as_record, read_record
from slack_app.model.users import Known, Role, SlackUser
from slack_app.ports.slack import People

KEPT_SECONDS = 600
PAGE = 400
MOST_PAGES = 20
"""As many calls as Slack allows in a minute, (8,000 people); the next try goes on from there.

https://docs.slack.dev/reference/methods/users.list (tier 2)
"""
UNREAD_SECONDS = 60.0
UNKNOWN = frozenset(["user_not_found", "user_not_visible"])
Place = tuple[str | None, str | None]
"""A Grid and a workspace."""
MOST_ADMINS = 5
"""How many are named and asked; everybody in a large company would be too many."""

log = structlog.get_logger("slack_app.people")


@dataclass(frozen=True, slots=True)
class Admins:
    """The admins of a workspace with their roles, owners first, and those of its Grid; a few of them outside of one.

    `cursor` is where Slack's list goes on, where it was not read to its end.
    """

    of_workspace: dict[str, Role]
    of_grid: list[str]
    cursor: str = ""


class SlackPeople(People):
    """The people of the workspaces.

    `client_for` gives the client that may ask about a person; `installed_in` and `installer_of` say of which Grid and
    which workspace the installation is that serves them (an org-wide one of no workspace), and who made it; `grids`
    which Grids have an org-wide one.
    """

    def __init__(
        self,
        client_for: Callable[[SlackUser], WebClient],
        redis: Client,
        installed_in: Callable[[SlackUser], Place],
        installer_of: Callable[[SlackUser], str | None],
        grids: Callable[[], Sequence[str]] = list,
    ) -> None:
        self._client_for = client_for
        self._redis = redis
        self._installed_in = installed_in
        self._installer_of = installer_of
        self._grids = grids
        self._known = KnownPeople(redis)

    def role_of(self, person: SlackUser) -> Role:
        """Return what the person is in their workspace now. Raises UserError when Slack does not let us look."""
        found = self._ask(person)
        if found.role is not Role.MEMBER or not found.enterprise_id:
            return found.role or Role.NONE
        admins = Admins({}, [])
        with suppress(UserError):  # a workspace whose people we may not list has no admin that we know
            admins = self._admins(person)
        if admins.cursor and person.user_id not in admins.of_workspace:
            raise _unread()
        if not admins.of_workspace and self._installer_of(person) == person.user_id:
            return Role.ADMIN
        return admins.of_workspace.get(person.user_id, Role.MEMBER)

    def can_set_up(self, person: SlackUser) -> bool | None:
        """Return whether the person is an admin, as Slack said lately; None where a list would have to be read first.

        It is only to be shown: what somebody may do, `role_of` says. Raises as that does.
        """
        known = self.known(person)
        if known.role is not Role.MEMBER or not known.enterprise_id:
            return known.role in (Role.OWNER, Role.ADMIN)
        admins = self._kept_admins(person)
        if admins is None or (admins.cursor and person.user_id not in admins.of_workspace):
            return None
        is_installer = not admins.of_workspace and self._installer_of(person) == person.user_id
        return is_installer or person.user_id in admins.of_workspace

    def known(self, person: SlackUser) -> Known:
        """Return who the person is, as Slack said within the last hour. Raises as `role_of` does.

        A Grid that the request does not name is asked for anew: the workspace may have left it since.
        """
        known = self._known.recall(person)
        if known and known.role is Role.NONE:
            return known
        if known is None or known.role is None or known.enterprise_id not in (None, person.enterprise_id):
            known = self._find(person)
            self._known.save(person, known)
        return known

    def may_be_of_grid(self, person: SlackUser) -> bool:
        grid_id, team_id = self._installed_in(person)
        return grid_id is not None or team_id is None

    def _find(self, person: SlackUser) -> Known:
        """Ask Slack who the person is; with no Grid named, and no installation found, as somebody of each Grid."""
        try:
            return self._ask(person)
        except UpstreamError as exc:
            if exc.code != "not_installed" or person.enterprise_id:
                raise
            refusal: Exception = exc
        for grid_id in self._grids():
            try:
                known = self._ask(replace(person, enterprise_id=grid_id))
            except (UpstreamError, UserError) as exc:  # one Grid's trouble is not another's
                refusal = exc
            else:
                if known.role is not Role.NONE:
                    return known
        raise refusal

    def note(self, person: SlackUser) -> None:
        self._known.note(person)

    def _ask(self, person: SlackUser) -> Known:
        """Ask Slack who the person is: https://docs.slack.dev/reference/methods/users.info"""
        try:
            client = self._client_for(person)
            with slack_errors():
                user = client.users_info(user=person.user_id)["user"]
                grid = user.get("enterprise_user")
                enterprise_id = as_record(str, grid["enterprise_id"]) if grid else None
                team_ids = as_record(tuple[str, ...], grid.get("teams") or ()) if grid else ()
                role = _role(user)
                is_ours = role is not Role.NONE and self._is_ours(user, person)
        except UpstreamError as exc:
            if exc.code in UNKNOWN:  # nobody of ours: they are told nothing, so the log says on whose word
                log.info("person.unknown", code=exc.code, team_id=person.team_id)
                return Known(None, Role.NONE)
            raise _explained(exc) from exc
        return Known(enterprise_id, role if is_ours else Role.NONE, team_ids)

    def _is_ours(self, user: Mapping[str, Any], person: SlackUser) -> bool:
        """Return whether it is somebody of the workspace, or of its Grid.

        Nothing that the request named counts: it may be the stranger's own. Of them Slack tells their own ids:
        https://docs.slack.dev/apis/slack-connect/using-slack-connect-with-apps#external-members
        """
        grid_id, team_id = self._installed_in(person)
        grid = user.get("enterprise_user")
        if grid:
            return grid["enterprise_id"] == grid_id or team_id in (grid.get("teams") or ())
        return user.get("team_id") in (None, team_id, grid_id)

    def admins_of(self, person: SlackUser) -> Sequence[str]:
        """Return the ids of a few admins of the person's workspace, owners first. Raises as `role_of` does.

        https://docs.slack.dev/reference/methods/users.list
        """
        admins = self._admins(person)
        found = [*admins.of_workspace, *admins.of_grid][:MOST_ADMINS]
        if admins.cursor and not found:
            raise _unread()
        return found

    def _admins(self, person: SlackUser) -> Admins:
        """Return the admins as far as they were read; what is left of a long list is read by the next call."""
        kept = self._kept_admins(person)
        if kept and not kept.cursor:
            return kept
        try:
            found = self._read(person, kept or Admins({}, []))
        except UpstreamError as exc:
            raise _explained(exc) from exc
        with redis_errors():
            self._redis.set(_admins_key(person), json.dumps(asdict(found)), ex=KEPT_SECONDS)
        return found

    def _kept_admins(self, person: SlackUser) -> Admins | None:
        with suppress(ValueError):  # what cannot be read is read anew from Slack
            return read_record(Admins, read_text(self._redis, _admins_key(person)) or "")
        return None

    def _read(self, person: SlackUser, before: Admins) -> Admins:
        """Read on where the list was left. Raises UpstreamError, unless some of it was read."""
        client, cursor = self._client_for(person), before.cursor
        roles, of_grid = dict(before.of_workspace), list(before.of_grid)
        for number in range(MOST_PAGES):
            try:
                with slack_errors():
                    page = client.users_list(limit=PAGE, cursor=cursor, team_id=person.team_id)
                    for user in page["members"]:
                        role = _role(user)
                        if role.is_admin and _is_admin_of_grid(user):
                            of_grid.append(str(user["id"]))
                        elif role.is_admin:
                            roles[str(user["id"])] = role
                    cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            except UpstreamError as exc:
                if number and exc.retryable:
                    break
                raise
            if not cursor or (not person.enterprise_id and len(roles) >= MOST_ADMINS):
                cursor = ""
                break
        owners_first = sorted(roles.items(), key=lambda found: found[1] is not Role.OWNER)
        return Admins(dict(owners_first), of_grid, cursor)


def _admins_key(person: SlackUser) -> str:
    return f"{PREFIX}admins:{person.enterprise_id or ''}:{person.team_id}"


def _unread() -> UpstreamError:
    """Return the error for a list that goes on: who is an admin stands further down, and is read in the next minute."""
    return UpstreamError("slack", retryable=True, retry_after=UNREAD_SECONDS, code="people_unread")


def _explained(exc: UpstreamError) -> Exception:
    """Turn a refusal that waiting does not solve, such as a missing scope, into what the person can be told."""
    if exc.service != "slack" or exc.retryable or exc.code == "not_installed":
        return exc
    return UserError("people_unseen")


def _is_admin_of_grid(user: Mapping[str, Any]) -> bool:
    grid = user.get("enterprise_user") or {}
    return grid.get("is_owner") is True or grid.get("is_admin") is True


def _role(user: Mapping[str, Any]) -> Role:
    """Read a user object; nobody is an admin but by a plain `true`. Raises TypeError for what is no user.

    Who is an admin of a whole Grid is one of each of its workspaces.

    https://docs.slack.dev/reference/objects/user-object
    """
    if not isinstance(user["id"], str):
        raise TypeError("not a user")
    if user.get("deleted") or user.get("is_bot") or user.get("is_stranger") or user.get("id") == "USLACKBOT":
        return Role.NONE
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Role.GUEST
    grid = user.get("enterprise_user") or {}
    if any(said is True for said in (user.get("is_owner"), user.get("is_primary_owner"), grid.get("is_owner"))):
        return Role.OWNER
    is_admin = any(said is True for said in (user.get("is_admin"), grid.get("is_admin")))
    return Role.ADMIN if is_admin else Role.MEMBER
