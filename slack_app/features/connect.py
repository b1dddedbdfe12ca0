"""Gets a person the link that connects a tool, and brings it to them in private; watch.py follows it from there.

Each step looks first at what was already done of the job, so that a repeated job does only the rest. A person has at
most one live link to a tool: whoever asks again gets the same one, at the end of the conversation.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from dataclasses import dataclass, replace

from slack_app.errors import DetailsNeeded, NotYet, UpstreamError, UserError
from slack_app.features.access import AccessOf
from slack_app.features.answer import close_answer
from slack_app.features.details import DetailsOf
from slack_app.features.names import Names, find, nearest
from slack_app.model import Access, Answer, Connection, Job, Link, LiveLink, Posted
from slack_app.ports import Clock, Links, Messenger, Platform, Progress, Refreshing, States

FIRST_LOOK_SECONDS = 2.0
"""After the link was sent; nobody is through a consent page sooner."""
SNAPSHOT_SECONDS = 3.0
TURN_PATIENCE_SECONDS = 3600.0
STATELESS = frozenset(["clickup"])
"""Tools whose provider gives no state back: two people of one organization at once could be crossed."""


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
class InTurn:
    """Somebody else of the organization is connecting the tool, and only one can at a time."""

    connector_type: str


@dataclass(frozen=True, slots=True)
class LinkReady:
    """The link, for the direct message; `checked_at` is when the person last had it checked, in vain."""

    live: LiveLink
    checked_at: float | None = None


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    """The link, for the private answer; `in_dm` says whether it stands in the direct message too."""

    live: LiveLink
    in_dm: bool


@dataclass(frozen=True, slots=True)
class Connect:
    """The use case with what it needs; `link_seconds` is how long a link is offered.

    `needed` says which details which tool needs. `retire` ends a link that a newer one replaces, and says so where it
    stands.
    """

    access_of: AccessOf
    platform: Platform
    states: States
    links: Links
    messenger: Messenger
    names: Names
    details: DetailsOf
    refresh: Refreshing
    needed: Mapping[str, Sequence[str]]
    clock: Clock
    link_seconds: float
    background: Executor
    retire: Callable[[LiveLink], None]

    def run(self, job: Job, progress: Progress) -> str:
        """Bring the link to the person; gives the outcome of the job.

        Raises UserError for what they are to be told, NotYet when they have to wait, UpstreamError for the rest.
        """
        try:
            live = self._begun(progress) or self._live_link(job, progress)
        except DetailsNeeded as needed:
            return self.details.ask(job, needed)
        if live.outcome is None:
            self.states.remember(live.link, job.person)
            self._deliver(job, progress, live)
            self.links.watch(live, self.clock() + FIRST_LOOK_SECONDS, is_hurried=live.hurried_at is not None)
            self.refresh(job.person)
        return "link_sent"

    def fill(self, job: Job, progress: Progress) -> str:
        """Go on with a request that waited for details."""
        return self.run(self.details.filled(job), progress)

    def _begun(self, progress: Progress) -> LiveLink | None:
        """Give the link of an earlier try at this job; an expired one is made anew while nobody has seen it."""
        live = self.links.get(progress.link_id) if progress.link_id else None
        if live and progress.dm is None and self._is_over(live):
            return None
        return live

    def _is_over(self, live: LiveLink) -> bool:
        return live.outcome is not None or live.link.expires_at <= self.clock()

    def _live_link(self, job: Job, progress: Progress) -> LiveLink:
        access = self.access_of(job.person)
        meant = self.names.meant(access.organization_id, job.connector_type)
        live = self._claimed(replace(job, connector_type=meant.tool_key), access, meant.name)
        progress.record_link(live.id)
        self.names.read_behind(access)
        return live

    def _claimed(self, job: Job, access: Access, name: str) -> LiveLink:
        """Give the person's live link to the tool, or make one."""
        while link_id := self.links.claim(job.person, job.connector_type, job.id):
            live = self.links.get(link_id)
            if live and not self._is_over(live) and self._is_same(live, job, access):
                return live
            self.links.vacate(job.person, job.connector_type, link_id)
            if live:
                self.retire(live)
        try:
            return self._made(job, access, name)
        except BaseException as exc:
            self.links.give_up(access.organization_id, job)
            if isinstance(exc, UserError):
                self.links.leave_line(access.organization_id, job)
            raise

    def _is_same(self, live: LiveLink, job: Job, access: Access) -> bool:
        asks_for_other = job.parameters and dict(job.parameters) != dict(live.parameters)
        return live.link.organization_id == access.organization_id and not asks_for_other

    def _made(self, job: Job, access: Access, name: str) -> LiveLink:
        needed = self.needed.get(job.connector_type, ())
        if not all(job.parameters.get(key) for key in needed):
            raise DetailsNeeded(job.connector_type, name, needed)
        is_only = job.connector_type in STATELESS
        if is_only:
            self._wait_for_turn(job, access.organization_id)
        before = self.background.submit(self.platform.connections_of, access, job.connector_type)
        live = LiveLink(
            id=secrets.token_hex(8),
            person=job.person,
            link=self._mint(job, access, name),
            parameters=dict(job.parameters),
            before=_snapshot(before),
            reference=job.reference,
        )
        self.links.put_out(live, job, is_only=is_only)
        return live

    def _wait_for_turn(self, job: Job, organization_id: str) -> None:
        if self.links.take_turn(organization_id, job.connector_type, job):
            return
        if self.clock() > job.accepted_at + TURN_PATIENCE_SECONDS:
            raise UserError("turn_too_late", connector_type=job.connector_type)
        raise NotYet(2.0, InTurn(job.connector_type))

    def _mint(self, job: Job, access: Access, name: str) -> Link:
        try:
            answer = self.platform.authorize(access, job.connector_type, job.parameters)
        except UpstreamError as exc:
            raise self._explained(exc, job, access, name) from exc
        now = self.clock()
        return Link(
            url=answer.url,
            state=answer.state,
            host=answer.host,
            organization_id=access.organization_id,
            connector_type=job.connector_type,
            created_at=now,
            expires_at=now + self.link_seconds,
            name=name,
        )

    def _explained(self, refusal: UpstreamError, job: Job, access: Access, name: str) -> Exception:
        """Turn a refusal that waiting does not mend into what the person can be told."""
        if refusal.retryable:
            return refusal
        asked = {"connector_type": job.connector_type, "organization_id": access.organization_id}
        if refusal.status == 401:
            return UserError("platform_unauthorized", **asked)
        if refusal.status == 403:
            return UserError("platform_forbidden", **asked)
        if refusal.fields:
            keys = [*self.needed.get(job.connector_type, ()), *refusal.fields]
            return DetailsNeeded(job.connector_type, name, list(dict.fromkeys(keys)))
        if refusal.status in (400, 404, 422):
            connectors = self.names.read_or_none(access)
            known = find(job.connector_type, connectors)
            if known and known.tool_key != job.connector_type:
                return NotYet(0.1)  # the name is known now, and was not before
            if known:
                return UserError("request_rejected", **asked, parameters=sorted(job.parameters))
            near = {connector.tool_key: connector.name for connector in nearest(job.connector_type, connectors)}
            return UserError("connector_unknown", **asked, nearest=near)
        return UserError("platform_fault", **asked)

    def _deliver(self, job: Job, progress: Progress, live: LiveLink) -> None:
        """Post the direct message, then replace the private answer, which has to do if the first fails."""
        dm = progress.dm
        if dm is None:
            try:
                dm = self._bring(job, live)
            except UpstreamError:
                if not job.response_url:
                    raise
                self._answer(job, live)
                return
            progress.record_dm(dm)
        if job.response_url:
            self._answer(job, live, dm)

    def _bring(self, job: Job, live: LiveLink) -> Posted:
        """Put the link into the message whose button asked for it, else at the end of the conversation."""
        pressed = Posted(**job.details["dm"]) if "dm" in job.details else None
        if pressed is not None:
            self.messenger.edit_dm(job.person, pressed, LinkReady(live))
            dm = pressed
        else:
            dm = self.messenger.post_dm(job.person, LinkReady(live))
        before = self.links.moved(live.id, dm)
        if before and before != dm:
            with suppress(UpstreamError):  # the link stands twice then, which harms nobody
                self.messenger.delete_dm(job.person, before)
        return dm

    def _answer(self, job: Job, live: LiveLink, dm: Posted | None = None) -> None:
        if dm is None:
            self.messenger.answer(job, LinkAnswer(live, in_dm=False))
        else:
            close_answer(self.messenger, job, dm, LinkAnswer(live, in_dm=True))
        if dm is None or dm.channel_id != job.channel_id:  # else the message stays, and the answer is gone
            self.links.answered(live.id, Answer(job.response_url, job.channel_id, job.accepted_at))


def _snapshot(before: Future[Sequence[Connection]]) -> Mapping[str, str] | None:
    """Give what was connected before the link is shown; None when the platform does not say in time."""
    try:
        return {connection.id: connection.created_at for connection in before.result(SNAPSHOT_SECONDS)}
    except (UpstreamError, FutureTimeout):
        return None
