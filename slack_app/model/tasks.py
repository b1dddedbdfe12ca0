"""The kinds of jobs: what is known of each kind is said once, in a `Task` beside its use case.

    SHOW = Task("status.show", Permission.CONNECT, is_awaited=True)

    class ShowStatus:
        @SHOW.handler
        def show(self, job: Job, progress: Progress) -> str: ...

The queue carries a task's `kind` as a word and knows no more of it; slack_app/handlers.py puts the handlers together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any, TypeVar

from slack_app.model.jobs import RESPONSE_URL_SECONDS, Job
from slack_app.model.stored import as_record
from slack_app.model.users import SlackUser

Method = TypeVar("Method", bound=Callable[..., str])
UNAVAILABLE = "account_unavailable"


class Reply(Enum):
    """Where the person hears why a job could not be done."""

    MESSAGE = auto()
    """In private where they asked, else in their direct message."""
    MODAL = auto()
    """In the modal that says that it is being checked; as a message where that was closed."""
    HOME = auto()
    """In the App Home."""
    NONE = auto()
    """Nowhere, because nobody waits: what comes of it is seen where it leads, or at the next time."""


class Permission(Enum):
    """Who may have a kind of job done; asked in one place, before its handler runs (features/policy.py)."""

    CONNECT = auto()
    """Whoever may connect tools here: members, and guests where the workspace's setup lets them."""
    ADMIN = auto()
    """Admins and owners of the workspace, as Slack says at that moment."""
    ANYBODY = auto()
    """Any person of the workspace: nothing of the organization's connections is shown or changed."""
    SYSTEM = auto()
    """No person asks for it: Slack, an operator or another job does."""


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of job.

    `permission` says who may have it done. `payload` is the dataclass of what it needs to know beside the fields that
    every job has. `reply` says where a failure is told. `is_awaited`: a person waits for an answer and is told when it
    takes longer. `makes_link`: the answer is a link, so such a notice names the tool. `unavailable` is the reason that
    is told when the platform never answered; empty for the link's own. `resumes_as` is the kind that goes on, without
    the payload, when a request waited for an admin or a key; empty for the same request. `platform_seconds` and
    `slack_seconds` say how long after the request a system that fails is tried again: Slack as long as a `response_url`
    lives. `former_kinds` are the words that earlier versions wrote.
    """

    kind: str
    permission: Permission
    payload: type | None = None
    reply: Reply = Reply.MESSAGE
    is_awaited: bool = False
    makes_link: bool = False
    unavailable: str = UNAVAILABLE
    resumes_as: str = ""
    platform_seconds: float = 600.0
    slack_seconds: float = RESPONSE_URL_SECONDS
    former_kinds: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        kinds = (self.kind, *self.former_kinds)
        if taken := [kind for kind in kinds if kind in _tasks]:
            raise ValueError(f"two tasks are called {taken[0]}")
        _tasks.update(dict.fromkeys(kinds, self))

    def job(self, job_id: str, person: SlackUser, accepted_at: float, **fields: Any) -> Job[Any]:
        """Return a job of this kind for the person; what is not given is empty."""
        empty = {"channel_id": "", "response_url": "", "connector_type": "", "parameters": {}}
        job: Job[Any] = Job(id=job_id, person=person, accepted_at=accepted_at, kind=self.kind, **{**empty, **fields})
        return job

    def handler(self, method: Method) -> Method:
        """Decorate the method of a use case that does the jobs of this kind."""
        method.task = self  # type: ignore[attr-defined]
        return method

    def read_payload(self, job: Job[Any]) -> Job[Any]:
        """Return the job with its stored payload as a dataclass; raises ValueError when it is none."""
        if self.payload is None:
            return replace(job, payload=None)
        return replace(job, payload=as_record(self.payload, {} if job.payload is None else job.payload))


_tasks: dict[str, Task] = {}


def task_of(kind: str) -> Task | None:
    """Return the task of that kind, by its word of today or of before; None for one of another version."""
    return _tasks.get(kind)


def all_tasks() -> Iterator[Task]:
    """Yield every task that is declared."""
    yield from dict.fromkeys(_tasks.values())


def is_awaited(kind: str) -> bool:
    """Return whether a person waits for an answer to jobs of that kind."""
    task = task_of(kind)
    return task is not None and task.is_awaited


def makes_link(kind: str) -> bool:
    """Return whether the answer to jobs of that kind is a link."""
    task = task_of(kind)
    return task is not None and task.makes_link


def is_background(job: Job[Any]) -> bool:
    """Return whether nobody waits at this moment for what the job does: what was pressed or typed goes before it."""
    task = task_of(job.kind)
    is_untold = task is not None and (task.permission is Permission.SYSTEM or task.reply in (Reply.HOME, Reply.NONE))
    return is_untold and not job.trigger_id
