"""What the use cases need from outside; built in app/worker.py, replaced in tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from slack_app.model.users import SlackUser
from slack_app.ports import Clock
from slack_app.ports.home import Homes
from slack_app.ports.jobs import Drafts, JobQueue
from slack_app.ports.keys import Keys, Secrets
from slack_app.ports.links import Links, LinkSteps, Schedule, States
from slack_app.ports.platform import Catalogue, Owners, Platform
from slack_app.ports.slack import Messenger, People
from slack_app.ports.workspaces import Asks, Audit, Installations, Limits, Setups


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """Everything outside that the use cases need.

    `is_served` is False for people of other workspaces where the app serves one, and raises UpstreamError.
    `required_details` names which details which tool needs; `random` returns numbers from 0 to 1; times are in seconds.
    """

    setups: Setups
    keys: Keys
    secrets: Secrets
    installations: Installations
    is_installed: Callable[[SlackUser], bool]
    is_served: Callable[[SlackUser], bool]
    default_key: str = field(repr=False)
    people: People
    asks: Asks
    limits: Limits
    audit: Audit
    platform: Platform
    states: States
    links: Links
    link_steps: LinkSteps
    schedule: Schedule
    catalogue: Catalogue
    owners: Owners
    drafts: Drafts
    homes: Homes
    queue: JobQueue
    messenger: Messenger
    background: Executor
    link_seconds: float
    required_details: Mapping[str, Sequence[str]]
    clock: Clock
    random: Callable[[], float]
