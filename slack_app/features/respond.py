"""Brings an answer to the person: in private where they asked, in a direct message where that is not possible.

What answers a command comes below its acknowledgement, what answers a press takes the place of the message that was
pressed. Private answers vanish from the app's own conversation when it is reloaded, so there an ordinary message is the
answer. Whether a conversation is the app's own is known only once a message was posted to it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from slack_app.errors import UpstreamError
from slack_app.model.facts import MessageFact, MessageOrModalFact
from slack_app.model.jobs import Job
from slack_app.model.messages import MessageRef
from slack_app.ports.slack import Messenger


def respond(messenger: Messenger, job: Job[Any], fact: MessageFact) -> None:
    """Tell the person once; raises UpstreamError when no way was open."""
    if not job.response_url:
        messenger.post_dm(job.person, fact, job.thread)
        return
    if not job.channel_id.startswith("D"):
        try:
            messenger.respond(job, fact)
        except UpstreamError:
            messenger.post_dm(job.person, fact, job.thread)
        return
    try:
        dm = messenger.post_dm(job.person, fact, job.thread)
    except UpstreamError:
        messenger.respond(job, fact)
        return
    with suppress(UpstreamError):  # the person has been told
        answer_beside(messenger, job, dm, fact)


def notify(messenger: Messenger, job: Job[Any], fact: MessageFact) -> None:
    """Tell the person that they have to wait: a command gets one private answer, and that is the answer itself.

    Raises UpstreamError when no way was open.
    """
    if job.can_replace or not job.response_url:
        respond(messenger, job, fact)
        return
    try:
        messenger.post_dm(job.person, fact)
    except UpstreamError:
        messenger.respond(job, fact)


def update_or_respond(messenger: Messenger, job: Job[Any], fact: MessageFact) -> None:
    """Put it in the place of the message whose button was pressed, else answer; raises UpstreamError."""
    if job.message is not None:
        try:
            messenger.edit_dm(job.person, job.message, fact)
        except UpstreamError as exc:
            if exc.retryable or exc.code == "not_installed":
                raise
        else:
            return  # else the message is gone: it was deleted
    respond(messenger, job, fact)


def show_in_modal(messenger: Messenger, job: Job[Any], fact: MessageOrModalFact) -> None:
    """Put it into the modal that was submitted; whoever has closed it gets it as a message. Raises UpstreamError."""
    try:
        messenger.update_modal(job.person, job.view_id, fact)
    except UpstreamError as exc:
        if exc.retryable:
            raise
        respond(messenger, job, fact)


def answer_beside(messenger: Messenger, job: Job[Any], dm: MessageRef, fact: MessageFact) -> None:
    """Answer in private after a direct message; nothing is said twice in one conversation. Raises UpstreamError."""
    if dm.channel_id != job.channel_id:
        messenger.respond(job, fact)
    elif job.can_replace:
        messenger.delete_ephemeral(job)
