"""What an operator looks at and changes from a shell."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from slack_app.adapters.audit import RedisAudit
from slack_app.adapters.clock import RedisClock
from slack_app.adapters.jobs.inspection import JobInspection
from slack_app.adapters.jobs.producer import JobProducer
from slack_app.adapters.redis import open_patient
from slack_app.adapters.setups import RedisSetups
from slack_app.app.clients import redis_url
from slack_app.config import Settings
from slack_app.features.pending_requests import RESOLVE_REQUESTS
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Change, KeyMode, Setup
from slack_app.ports import Clock

OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class OperatorStores:
    """The mapping, its audit trail, and the queue to tell who waits; each method raises UpstreamError."""

    setups: RedisSetups
    audit: RedisAudit
    queue: JobProducer
    jobs: JobInspection
    clock: Clock

    def map_workspace(self, workspace_id: str, organization_id: str) -> None:
        """Map the workspace; who may connect what stays as it is while the organization does."""
        now = self.setups.get(workspace_id)
        keeps = now is not None and now.organization_id == organization_id
        setup = now if now and keeps else Setup(workspace_id, organization_id)
        mapped = replace(setup, key_mode=KeyMode.OPERATOR, configured_by="", is_inherited=False)
        self.setups.save(mapped, secrets.token_hex(8), is_forced=True)

    def note(self, workspace_id: str, what: str, about: str = "") -> None:
        """Note the change, and have those told who wait for it."""
        self.audit.note(Change(self.clock(), workspace_id, OPERATOR, what, about))
        if what == "set_up":
            job_id = f"{workspace_id}:{OPERATOR}:{secrets.token_hex(8)}"
            operator = SlackUser(None, workspace_id, OPERATOR)
            self.queue.enqueue(RESOLVE_REQUESTS.job(job_id, operator, self.clock()))


def open_stores(settings: Settings) -> OperatorStores:
    """Open the stores, with a client that rides out a short outage."""
    redis = open_patient(redis_url(settings))
    setups = RedisSetups(redis, settings.workspace_organizations)
    clock = RedisClock(redis)
    return OperatorStores(
        setups, RedisAudit(redis, settings.audit_days), JobProducer(redis), JobInspection(redis, clock), clock
    )
