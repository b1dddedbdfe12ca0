"""Makes a link at the platform: whose turn it is, what the tool needs, what a refusal means to the person."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass

from slack_app.errors import DetailsNeeded, RetryLater, UpstreamError, UserError
from slack_app.features.dependencies import Dependencies
from slack_app.features.names import Names, log_known, unknown
from slack_app.features.policy import Policy
from slack_app.features.search import exact
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import Job
from slack_app.model.links import Link, PendingLink
from slack_app.model.tools import Connection
from slack_app.model.workspaces import Credentials, KeyMode

SNAPSHOT_SECONDS = 3.0
TURN_PATIENCE_SECONDS = 3600.0
STATELESS = frozenset(["clickup"])
"""Tools whose provider gives no state back: two people of one organization at once could be crossed."""


@dataclass(frozen=True, slots=True)
class InTurn(MessageFact):
    """Somebody else of the organization is connecting the tool, and only one can at a time."""

    connector_type: str


@dataclass(frozen=True, slots=True)
class CreateLink:
    """The use case with what it needs."""

    deps: Dependencies
    names: Names
    policy: Policy

    def __call__(self, job: Job, credentials: Credentials, name: str) -> PendingLink:
        """Make a link and keep it. Raises UserError, DetailsNeeded, RetryLater, UpstreamError."""
        needed = self.deps.required_details.get(job.connector_type, ())
        if not all(job.parameters.get(key) for key in needed):
            raise DetailsNeeded(job.connector_type, name, needed)
        is_only = job.connector_type in STATELESS
        if is_only:
            self._wait_for_turn(job, credentials.organization_id)
        with self.policy.counted(job.person, credentials.organization_id):
            before = self.deps.background.submit(
                self.deps.platform.connections_of, credentials, job.connector_type, is_for_link=True
            )
            live = PendingLink(
                id=secrets.token_hex(8),
                person=job.person,
                link=self._authorize(job, credentials, name),
                parameters=dict(job.parameters),
                connections_before=_snapshot(before),
                reference=job.reference,
            )
            self.deps.links.publish(live, job, is_only=is_only)
        return live

    def _wait_for_turn(self, job: Job, organization_id: str) -> None:
        if self.deps.links.take_turn(organization_id, job.connector_type, job):
            return
        if self.deps.clock() > job.accepted_at + TURN_PATIENCE_SECONDS:
            raise UserError("turn_too_late", connector_type=job.connector_type)
        raise RetryLater(2.0, InTurn(job.connector_type))

    def _authorize(self, job: Job, credentials: Credentials, name: str) -> Link:
        try:
            answer = self.deps.platform.authorize(credentials, job.connector_type, job.parameters)
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

    def _explained(self, refusal: UpstreamError, job: Job, credentials: Credentials, name: str) -> Exception:
        """Turn a refusal that waiting does not solve into what the person can be told."""
        if refusal.retryable:
            return refusal
        asked = {"connector_type": job.connector_type, "organization_id": credentials.organization_id}
        if refusal.status == 401 and credentials.key_mode is KeyMode.PER_USER:
            return UserError("key_refused", organization_id=credentials.organization_id)
        if refusal.status == 401:
            return UserError("platform_unauthorized", **asked)
        if refusal.status == 403:
            return UserError("platform_forbidden", **asked)
        if refusal.fields:
            keys = [*self.deps.required_details.get(job.connector_type, ()), *refusal.fields]
            return DetailsNeeded(job.connector_type, name, list(dict.fromkeys(keys)))
        if refusal.status in (400, 404, 422):
            connectors = self.names.fetch_or_none(credentials)
            if exact(job.connector_type, connectors):
                return UserError("request_rejected", **asked, parameters=sorted(job.parameters))
            return unknown(job.connector_type, connectors, organization_id=credentials.organization_id)
        return UserError("platform_fault", **asked)


def _snapshot(before: Future[Sequence[Connection]]) -> Mapping[str, str] | None:
    """Return what was connected before the link is shown; None when the platform does not say in time."""
    try:
        return {connection.id: connection.created_at for connection in before.result(SNAPSHOT_SECONDS)}
    except (UpstreamError, FutureTimeout):
        return None
