"""A link that is out, and the job that it was made for."""

from __future__ import annotations

from typing import Any

from slack_app.adapters.limits import RedisLimits
from slack_app.adapters.links.steps import RedisLinkSteps
from slack_app.model.jobs import Job
from slack_app.model.links import Link, PendingLink
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Credentials, KeyMode
from slack_app.ports import Clock
from slack_app.ports.links import Begun

NOW = 1_900_000_000.0
MAYA, LEON = SlackUser("E1", "T1", "U0MAYA"), SlackUser("E1", "T1", "U0LEON")


def job(person: SlackUser = MAYA, name: str = "1", tool: str = "github", accepted_at: float = NOW) -> Job:
    return Job(f"{person.team_id}:{person.user_id}:{name}", person, "C1", "", tool, {}, accepted_at, "connect")


def live(
    link_id: str = "a1", person: SlackUser = MAYA, tool: str = "github", organization_id: str = "org_a"
) -> PendingLink:
    link = Link("https://github.com/", f"ostate_{link_id}", "github.com", organization_id, tool, NOW, NOW + 600)
    return PendingLink(link_id, person, link, {"site": "x"}, {"tcred_1": "2026"}, "ABCD1234")


def steps(client: Any, clock: Clock = lambda: NOW) -> RedisLinkSteps:
    return RedisLinkSteps(client, clock, RedisLimits(client, clock))


def claim(client: Any, person: SlackUser, tool: str, name: str) -> str | None:
    """Begin a link; returns the id of the one that is out."""
    return steps(client).begin(job(person, name, tool), Credentials("org_a", "ak_1", KeyMode.OPERATOR), []).link_id


def publish(client: Any, live: PendingLink, job: Job, *, is_only: bool = False, clock: Clock = lambda: NOW) -> None:
    """Have the link out that the job made."""
    steps(client, clock).publish(live, job, Begun(), None, is_only=is_only)
