"""Gets a person the link that connects a tool, and brings it to them in private.

Each step looks first at what was already done of the job, so that a repeated job does only the rest.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from slack_app.errors import UpstreamError, UserError
from slack_app.features.answer import close_answer
from slack_app.model import Job, Link
from slack_app.ports import Clock, Messenger, Organizations, Platform, Progress, States


@dataclass(frozen=True, slots=True)
class Accepted:
    """The request was taken on."""

    connector_type: str


@dataclass(frozen=True, slots=True)
class StillWorking:
    """It takes longer than a person expects; the app keeps trying until `until` (epoch seconds)."""

    connector_type: str
    until: float


@dataclass(frozen=True, slots=True)
class LinkReady:
    """The link, for the direct message."""

    job: Job
    link: Link


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    """The link, for the private answer; `in_dm` says whether it stands in the direct message too."""

    job: Job
    link: Link
    in_dm: bool


@dataclass(frozen=True, slots=True)
class Connect:
    """The use case with what it needs; `link_seconds` is how long a link is offered."""

    organizations: Organizations
    platform: Platform
    states: States
    messenger: Messenger
    clock: Clock
    link_seconds: float

    def run(self, job: Job, progress: Progress) -> None:
        """Bring the link to the person. Raises UserError for what they are to be told, UpstreamError for the rest."""
        link = self._link(job, progress)
        self.states.remember(link, job.person)
        self._deliver(job, progress, link)

    def _link(self, job: Job, progress: Progress) -> Link:
        if progress.link is not None and progress.link.expires_at > self.clock():
            return progress.link
        organization_id = self.organizations.organization_of(job.person)
        if organization_id is None:
            raise UserError("workspace_unmapped", team_id=job.person.team_id)
        link = self._mint(job, organization_id)
        progress.record_link(link)
        return link

    def _mint(self, job: Job, organization_id: str) -> Link:
        try:
            answer = self.platform.authorize(organization_id, job.connector_type, job.parameters)
        except UpstreamError as exc:
            raise self._explained(exc, job, organization_id) from exc
        now = self.clock()
        return Link(
            url=answer.url,
            state=answer.state,
            host=answer.host,
            organization_id=organization_id,
            connector_type=job.connector_type,
            created_at=now,
            expires_at=now + self.link_seconds,
        )

    def _explained(self, refusal: UpstreamError, job: Job, organization_id: str) -> Exception:
        """Turn a refusal that waiting does not mend into what the person can be told."""
        if refusal.retryable:
            return refusal
        asked = {"connector_type": job.connector_type, "organization_id": organization_id}
        if refusal.status == 401:
            return UserError("platform_unauthorized", **asked)
        if refusal.status == 403:
            return UserError("platform_forbidden", **asked)
        if refusal.status in (400, 404, 422):
            names = self._connector_names(organization_id)
            if job.connector_type in names:
                return UserError("request_rejected", **asked, parameters=sorted(job.parameters))
            nearest = difflib.get_close_matches(job.connector_type, names, n=3, cutoff=0.5)
            return UserError("connector_unknown", **asked, nearest=nearest)
        return UserError("platform_fault", **asked)

    def _connector_names(self, organization_id: str) -> Sequence[str]:
        try:
            return self.platform.connector_names(organization_id)
        except UpstreamError:
            return []  # the answer is then without nearest names, and no later for it

    def _deliver(self, job: Job, progress: Progress, link: Link) -> None:
        """Post the direct message, then replace the private answer, which has to do if the first fails."""
        dm = progress.dm
        if dm is None:
            try:
                dm = self.messenger.post_dm(job.person, LinkReady(job, link))
            except UpstreamError:
                self.messenger.answer(job, LinkAnswer(job, link, in_dm=False))
                return
            progress.record_dm(dm)
        close_answer(self.messenger, job, dm, LinkAnswer(job, link, in_dm=True))
