"""A link that is out, and the job that it was made for."""

from __future__ import annotations

from slack_app.model.jobs import Job
from slack_app.model.links import Link, PendingLink
from slack_app.model.users import SlackUser

NOW = 1_900_000_000.0
MAYA, LEON = SlackUser("E1", "T1", "U0MAYA"), SlackUser("E1", "T1", "U0LEON")


def job(person: SlackUser = MAYA, name: str = "1", tool: str = "github", accepted_at: float = NOW) -> Job:
    return Job(f"{person.team_id}:{person.user_id}:{name}", person, "C1", "", tool, {}, accepted_at, "connect")


def live(
    link_id: str = "a1", person: SlackUser = MAYA, tool: str = "github", organization_id: str = "org_a"
) -> PendingLink:
    link = Link("https://github.com/", f"ostate_{link_id}", "github.com", organization_id, tool, NOW, NOW + 600)
    return PendingLink(link_id, person, link, {"site": "x"}, {"tcred_1": "2026"}, "ABCD1234")
