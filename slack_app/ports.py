"""What features need from the outside, in the product's words; adapters provide it, tests replace it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, Protocol

from slack_app.model import (
    Access,
    Answer,
    Authorization,
    Change,
    Completion,
    Connection,
    Connector,
    Job,
    Link,
    LiveLink,
    Look,
    Outcome,
    Person,
    Posted,
    Role,
    Setup,
)

Clock = Callable[[], float]
"""Seconds since the epoch."""


class Queue(Protocol):
    """Where accepted jobs wait."""

    def add(self, job: Job) -> bool:
        """Write the job; False when it was written before. Raises UpstreamError: nothing was promised then."""
        ...


class Setups(Protocol):
    """How workspaces are set up; each method raises UpstreamError."""

    def of(self, person: Person) -> Setup | None:
        """Give the setup of the person's workspace, else of its Enterprise Grid, else None."""
        ...

    def named(self, workspace_id: str) -> Setup | None:
        """Give the setup of that very id."""
        ...

    def save(self, setup: Setup, change: str, *, sealed_key: str | None = None) -> bool:
        """Keep the setup; False when it was changed since `setup.version`. `change` names what changes it."""
        ...

    def sealed_key(self, workspace_id: str) -> str | None:
        """Give the key that is for all, as it is kept."""
        ...

    def remove(self, workspace_id: str) -> bool:
        """Forget the setup; False when there was none."""
        ...

    def come_back(self, workspace_id: str) -> None:
        """Keep what is there for good: the app was installed again."""
        ...


class Vault(Protocol):
    """Seals secrets, each for one owner, so that nobody else's key opens with it."""

    def seal(self, secret: str, owner: str) -> str:
        """Give the sealed form. Raises UserError when the operator has set no encryption key."""
        ...

    def open(self, sealed: str, owner: str) -> str | None:
        """Give the secret; None when it does not open, or not for this owner."""
        ...


class Keys(Protocol):
    """The keys that people and workspaces bring; what reads or writes raises UpstreamError."""

    def seal(self, person: Person, key: str) -> str:
        """Seal what the person typed, for its way to the work. Raises UserError without an encryption key."""
        ...

    def unseal(self, person: Person, sealed: str) -> str | None:
        """Give what the person typed; None when it does not open, or is not theirs."""
        ...

    def of(self, person: Person) -> str | None:
        """Give the person's own key; None when they have none that opens."""
        ...

    def keep(self, person: Person, key: str) -> None:
        """Keep the person's own key. Raises UserError without an encryption key, too."""
        ...

    def for_all(self, setup: Setup) -> str | None:
        """Give the key that the workspace has for all; None when it has none that opens."""
        ...

    def seal_for_all(self, setup: Setup, key: str) -> str:
        """Seal the key that the workspace has for all, as its set-up keeps it. Raises UserError as `seal` does."""
        ...

    def remove(self, person: Person) -> bool:
        """Forget the person's key; False when there was none."""
        ...


class People(Protocol):
    """Who is who in Slack; each method raises UpstreamError."""

    def role_of(self, person: Person) -> Role:
        """Give what the person is in their workspace now."""
        ...

    def admins_of(self, person: Person) -> Sequence[str]:
        """Give the ids of a few admins of the person's workspace."""
        ...


class Limits(Protocol):
    """How much people may have of something; never raises: without Redis nobody is limited."""

    def take(self, kind: str, whose: str, most: int, seconds: float) -> float | None:
        """Take one of `most` in `seconds`; None when there was one, else when there is one again (epoch seconds)."""
        ...

    def give_back(self, kind: str, whose: str) -> None:
        """Give one back: what it was taken for did not come about."""
        ...


class Asks(Protocol):
    """Who waits for which help of their admins; each method raises UpstreamError."""

    def wait(self, workspace_id: str, cause: str, person: Person, draft_id: str) -> None:
        """Note that the person waits for help."""
        ...

    def may_tell(self, workspace_id: str, cause: str, job_id: str) -> bool:
        """Say, to one job a day, that the admins are to be told."""
        ...

    def forget_told(self, workspace_id: str, cause: str) -> None:
        """Let the admins be told again: nobody could be reached."""
        ...

    def causes(self, workspace_id: str) -> Sequence[str]:
        """Give what people of the workspace wait for."""
        ...

    def take(self, workspace_id: str, cause: str) -> Sequence[tuple[Person, str]]:
        """Give, once, who waits for it, each with their draft; the cause is over."""
        ...


class Audit(Protocol):
    """Who changed what; raises UpstreamError."""

    def note(self, change: Change) -> None:
        """Note a change."""
        ...


class Platform(Protocol):
    """The connector platform; each call raises UpstreamError."""

    def authorize(self, access: Access, connector_type: str, parameters: Mapping[str, str]) -> Authorization:
        """Start a connection."""
        ...

    def complete(self, access: Access, state: str) -> Completion:
        """Say how far the person is with a link."""
        ...

    def catalogue(self, access: Access) -> Sequence[Connector]:
        """List the connectors that the organization can use."""
        ...

    def accounts(self, access: Access) -> Sequence[Connection]:
        """List everything that is connected, in one call, and so without the ids that change a connection."""
        ...

    def connections(self, access: Access) -> Sequence[Connection]:
        """List everything that is connected."""
        ...

    def connections_of(self, access: Access, tool_key: str) -> Sequence[Connection]:
        """List what is connected of one tool."""
        ...

    def is_healthy(self, access: Access, credential_id: str) -> bool | None:
        """Say whether a connection works; None when the platform does not know."""
        ...

    def switch(self, access: Access, credential_id: str, *, is_active: bool) -> None:
        """Turn a connection on or off."""
        ...

    def rename(self, access: Access, credential_id: str, label: str) -> None:
        """Give a connection the name that the person knows it by."""
        ...

    def disconnect(self, access: Access, credential_id: str) -> bool:
        """Remove a connection; False when there was none."""
        ...


class Catalogue(Protocol):
    """What the platform said last: each organization's connectors, each person's accounts; raises UpstreamError."""

    def connectors(self, organization_id: str) -> Sequence[Connector] | None:
        """Give the connectors; None when they never were read."""
        ...

    def keep(self, organization_id: str, connectors: Sequence[Connector]) -> None:
        """Keep the connectors, read just now."""
        ...

    def may_ask(self, organization_id: str) -> bool:
        """Say, once in ten minutes, that the connectors are to be read anew."""
        ...

    def accounts(self, person: Person) -> Sequence[Connection] | None:
        """Give what the person had connected; None when it never was read."""
        ...

    def keep_accounts(self, person: Person, accounts: Sequence[Connection]) -> None:
        """Keep what the person has connected, read just now."""
        ...


class Drafts(Protocol):
    """Requests that wait for something of their person, or of an admin; each method raises UpstreamError."""

    def keep(self, job: Job, seconds: int = 3600) -> str:
        """Keep the request for so long; gives its id, the same however often the job is repeated."""
        ...

    def of(self, draft_id: str, person: Person) -> Job | None:
        """Give the person's request; None for one of somebody else, or of long ago."""
        ...


class Homes(Protocol):
    """Who looks at the App Home, and for what; each method raises UpstreamError."""

    def remember(self, person: Person, look: Look) -> None:
        """Note what the person looks for."""
        ...

    def look(self, person: Person) -> Look | None:
        """Give what the person looks for; None when they have not opened it lately."""
        ...


class States(Protocol):
    """The OAuth states that are out with people."""

    def remember(self, link: Link, person: Person) -> None:
        """Keep the link's state until the link expires; raises UpstreamError, and the link must not be shown then."""
        ...

    def take(self, state: str) -> bool:
        """Consume the state, in one step; False when it was taken or has expired. Raises UpstreamError."""
        ...


class Links(Protocol):
    """The links that are out with people; each method raises UpstreamError."""

    def claim(self, person: Person, connector_type: str, job_id: str) -> str | None:
        """Give the id of the person's link to the tool, or None: the caller may make one, and nobody else for 30 s.

        Raises NotYet while another job makes one.
        """
        ...

    def take_turn(self, organization_id: str, connector_type: str, job: Job) -> bool:
        """Say whether it is this job's turn with a tool of which an organization may have one link out at a time."""
        ...

    def give_up(self, organization_id: str, job: Job) -> None:
        """Let others have what the job claimed."""
        ...

    def leave_line(self, organization_id: str, job: Job) -> None:
        """Wait for no turn any more."""
        ...

    def count_poll(self, link_id: str) -> int:
        """Count one more question about the link."""
        ...

    def answer_check(self, link_id: str, asked_at: float) -> bool:
        """Say, once for each press on *Check now*, that it is to be answered."""
        ...

    def forget_unreadable(self, link_id: str) -> None:
        """Watch no more what has no record."""
        ...

    def vacate(self, person: Person, connector_type: str, link_id: str) -> None:
        """Let the link, which is over, stand in the way of a new one no longer."""
        ...

    def put_out(self, live: LiveLink, job: Job, *, is_only: bool) -> None:
        """Keep a new link: from now on it is the person's link to the tool."""
        ...

    def out(self, person: Person, tool_keys: Sequence[str]) -> Set[str]:
        """Say of which tools a link is out with the person."""
        ...

    def get(self, link_id: str) -> LiveLink | None:
        """Give a link, for a day after it ended."""
        ...

    def of_workspace(self, workspace_id: str) -> Sequence[LiveLink]:
        """Give the links of the people of a workspace, or of a Grid; ended ones too."""
        ...

    def moved(self, link_id: str, dm: Posted) -> Posted | None:
        """Note in which direct message the link stands now; gives the one before."""
        ...

    def answered(self, link_id: str, answer: Answer) -> None:
        """Note one more private answer in which the link stands; the last few are followed."""
        ...

    def settle(self, live: LiveLink, outcome: Outcome, connection: Connection | None = None) -> LiveLink | None:
        """End the link, once; None when it had ended before. It is watched on until `forget`."""
        ...

    def forget(self, live: LiveLink) -> None:
        """Watch the link no more: it has ended, and its person knows."""
        ...

    def watch(self, live: LiveLink, due: float, *, is_hurried: bool) -> None:
        """Have the link looked at again at `due`."""
        ...

    def hold(self, organization_id: str, seconds: float) -> None:
        """Look at none of the organization's links for a while: the platform asked for it."""
        ...

    def hurry(self, link_id: str, person: Person, *, is_asked: bool) -> bool:
        """Have the link looked at first; False when it is not the person's, or has ended."""
        ...


class Installations(Protocol):
    """The workspaces that installed the app."""

    def remove(self, enterprise_id: str | None, team_id: str | None, event_at: float) -> bool:
        """Forget the workspace's installation, or without a team all of the Grid's; raises UpstreamError.

        False when it was installed after the event (seconds, Slack's clock): nothing is removed then.
        """
        ...


class Secrets(Protocol):
    """The keys for the connector platform that workspaces and their people brought."""

    def forget(self, enterprise_id: str | None, team_id: str | None) -> None:
        """Delete the workspace's key and its people's, or without a team those of the whole Grid.

        Repeating it changes nothing. Raises UpstreamError.
        """
        ...


class Refreshing(Protocol):
    """Has the App Home brought up to date, of those who look at it."""

    def __call__(self, person: Person, changed: Any = None) -> None:
        """Have it brought up to date; `changed` is to be said there. Raises UpstreamError."""
        ...


class Progress(Protocol):
    """What was already done of one job, so that a repeated job does only the rest."""

    @property
    def link_id(self) -> str | None: ...
    @property
    def dm(self) -> Posted | None: ...
    @property
    def is_told(self) -> bool: ...
    def record_link(self, link_id: str) -> None:
        """Note whose link it is about, and that nobody needs to be told any more that it takes longer."""
        ...

    def record_dm(self, posted: Posted) -> None:
        """Note the posted direct message."""
        ...

    def record_undelivered(self) -> bool:
        """Note that the link did not reach the person; False when that was noted before."""
        ...

    def record_told(self) -> None:
        """Note that the person was told to wait."""
        ...


class Answerable(Protocol):
    """Whatever has a private answer that can be replaced."""

    @property
    def response_url(self) -> str: ...


class Messenger(Protocol):
    """The ways to a person: facts go in, the rendered message goes out; each raises UpstreamError."""

    def post_dm(self, person: Person, fact: object) -> Posted:
        """Post to the person's direct message with the app."""
        ...

    def edit_dm(self, person: Person, posted: Posted, fact: object) -> None:
        """Put something else in the place of a direct message."""
        ...

    def delete_dm(self, person: Person, posted: Posted) -> None:
        """Take a direct message away."""
        ...

    def open_modal(self, person: Person, trigger_id: str, fact: object) -> None:
        """Open a modal; the trigger does that once, and for three seconds."""
        ...

    def update_modal(self, person: Person, view_id: str, fact: object) -> None:
        """Put something else into an open modal; not retryable when it was closed."""
        ...

    def publish_home(self, person: Person, fact: object) -> None:
        """Put it into the person's App Home."""
        ...

    def answer(self, place: Answerable, fact: object) -> None:
        """Replace the private answer, or the message whose button was pressed."""
        ...

    def retract_answer(self, place: Answerable) -> None:
        """Take the private answer away."""
        ...
