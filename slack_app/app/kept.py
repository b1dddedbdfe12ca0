"""What an operator does with what is kept of a person, or of a workspace."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slack_app.adapters.audit import RedisAudit
from slack_app.adapters.clock import RedisClock
from slack_app.adapters.jobs.inspection import JobInspection
from slack_app.adapters.kept import Subject
from slack_app.adapters.kept.export import export
from slack_app.adapters.kept.forgetting import FORGOTTEN, Forgetting, Forgotten
from slack_app.adapters.redis import PREFIX, Client, open_patient, redis_errors
from slack_app.adapters.secrets.installations import RedisInstallations
from slack_app.adapters.secrets.keys import RedisKeys
from slack_app.adapters.setups import RedisSetups
from slack_app.app.clients import build_installations, build_vault, redis_url
from slack_app.app.workspaces import OPERATOR
from slack_app.config import Settings
from slack_app.errors import UpstreamError
from slack_app.model.workspaces import Change
from slack_app.ports import Clock


@dataclass(frozen=True, slots=True)
class KeptData:
    """All that is kept; each method raises UpstreamError."""

    redis: Client
    setups: RedisSetups
    installations: RedisInstallations
    keys: RedisKeys
    audit: RedisAudit
    clock: Clock

    def export_person(self, user_id: str, place: str) -> Iterator[Mapping[str, Any]]:
        """Yield every record of the person, in one workspace or Grid, or with an empty `place` in all."""
        return export(self.redis, _person(user_id, place))

    def forget_person(self, user_id: str, place: str) -> tuple[Forgotten, bool]:
        """Forget the person, in one workspace or Grid, or with an empty `place` in all.

        The second is False where an installation could not be opened, which may name them as who installed it.
        """
        forgotten = self._forget(_person(user_id, place))
        is_opened = True
        for where in self.installations.all():
            if place and place not in where.split(":"):
                continue
            try:
                forgotten.counts["installer"] += self.installations.forget_installer(where, user_id)
            except UpstreamError as exc:
                if exc.code != "token_unreadable":
                    raise
                is_opened = False
        self.audit.note(Change(self.clock(), place, OPERATOR, "person_forgotten"))
        return forgotten, is_opened

    def forget_workspace(self, workspace_id: str) -> Forgotten:
        """Forget the workspace, of a Grid with all of its workspaces that are known, and the lists of its tools."""
        ids = frozenset([workspace_id, *self.workspaces_of(workspace_id)])
        setups = self.setups.all()
        left = {setup.organization_id for setup in setups if setup.workspace_id not in ids}
        own = {setup.organization_id for setup in setups if setup.workspace_id in ids} - left
        forgotten = self._forget(Subject(ids, is_person=False))
        forgotten.counts += Counter({"catalogue:<organization>": sum(map(self._forget_catalogue, own))})
        self.audit.note(Change(self.clock(), workspace_id, OPERATOR, FORGOTTEN))
        return forgotten

    def workspaces_of(self, grid_id: str) -> set[str]:
        """Return the workspaces of a Grid of which something is kept; none of what is no Grid."""
        if not grid_id.startswith("E"):
            return set()
        installed = (place.partition(":") for place in self.installations.all())
        return {team for grid, _, team in installed if grid == grid_id and team} | {*self.keys.workspaces_of(grid_id)}

    def workspaces(self) -> Iterator[Mapping[str, Any]]:
        """Yield each workspace and Grid that is mapped or has the app installed: what is known of it, by its id.

        Since when it is set up so is told by the audit trail, as far back as that goes.
        """
        installed = {place.rpartition(":")[2] or place.rstrip(":"): place for place in self.installations.all()}
        setups = {setup.workspace_id: setup for setup in self.setups.all()}
        changes = self.audit.last(sys.maxsize)
        set_up_at = {change.workspace_id: change.at for change in changes if change.what in ("set_up", "changed")}
        for workspace_id in sorted({*setups, *installed}):
            setup, place = setups.get(workspace_id), installed.get(workspace_id)
            yield {
                "workspace": workspace_id,
                "organization": setup and setup.organization_id,
                "key": setup and setup.key_mode.value,
                "set_up_by": setup and (setup.configured_by or OPERATOR),
                "set_up_at": set_up_at.get(workspace_id) if setup else None,
                "installed_at": self.installations.installed_at(place) if place else None,
                "is_inherited": setup and setup.is_inherited,
                "enterprise": (place or "").partition(":")[0] or (setup and setup.enterprise_id) or None,
            }

    def _forget(self, subject: Subject) -> Forgotten:
        return Forgetting(self.redis, JobInspection(self.redis, self.clock), time.sleep).forget(subject)

    def _forget_catalogue(self, organization_id: str) -> int:
        with redis_errors():
            names = ("catalogue", "catalogue-asked")
            return sum(int(self.redis.delete(f"{PREFIX}{name}:{organization_id}")) for name in names)


def open_kept(settings: Settings) -> KeptData:
    """Open all that is kept, with a client that rides out a short outage."""
    redis = open_patient(redis_url(settings))
    clock, setups = RedisClock(redis), RedisSetups(redis, settings.workspace_organizations)
    return KeptData(
        redis=redis,
        setups=setups,
        installations=build_installations(settings, redis, clock),
        keys=RedisKeys(redis, build_vault(settings), setups),
        audit=RedisAudit(redis, settings.audit_days),
        clock=clock,
    )


def _person(user_id: str, place: str) -> Subject:
    return Subject(frozenset([user_id]), is_person=True, places=frozenset(filter(None, [place])))
