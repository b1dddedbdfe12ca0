"""How an install ended, in a browser: in a workspace, in a whole Enterprise Grid, or not."""

from __future__ import annotations

from dataclasses import dataclass, field

from slack_app.model.facts import PageFact


@dataclass(frozen=True, slots=True)
class Offered(PageFact):
    """The app can be installed; `url` leads to Slack, and holds a state that is good for ten minutes."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Installed(PageFact):
    """The app is installed in what is called `name`; `url` leads there, or where a Grid's workspaces are chosen."""

    name: str
    url: str
    is_org_wide: bool


@dataclass(frozen=True, slots=True)
class NotInstalled(PageFact):
    """Nothing was installed; the reference leads to the log line."""

    reason: str
    reference: str


@dataclass(frozen=True, slots=True)
class BegunElsewhere(PageFact):
    """The install did not begin with us: at Slack's own link, or long before an admin approved it."""


@dataclass(frozen=True, slots=True)
class Closed(PageFact):
    """The app serves one workspace, and cannot be installed anywhere else."""
