"""Slack: the ways to a person, and who is who."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from slack_app.model.facts import HomeFact, MessageFact, ModalFact
from slack_app.model.messages import MessageRef
from slack_app.model.users import Known, Role, SlackUser


class Messenger(Protocol):
    """The ways to a person: facts go in, the rendered message goes out; each raises UpstreamError."""

    def post_dm(self, person: SlackUser, fact: MessageFact, thread: MessageRef | None = None) -> MessageRef:
        """Post to the person's direct message with the app, there into the thread if it is still there."""
        ...

    def edit_dm(self, person: SlackUser, posted: MessageRef, fact: MessageFact) -> None:
        """Put something else in the place of a direct message."""
        ...

    def delete_dm(self, person: SlackUser, posted: MessageRef) -> None:
        """Take a direct message away."""
        ...

    def open_modal(self, person: SlackUser, trigger_id: str, fact: ModalFact) -> None:
        """Open a modal; the trigger does that once, and for three seconds."""
        ...

    def update_modal(self, person: SlackUser, view_id: str, fact: ModalFact) -> None:
        """Put something else into an open modal; not retryable when it was closed."""
        ...

    def publish_home(self, person: SlackUser, fact: HomeFact) -> None:
        """Put it into the person's App Home."""
        ...

    def respond(self, place: HasResponseUrl, fact: MessageFact) -> None:
        """Answer in private, in the place of the message whose button was pressed, else below what was said before."""
        ...

    def delete_ephemeral(self, place: HasResponseUrl) -> None:
        """Take the private message whose button was pressed away."""
        ...


class HasResponseUrl(Protocol):
    """Whatever can be answered in private."""

    @property
    def response_url(self) -> str:
        """The address that Slack gave for it."""
        ...

    @property
    def can_replace(self) -> bool:
        """Whether the answer takes the place of the private message whose button was pressed."""
        ...


class People(Protocol):
    """Who is who in Slack; each method raises UpstreamError, and UserError where Slack does not let us look."""

    def role_of(self, person: SlackUser) -> Role:
        """Return what the person is in their workspace now."""
        ...

    def can_set_up(self, person: SlackUser) -> bool | None:
        """Return whether the person is an admin, as far as that is known at once: what to show them depends on it."""
        ...

    def known(self, person: SlackUser) -> Known:
        """Return who the person is, as Slack said within the last hour: enough to tell strangers and guests."""
        ...

    def may_be_of_grid(self, person: SlackUser) -> bool:
        """Return whether the person may be of a Grid that their request does not name."""
        ...

    def note(self, person: SlackUser) -> None:
        """Remember that the person is one of ours, for their request says so."""
        ...

    def admins_of(self, person: SlackUser) -> Sequence[str]:
        """Return the ids of a few admins of the person's workspace."""
        ...
