"""What listeners need: where jobs are put, and what is known without asking anybody but Redis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from slack_app.features.menu import Choice
from slack_app.model.users import Known, SlackUser
from slack_app.ports import Clock
from slack_app.ports.jobs import JobQueue
from slack_app.ports.keys import Keys
from slack_app.ports.links import Links, Schedule


@dataclass(frozen=True, slots=True)
class Dependencies:
    """`command` is what people type (SLACK_COMMAND); `recall` who somebody is, as Slack said lately (KnownPeople).

    `has_worker` says whether one lived when a job was last written; it asks nobody, so that what was taken on is never
    called refused. `on_foreign_command` is told the name of a command that Slack sends and nobody here listens to.
    """

    command: str
    queue: JobQueue
    schedule: Schedule
    links: Links
    choice: Choice
    keys: Keys
    clock: Clock
    recall: Callable[[SlackUser], Known | None]
    has_worker: Callable[[], bool]
    on_foreign_command: Callable[[str], None] = lambda _name: None
