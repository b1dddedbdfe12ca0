"""Brings an answer to the person: in private where they asked, in a direct message where that is not possible.

What answers a command comes below its acknowledgement, what answers a press takes the place of the message that was
pressed. Private answers vanish from the app's own conversation when it is reloaded, so there an ordinary message is the
answer. Whether a conversation is the app's own is known only once a message was posted to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from slack_app.errors import Meaning, UpstreamError
from slack_app.model.facts import MessageFact, MessageOrModalFact
from slack_app.model.jobs import Job
from slack_app.model.messages import Failure, MessageRef, is_dm
from slack_app.ports.slack import Messenger

log = structlog.get_logger("slack_app.respond")


def log_closed_way(way: str, exc: UpstreamError, **whose: str) -> None:
    """Log with Slack's word that one way to the person is closed; what is ours or an admin's to mend is an error."""
    is_error = exc.meaning in (Meaning.BROKEN_INSTALLATION, Meaning.DEFECT)
    report = log.error if is_error else log.warning
    report("slack.way_closed", way=way, code=exc.code, status=exc.status, meaning=exc.meaning.name.lower(), **whose)


def respond(messenger: Messenger, job: Job[Any], fact: MessageFact) -> None:
    """Tell the person once; raises UpstreamError when no way was open."""
    if not job.response_url:
        messenger.post_dm(job.person, fact, job.thread)
        return
    if not is_dm(job.channel_id):
        try:
            messenger.respond(job, fact)
        except UpstreamError as exc:
            log_closed_way("private_answer", exc)
            messenger.post_dm(job.person, fact, job.thread)
        return
    try:
        dm = messenger.post_dm(job.person, fact, job.thread)
    except UpstreamError as exc:
        log_closed_way("direct_message", exc)
        messenger.respond(job, fact)
        return
    try:
        answer_beside(messenger, job, dm, fact)
    except UpstreamError as exc:  # the person has been told
        log_closed_way("private_answer", exc)


def channel_of(job: Job[Any]) -> str:
    """Return the channel that `respond` answers in; empty where that is the person's messages with the app."""
    return job.channel_id if job.response_url and not is_dm(job.channel_id) else ""


def notify(messenger: Messenger, job: Job[Any], fact: MessageFact) -> None:
    """Tell the person that they have to wait: a command gets one private answer, and that is the answer itself.

    Raises UpstreamError when no way was open.
    """
    if job.can_replace or not job.response_url:
        respond(messenger, job, fact)
        return
    try:
        messenger.post_dm(job.person, fact)
    except UpstreamError as exc:
        log_closed_way("direct_message", exc)
        messenger.respond(job, fact)


def update_or_respond(messenger: Messenger, job: Job[Any], fact: MessageFact) -> None:
    """Put it in the place of the message whose button was pressed, else answer; raises UpstreamError."""
    if job.message is not None:
        try:
            messenger.edit_dm(job.person, job.message, fact)
        except UpstreamError as exc:
            if exc.retryable or exc.code == "not_installed":
                raise
            log_closed_way("edit", exc)
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
        log_closed_way("modal", exc)
        respond(messenger, job, fact)


def answer_beside(messenger: Messenger, job: Job[Any], dm: MessageRef, fact: MessageFact) -> None:
    """Answer in private after a direct message; nothing is said twice in one conversation. Raises UpstreamError."""
    if dm.channel_id != job.channel_id:
        messenger.respond(job, fact)
    elif job.can_replace:
        messenger.delete_ephemeral(job)


def tell_anyhow(messenger: Messenger, job: Job[Any], failure: Failure, meaning: Meaning, *, is_for_home: bool) -> bool:
    """Try each way that may be open after an error of this meaning, the App Home last; return whether one was.

    What happens in the App Home (`is_for_home`) is told there.
    """
    ways: dict[str, Callable[[], object]] = {}
    if job.response_url:
        ways["private_answer"] = lambda: messenger.respond(job, failure)
    if meaning is Meaning.DEFECT and not is_for_home:  # it was what we sent, and not the way
        ways["direct_message"] = lambda: messenger.post_dm(job.person, failure)
    if meaning is not Meaning.BROKEN_INSTALLATION:
        ways["home"] = lambda: messenger.publish_home(job.person, failure)
    for way, tell in ways.items():
        try:
            tell()
        except UpstreamError as exc:
            log_closed_way(way, exc)
        else:
            return True
    return False
