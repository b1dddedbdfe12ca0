"""A short friendly answer with the way on, to whoever greets, thanks or writes anything else; and the first welcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slack_app.features.dependencies import Dependencies
from slack_app.features.respond import respond
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import Job
from slack_app.model.tasks import Permission, Reply, Task
from slack_app.ports.jobs import Progress

HELLO, THANKS, HOME, UNCLEAR, WELCOME, TEST = "hello", "thanks", "home", "unclear", "welcome", "test"
_HELLO = frozenset("hello hi hey hallo hiya greetings morning afternoon evening moin ahoy howdy".split())
_THANKS = frozenset("thanks thank thx ty cheers merci danke gracias bye goodbye perfect".split())
_AROUND = frozenset(
    "a again and dear everybody everyone freddy good have lot nice so much team there to very you".split()
)


@dataclass(frozen=True, slots=True)
class Greeting(MessageFact):
    """What is said: `hello`, `thanks`, `home` (where it is), `unclear`, `welcome` at first, `test` for an operator."""

    kind: str


GREET = Task("greet", Permission.CONNECT, payload=Greeting)
GREET_FIRST = Task("greet.first", Permission.CONNECT, reply=Reply.NONE)


@dataclass(frozen=True, slots=True)
class Greet:
    """The use cases with what they need."""

    deps: Dependencies

    @GREET.handler
    def greet(self, job: Job[Greeting], _progress: Progress) -> str:
        """Answer."""
        respond(self.deps.messenger, job, job.payload)
        return "greeted"

    @GREET_FIRST.handler
    def welcome(self, job: Job, _progress: Progress) -> str:
        """Welcome whoever opens the conversation, unless a message of ours stands there already."""
        if not self.deps.homes.claim_welcome(job.person, job.id):
            return "welcomed_before"
        self.deps.messenger.post_dm(job.person, Greeting(WELCOME))
        return "welcomed"


def kind_of(words: Sequence[str]) -> str:
    """Return how the words are answered that name no tool."""
    said = {word.casefold().strip(".,;:!?'") for word in words}
    if said & _THANKS:
        return THANKS
    return HELLO if said & _HELLO else UNCLEAR


def is_small_talk(words: Sequence[str]) -> bool:
    """Return whether the words say nothing but a greeting, or thanks."""
    said = {word.casefold().strip(".,;:!?'") for word in words}
    return bool(said) and said <= _HELLO | _THANKS | _AROUND and bool(said & (_HELLO | _THANKS))
