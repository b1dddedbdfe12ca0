"""Asks for the details that a tool needs (a SharePoint site's name), and goes on with the request when it has them.

The modal opens by itself while Slack still allows it; the message stays, with a button that opens it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from slack_app.errors import DetailsNeeded, UpstreamError, UserError
from slack_app.features.dependencies import Dependencies
from slack_app.features.respond import respond
from slack_app.model.facts import MessageOrModalFact
from slack_app.model.jobs import Draft, Job
from slack_app.model.parameters import at, converted, merged, put
from slack_app.model.tasks import Permission, Task
from slack_app.ports.jobs import Drafts, Progress

OPEN_DETAILS = Task("details.open", Permission.CONNECT, former_kinds=("details",))
SUBMIT_DETAILS = Task(
    "details.submit", Permission.CONNECT, is_awaited=True, makes_link=True, unavailable="", former_kinds=("fill",)
)

log = structlog.get_logger("slack_app.details")


@dataclass(frozen=True, slots=True)
class Details(MessageOrModalFact):
    """What a tool asks for, what the person gave of it so far, and the request that waits for it, if there is one.

    `keys` are paths, `kinds` says of which kind they are, as far as the platform said (model/parameters.py).
    """

    tool_key: str
    name: str
    keys: Sequence[str]
    given: Mapping[str, Any] = field(default_factory=dict, repr=False)
    draft_id: str = ""
    was_late: bool = False
    kinds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AskDetails:
    """The use cases with what they need."""

    deps: Dependencies

    def request(self, job: Job, needed: DetailsNeeded) -> str:
        """Ask for the details, in a modal and in the answer; the request waits for them."""
        waiting = replace(job, connector_type=needed.tool_key, target_id="", view_id="", message=None, payload=None)
        draft_id = self.deps.drafts.save(Draft(waiting, keys=needed.keys, name=needed.name, kinds=needed.kinds))
        details = Details(needed.tool_key, needed.name, needed.keys, job.parameters, draft_id, kinds=needed.kinds)
        self._opened(job, details)
        respond(self.deps.messenger, job, details)
        return "details_asked"

    @OPEN_DETAILS.handler
    def open(self, job: Job, _progress: Progress) -> str:
        """Open the modal once more."""
        draft = draft_of(self.deps.drafts, job)
        waiting = draft.job
        asked = (waiting.connector_type, draft.name, tuple(draft.keys))
        details = Details(*asked, waiting.parameters, job.target_id, kinds=draft.kinds)
        if not self._opened(job, details):
            respond(self.deps.messenger, job, replace(details, was_late=True))
        return "details_asked"

    def filled(self, job: Job) -> Job:
        """Return the request with what was filled in; a modal without one is a request of its own.

        A modal is in no conversation: the answer comes where the request was made, or where it was pressed for again.
        """
        if not job.target_id:
            return job
        waiting = draft_of(self.deps.drafts, job).job
        parameters = merged(waiting.parameters, job.parameters)
        if job.message or job.response_url:
            return replace(job, person=waiting.person, connector_type=waiting.connector_type, parameters=parameters)
        return replace(waiting, id=job.id, parameters=parameters, trigger_id=job.trigger_id)

    def _opened(self, job: Job, details: Details) -> bool:
        try:
            self.deps.messenger.open_modal(job.person, job.trigger_id, details)
        except UpstreamError as exc:
            log.info("details.no_modal", code=exc.code)
            return False
        return True


def as_asked(parameters: Mapping[str, Any], kinds: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the parameters, each as the kind that it has to be, where it can be one."""
    for path, kind in kinds.items():
        value = at(parameters, path)
        if kind and value is not None:
            with suppress(ValueError):
                parameters = put(parameters, path, converted(value, kind))
    return parameters


def draft_of(drafts: Drafts, job: Job[Any]) -> Draft:
    """Return the request that the button or the modal is about. Raises UserError when it is not the person's."""
    draft = drafts.get(job.target_id, job.person)
    if draft is None:
        raise UserError("button_outdated")
    return draft
