"""Makes and brings a link in three round trips: what the stores of links, jobs, limits and others have to do together.

Each store says what its commands are; layouts and lifetimes stand at theirs. The commands of one step are sent in the
order in which they stand here, and only what is one script is atomic. A worker that dies in between leaves a job that
is done again: it finds the link by its claim, and writes once more what may be missing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from slack_app.adapters import catalogue, homes, jobs, owners
from slack_app.adapters.limits import RedisLimits, giving_back, taking
from slack_app.adapters.links import link_key, scripts
from slack_app.adapters.links.figures import BROUGHT, bound_of
from slack_app.adapters.links.pending import (
    CLAIM_SECONDS,
    KEPT_SECONDS,
    MOST_ANSWERS,
    answers_key,
    live_keys,
    of_tool_key,
    only_key,
    turn_keys,
    workspace_key,
)
from slack_app.adapters.links.records import read_message
from slack_app.adapters.links.schedule import ORDER, idle_key, prioritized_key
from slack_app.adapters.links.states import remembering
from slack_app.adapters.redis import Client, key_of
from slack_app.adapters.round_trip import RoundTrip, Script
from slack_app.errors import RetryLater
from slack_app.model.jobs import RESPONSE_URL_SECONDS, Job
from slack_app.model.links import EphemeralRef, PendingLink
from slack_app.model.messages import MessageRef
from slack_app.model.tools import Connection
from slack_app.model.workspaces import Credentials
from slack_app.ports import Clock
from slack_app.ports.links import Begun, Brought, LinkSteps
from slack_app.ports.workspaces import Limit

_CLAIM, _PUBLISH, _NOTE_BROUGHT = Script(scripts.CLAIM), Script(scripts.PUBLISH), Script(scripts.NOTE_BROUGHT)


class RedisLinkSteps(LinkSteps):
    """The steps in Redis."""

    def __init__(self, redis: Client, clock: Clock, limits: RedisLimits) -> None:
        self._clock = clock
        self._limits = limits
        self._send = RoundTrip(redis)

    def begin(self, job: Job, credentials: Credentials, limits: Sequence[Limit]) -> Begun:
        held, listed, told, *taken = self._send(
            _CLAIM(live_keys(job.person, job.connector_type), [f"job:{job.id}", CLAIM_SECONDS]),
            ("MGET", catalogue.connections_key(credentials.fingerprint, job.connector_type)),
            ("EXISTS", owners.told_key(credentials.organization_id, job.person)),
            *map(taking, limits),
        )
        refused = {
            limit.kind: again_at
            for limit, left_ms in zip(limits, taken, strict=True)
            if (again_at := self._limits.again_at(limit.kind, left_ms)) is not None
        }
        if held:
            if given_back := [giving_back(one.kind, one.whose) for one in limits if one.kind not in refused]:
                self._send(*given_back)
            kind, _, link_id = str(held).partition(":")
            if kind == "job":
                raise RetryLater(1.0)
            return Begun(link_id)
        [text] = listed
        return Begun(None, refused, catalogue.connections_in(text), text or "", is_key_explained=bool(told))

    def publish(
        self,
        live: PendingLink,
        job: Job,
        begun: Begun,
        connected: Sequence[Connection] | None,
        *,
        is_only: bool,
    ) -> bool:
        link, person, tool = live.link, live.person, live.link.connector_type
        made = {
            "person": asdict(person),
            "link": asdict(link),
            "parameters": dict(live.parameters),
            "connections_before": None if live.connections_before is None else dict(live.connections_before),
            "reference": live.reference,
            "explains_key": live.explains_key,
        }
        workspaces = [workspace_key(id_) for id_ in (person.team_id, person.enterprise_id) if id_]
        only = [only_key(link.organization_id, tool), *turn_keys(link.organization_id, tool)] if is_only else []
        keys = [
            link_key(live.id),
            live_keys(person, tool)[0],
            of_tool_key(link.organization_id, tool),
            idle_key(link.organization_id),
            ORDER,
            *workspaces,
            *only,
        ]
        args = [
            live.id,
            json.dumps(made),
            key_of(person),
            link.organization_id,
            max(1, int((link.expires_at - self._clock()) * 1000)),
            KEPT_SECONDS,
            link.created_at,
            link.expires_at,
            len(workspaces),
            job.id,
        ]
        kept = [catalogue.keeping(link.fingerprint, tool, begun.listed, connected)] if connected is not None else []
        _, _, _, _, is_refresh_due, *_ = self._send(
            _PUBLISH(keys, args),
            remembering(link, person),
            ("HSET", jobs.job_key(job.id), "link_id", live.id),
            ("ZREM", jobs.WAITING, job.id),
            catalogue.claiming_refresh(link.organization_id),
            *kept,
        )
        return bool(is_refresh_due)

    def note_brought(self, live: PendingLink, job: Job, dm: MessageRef | None, due: float, *, is_new: bool) -> Brought:
        organization_id = live.link.organization_id
        sets = [prioritized_key(organization_id), idle_key(organization_id)]
        to, other = sets if live.prioritized_at is not None else reversed(sets)
        message = json.dumps(asdict(dm)) if dm else ""
        seconds = max(self._clock() - job.accepted_at, 0.0)
        answer = EphemeralRef(job.response_url, job.channel_id, job.accepted_at) if job.can_replace else None
        args = [
            live.id,
            message,
            int(is_new),
            due,
            organization_id,
            json.dumps(asdict(answer)) if answer else "",
            MOST_ANSWERS,
            int(job.accepted_at + RESPONSE_URL_SECONDS),
            bound_of(seconds) if is_new or dm is None else "",
            seconds,
        ]
        noted = []
        if dm:
            noted = [("HSET", jobs.job_key(job.id), "dm", message), homes.noting_welcome(job.person, job.id)]
        if live.explains_key:
            noted.append(owners.noting_told(organization_id, live.person))
        looks = homes.reading(job.person)  # last: whoever opens the App Home after that finds the link there
        [before, has_ended], *others = self._send(
            _NOTE_BROUGHT([link_key(live.id), to, other, ORDER, answers_key(live.id), BROUGHT], args),
            *noted,
            *looks,
        )
        has_home = homes.filter_in(others[len(noted) :]) is not None
        return Brought(read_message(before) if before else None, bool(has_ended), has_home)
