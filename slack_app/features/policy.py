"""Decides who may do what: whose jobs are done, which tools are offered, how many requests and links there are.

The rules are the admins' (`/connect setup`); whoever is unknown is not served.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import structlog

from slack_app.errors import DetailsNeeded, RetryLater, UpstreamError, UserError
from slack_app.features.credentials import setup_of
from slack_app.model.tasks import Permission, Task
from slack_app.model.tools import Connector
from slack_app.model.users import Known, Membership, Role, SlackUser
from slack_app.model.workspaces import Change, Setup
from slack_app.ports.slack import People
from slack_app.ports.workspaces import Limit, Limits, Setups

PERSON_LINKS, PERSON_SECONDS = 30, 600.0
"""More tools than anybody connects at once; whoever asks again for one gets the link that is out."""
ORGANIZATION_LINKS, ORGANIZATION_SECONDS = 1500, 900.0
"""The platform's documented ceiling of 100 requests a minute, over a quarter of an hour."""
REQUESTS, REQUESTS_SECONDS = 30, 60.0
"""Words, presses and openings of the App Home of one person: one every two seconds is more than anybody reads."""
REFUSALS_TOLD = 10
"""How often a minute they are told that it was too much: each telling costs a thread that others wait for."""
NOT_OFFERED = "connector_not_offered"
REFUSED = ("connector_unknown", "request_rejected", "platform_fault")
"""Why no link was made, where it was the request: a key that is not taken uses up nothing."""
STRANGER = "stranger"
"""The reason of whoever is not one of ours, a bot, or deactivated."""
FLOOD = "flood"
"""The reason of what comes after the person was told often enough that it was too much."""
UNTOLD = (STRANGER, FLOOD)
"""Why nothing is done, where nobody is told."""
OWNER_ONLY = "owner_only"
"""What is wrong where an admin would take a workspace to another organization than whoever set it up."""
AUDITED = frozenset(["not_admin", "guests_not_allowed", NOT_OFFERED, "connection_not_yours"])
"""Refusals by a rule of the admins, or of whose something is: they stand in the audit trail."""

log = structlog.get_logger("slack_app.policy")


def allowed_in(setup: Setup, connectors: Sequence[Connector]) -> Sequence[Connector]:
    """Return those of the tools that the admins offer."""
    return [
        connector
        for connector in connectors
        if not setup.allowed_connectors or connector.tool_key in setup.allowed_connectors
    ]


def placed(setups: Setups, person: SlackUser, known: Known, *, is_place_named: bool) -> SlackUser:
    """Return the person with their Grid, in the workspace whose organization they reach. Raises UpstreamError.

    Where the request does not say where it happened, it is the workspace of theirs that it names, as long as that or
    their Grid is mapped; else the one that is, if exactly one of theirs is. Where it does not say either that the
    workspace is of their Grid, that is believed of one of theirs alone.
    """
    grid_id = known.enterprise_id or person.enterprise_id
    if grid_id and not person.enterprise_id and person.team_id not in known.team_ids:
        person = replace(person, team_id=grid_id)
    person = replace(person, enterprise_id=grid_id)
    if is_place_named or setups.for_user(person):
        return person
    elsewhere = [replace(person, team_id=team_id) for team_id in known.team_ids]
    mapped = [there for there in elsewhere if setups.for_user(there)]
    return mapped[0] if len(mapped) == 1 else person


def is_stranger(person: SlackUser, known: Known) -> bool:
    """Return whether it is nobody of ours: Slack says so, or the request names a Grid that is not theirs.

    Then whoever has that id with us is somebody else.
    """
    is_of_another_grid = person.enterprise_id and known.enterprise_id not in (None, person.enterprise_id)
    return known.role is Role.NONE or bool(is_of_another_grid)


def is_kept_out(setup: Setup | None, role: Role | None) -> bool:
    """Return whether guests may not connect and the person is one, or may be one: nobody said their role yet."""
    return setup is not None and not setup.guests_allowed and role in (Role.GUEST, None)


def can_set_up(people: People, person: SlackUser) -> bool | None:
    """Return whether the person can set the app up, so that they are sent to nobody else; None where nobody knows."""
    try:
        return people.can_set_up(person)
    except (UserError, UpstreamError) as exc:
        log.info("role.unknown", team_id=person.team_id, **_why(exc))
        return None


def _why(exc: UserError | UpstreamError) -> dict[str, str | None]:
    """Return what the log says of it: what the person would be told, and Slack's own word."""
    cause = exc.__cause__ if isinstance(exc, UserError) else exc
    return {"reason": getattr(exc, "reason", None), "code": getattr(cause, "code", None)}


def _of_ours(role: Role | None) -> Role:
    """Return the role. Raises UserError for that of a stranger, a bot, or who was deactivated."""
    if role in (Role.NONE, None):
        raise UserError(STRANGER)
    return role


def refusal(person: SlackUser, reason: str, tool_key: str, now: float) -> Change:
    """Return what the audit trail says of a refusal: once a day, whoever tries again and again."""
    change_id = f"refused:{person.id}:{reason}:{tool_key}"
    return Change(now, person.team_id, person.user_id, "refused", f"{reason} {tool_key}".strip(), change_id)


@dataclass(frozen=True, slots=True)
class Policy:
    """The use case with what it needs."""

    setups: Setups
    people: People
    limits: Limits

    def identify(self, person: SlackUser, membership: Membership, *, is_place_named: bool = True) -> SlackUser:
        """Return the person with their Grid, as Slack says; `membership` is what their request said.

        Raises UserError for a stranger (also for whoever is unknown, where another workspace was named), UpstreamError.
        """
        if membership is Membership.STATED:
            if person.enterprise_id:
                self.people.note(person)
            elif not self.people.may_be_of_grid(person):
                return person
            if person.enterprise_id and (is_place_named or self.setups.for_user(person)):
                return person
        try:
            known = self.people.known(person)
        except UserError as exc:
            return self._unknown(person, membership, exc)
        except UpstreamError as exc:
            if exc.code != "not_installed":
                raise
            return self._unknown(person, membership, exc)
        if is_stranger(person, known):
            raise UserError(STRANGER)
        return placed(self.setups, person, known, is_place_named=is_place_named)

    def _unknown(self, person: SlackUser, membership: Membership, exc: UserError | UpstreamError) -> SlackUser:
        log.info("person.unknown", team_id=person.team_id, **_why(exc))
        if membership is Membership.CONFLICTING:
            raise UserError(STRANGER) from exc
        return person

    def check(self, task: Task, person: SlackUser) -> None:
        """Raise UserError when the person may not have such a job done; UpstreamError when nobody can say.

        What a setup is missing is for the handler to say; without one there is no rule about guests. Whoever turns out
        to be none of ours is told nothing: neither the rule nor who the admins are.
        """
        if task.permission is Permission.ADMIN:
            self._require_admin(person)
        if task.permission is Permission.CONNECT:
            self.check_guest(person)

    def check_guest(self, person: SlackUser) -> None:
        """Raise UserError for a guest, or for nobody of ours, where guests may not connect. Raises UpstreamError."""
        setup = self.setups.for_user(person)
        if setup and not setup.guests_allowed and _of_ours(self.people.known(person).role) is Role.GUEST:
            raise UserError("guests_not_allowed")

    def count_request(self, person: SlackUser, *, is_home: bool) -> None:
        """Count one request of the person. Raises UserError when there are too many.

        The App Home is counted apart: it also comes up to date by itself, after what the person does elsewhere. Of
        what is too much, one is done when the minute is over (RetryLater): it shows what the others would have shown.
        """
        kind, whose = "limit_home" if is_home else "limit_requests", person.id
        again_at = self.limits.take(kind, whose, REQUESTS, REQUESTS_SECONDS)
        if again_at is None:
            return
        untold_at = self.limits.take(f"{kind}_told", whose, 1 if is_home else REFUSALS_TOLD, REQUESTS_SECONDS)
        if untold_at is not None:
            raise UserError(FLOOD)
        if is_home:
            raise RetryLater(REQUESTS_SECONDS)
        raise UserError(kind, again_at=again_at)

    def _require_admin(self, person: SlackUser) -> None:
        if not _of_ours(self.people.role_of(person)).is_admin:
            raise UserError("not_admin", admins=list(self.people.admins_of(person)))

    def check_connector(self, person: SlackUser, connector: Connector) -> None:
        """Raise UserError when the tool is not offered where the person is; UpstreamError when nobody can say."""
        setup = setup_of(self.setups, person)
        if setup.allowed_connectors and connector.tool_key not in setup.allowed_connectors:
            raise UserError(NOT_OFFERED, connector_type=connector.tool_key, name=connector.name)

    def allowed_connectors(self, person: SlackUser, connectors: Sequence[Connector]) -> Sequence[Connector]:
        """Return those of the tools that are offered where the person is. Raises UserError, UpstreamError."""
        return allowed_in(setup_of(self.setups, person), connectors)

    def link_limits(self, person: SlackUser, organization_id: str) -> Sequence[Limit]:
        """Return of what one is taken when the person is to have a link."""
        return [
            Limit("limit_person", person.id, PERSON_LINKS, PERSON_SECONDS),
            Limit("limit_organization", organization_id, ORGANIZATION_LINKS, ORGANIZATION_SECONDS),
        ]

    @contextmanager
    def counted(self, person: SlackUser, organization_id: str, refused: Mapping[str, float]) -> Iterator[None]:
        """Take back what was counted when the link does not come about. Raises UserError when some were `refused`.

        Of the person it stays counted where the platform looked at the request and said no: whoever asks for what is
        none again and again uses up what the platform takes of the organization.
        """
        if refused:
            for limit in self.link_limits(person, organization_id):
                if limit.kind not in refused:
                    self.limits.give_back(limit.kind, limit.whose)
            reason, again_at = next(iter(refused.items()))
            raise UserError(reason, again_at=again_at)
        try:
            yield
        except BaseException as exc:
            self.limits.give_back("limit_organization", organization_id)
            if not isinstance(exc, DetailsNeeded) and getattr(exc, "reason", "") not in REFUSED:
                self.limits.give_back("limit_person", person.id)
            raise

    def give_back(self, person: SlackUser, organization_id: str) -> None:
        """Count one link less: it did not reach its person."""
        self.limits.give_back("limit_person", person.id)
        self.limits.give_back("limit_organization", organization_id)
