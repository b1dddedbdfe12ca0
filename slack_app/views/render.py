"""Renders a fact for the surface it is shown on: the view that registered for the fact's type does it.

    @render_message.register
    def status(fact: Status, command: str) -> Message: ...

`command` is what people type (SLACK_COMMAND).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

from slack_sdk.models.views import View

from slack_app.model.facts import HomeFact, MessageFact, ModalFact, PageFact
from slack_app.model.messages import Message


@singledispatch
def render_message(fact: MessageFact, command: str) -> Message:
    """Return the message for the fact."""
    raise NotImplementedError(f"no view renders {type(fact).__name__} as a message")


@singledispatch
def render_modal(fact: ModalFact, command: str) -> View:
    """Return the modal for the fact."""
    raise NotImplementedError(f"no view renders {type(fact).__name__} as a modal")


@singledispatch
def render_home(fact: HomeFact, command: str) -> View:
    """Return the App Home for the fact."""
    raise NotImplementedError(f"no view renders {type(fact).__name__} as an App Home")


@singledispatch
def render_page(fact: PageFact, command: str) -> str:
    """Return the page for the fact, as HTML."""
    raise NotImplementedError(f"no view renders {type(fact).__name__} as a page")


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders what the messenger sends; `command` is what people type."""

    command: str

    def message(self, fact: MessageFact) -> Message:
        """Return the message for the fact."""
        return render_message(fact, self.command)

    def modal(self, fact: ModalFact) -> View:
        """Return the modal for the fact."""
        return render_modal(fact, self.command)

    def home(self, fact: HomeFact) -> View:
        """Return the App Home for the fact."""
        return render_home(fact, self.command)
