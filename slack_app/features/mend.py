"""Keeps the request of a person who has to wait until somebody mends something: they themselves, or an admin."""

from __future__ import annotations

from dataclasses import replace

from slack_app.errors import UserError
from slack_app.features.ask import NEEDS_ADMIN
from slack_app.features.key import NEEDS_KEY
from slack_app.model import Job, Trouble
from slack_app.ports.jobs import Drafts


def told_of(job: Job, error: UserError, drafts: Drafts) -> Trouble:
    """Give what the person is told; what they wanted waits where it can be mended. Raises UpstreamError."""
    draft_id = ""
    if error.reason in NEEDS_ADMIN | NEEDS_KEY:
        draft_id = drafts.keep(replace(job, details={**job.details, "reason": error.reason, "facts": error.facts}))
    return Trouble(error.reason, error.facts, job.reference, draft_id)
