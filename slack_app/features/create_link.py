"""Makes a link at the platform: whose turn it is, what the tool needs, what a refusal means to the person."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from functools import partial

from slack_app.errors import DetailsNeeded, RetryLater, UpstreamError, UserError
from slack_app.features.dependencies import Dependencies
from slack_app.features.details import as_asked
from slack_app.features.names import Names, log_known, unknown
from slack_app.features.ownership import OwnershipRules, is_shared
from slack_app.features.policy import Policy
from slack_app.features.search import exact
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import Job
from slack_app.model.links import Authorization, Link, PendingLink
from slack_app.model.parameters import canonical
from slack_app.model.tools import Connection
from slack_app.model.workspaces import Credentials, KeyMode
from slack_app.ports.jobs import Progress
from slack_app.ports.links import Begun
from slack_app.secret_shapes import is_secret_name

SNAPSHOT_SECONDS = 3.0
TURN_PATIENCE_SECONDS = 3600.0
STATELESS = frozenset(["clickup"])
"""Tools whose provider gives no state back: two people of one organization at once could be crossed."""


@dataclass(frozen=True, slots=True)
class InTurn(MessageFact):
    """Somebody else of the organization is connecting the tool, and only one can at a time."""

    connector_type: str


class AlreadyConnected(Exception):
    """The person has connected the tool, and did not say that they want it once more."""

    def __init__(self, connections: Sequence[Connection]) -> None:
        super().__init__(f"{len(connections)} connected")
        self.connections = connections


@dataclass(frozen=True, slots=True)
class CreateLink:
    """The use case with what it needs."""

    deps: Dependencies
    names: Names
    policy: Policy
    ownership: OwnershipRules

    def __call__(self, job: Job, progress: Progress, credentials: Credentials, name: str, begun: Begun) -> PendingLink:
        """Make a link and keep it. Raises UserError, DetailsNeeded, AlreadyConnected, RetryLater, UpstreamError.

        Nobody waits for the list of what is connected before a first link: it is read while the link is made, and only
        of whom it is known that they have connected the tool, first.
        """
        is_only = job.connector_type in STATELESS
        with self.policy.counted(job.person, credentials.organization_id, begun.refused):
            needed = self.deps.required_details.get(job.connector_type, ())
            if not all(job.parameters.get(key) for key in needed):
                raise DetailsNeeded(job.connector_type, name, needed)
            if is_only:
                self._wait_for_turn(job, credentials.organization_id)
            is_first = not self.ownership.own(credentials, job.person, begun.known or [])
            ask = partial(self.deps.platform.connections_of, is_for_link=True, is_counted=not is_first)
            before = self.deps.background.submit(ask, credentials, job.connector_type)
            if not is_first:
                self._check_is_new(job, credentials, begun, _result(before))
            link = self._authorize(job, credentials, name)
            connected = _result(before)
            self._check_is_new(job, credentials, begun, connected)
            live = PendingLink(
                id=secrets.token_hex(8),
                person=job.person,
                link=link,
                parameters=dict(job.parameters),
                connections_before=None if connected is None else {c.id: c.created_at for c in connected},
                reference=job.reference,
                explains_key=is_shared(credentials) and not begun.is_key_explained,
            )
            is_refresh_due = self.deps.link_steps.publish(live, job, begun, connected, is_only=is_only)
        progress.note_link(live.id)
        if is_refresh_due:
            self.names.fetch_in_background(credentials)
        return live

    def _check_is_new(
        self, job: Job, credentials: Credentials, begun: Begun, connected: Sequence[Connection] | None
    ) -> None:
        """Raise AlreadyConnected, unless the person said that they want another: by the button, or with details."""
        if job.target_id or job.parameters or not connected:
            return
        if own := self.ownership.own(credentials, job.person, connected):
            self.deps.catalogue.keep_connections(credentials, job.connector_type, begun.listed, connected)
            raise AlreadyConnected(own)

    def _wait_for_turn(self, job: Job, organization_id: str) -> None:
        if self.deps.links.take_turn(organization_id, job.connector_type, job):
            return
        if self.deps.clock() > job.accepted_at + TURN_PATIENCE_SECONDS:
            raise UserError("turn_too_late", connector_type=job.connector_type)
        raise RetryLater(2.0, InTurn(job.connector_type))

    def _authorize(self, job: Job, credentials: Credentials, name: str) -> Link:
        try:
            answer = self._answer(job, credentials)
        except UpstreamError as exc:
            raise self._explained(exc, job, credentials, name) from exc
        log_known(job.connector_type)
        now = self.deps.clock()
        return Link(
            url=answer.url,
            state=answer.state,
            host=answer.host,
            organization_id=credentials.organization_id,
            connector_type=job.connector_type,
            created_at=now,
            expires_at=now + self.deps.link_seconds,
            name=name,
            fingerprint=credentials.fingerprint,
        )

    def _answer(self, job: Job, credentials: Credentials) -> Authorization:
        """Ask for a link; where the refusal names kinds, what was typed is converted, and tried once more."""
        authorize, tool_key = self.deps.platform.authorize, job.connector_type
        try:
            return authorize(credentials, tool_key, job.parameters)
        except UpstreamError as exc:
            fitting = as_asked(job.parameters, exc.fields)
            if canonical(fitting) == canonical(job.parameters):
                raise
        return authorize(credentials, tool_key, fitting)

    def _explained(self, refusal: UpstreamError, job: Job, credentials: Credentials, name: str) -> Exception:
        """Turn a refusal that waiting does not solve into what the person can be told."""
        if refusal.retryable:
            return refusal
        asked = {
            "connector_type": job.connector_type,
            "organization_id": credentials.organization_id,
            "name": name,
        }
        if refusal.status == 401 and credentials.key_mode is KeyMode.PER_USER:
            return UserError("key_refused", organization_id=credentials.organization_id)
        if refusal.status == 401:
            return UserError("platform_unauthorized", **asked)
        if refusal.status == 403:
            return UserError("platform_forbidden", **asked)
        if refusal.fields:
            keys = [*self.deps.required_details.get(job.connector_type, ()), *refusal.fields]
            if any(map(is_secret_name, refusal.fields)):
                return UserError("secret_needed", connector_type=job.connector_type, name=name)
            return DetailsNeeded(job.connector_type, name, list(dict.fromkeys(keys)), refusal.fields)
        if refusal.status in (400, 404, 422):
            try:
                connectors = self.names.fetch(credentials)
            except UpstreamError as exc:
                if exc.service != "platform":
                    raise
                if exc.status in (400, 404, 422):  # nothing is wrong with the request for a list
                    return UserError("organization_unknown", **asked)
                connectors = []
            if exact(job.connector_type, connectors):
                return UserError("request_rejected", **asked, parameters=sorted(job.parameters))
            return unknown(job.connector_type, connectors, organization_id=credentials.organization_id)
        return UserError("platform_fault", **asked)


def _result(before: Future[Sequence[Connection]]) -> Sequence[Connection] | None:
    """Return what was connected before the link is shown; None when the platform does not say in time."""
    try:
        return before.result(SNAPSHOT_SECONDS)
    except (UpstreamError, FutureTimeout):
        return None
