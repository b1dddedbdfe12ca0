"""Makes Bolt listeners of ours: what one raises becomes the person's private answer, or a log line, never a 500.

Bolt runs them before it responds (`process_before_response`), and an acknowledgement made before an exception would be
lost: so a listener runs first, and what it returns is acknowledged.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from slack_bolt import Ack, BoltResponse
from slack_sdk.models.views import View

from slack_app.errors import UpstreamError, UserError
from slack_app.instruments import REFUSED
from slack_app.listeners.dependencies import Dependencies
from slack_app.model.facts import ModalFact
from slack_app.model.messages import Failure, Message
from slack_app.views import render_message, render_modal

Body = Mapping[str, Any]
Listener = Callable[[Body, Dependencies], None]
SubmissionListener = Callable[[Body, Dependencies], ModalFact | None]
BoltListener = Callable[..., BoltResponse | None]

log = structlog.get_logger("slack_app.listeners")


class InvalidInput(Exception):
    """What was filled into a form is wrong: `errors` has what is to stand below which input, by its block's id."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


class MalformedRequestError(Exception):
    """A request lacks what all of its kind have: signed, but nothing that Slack sends. It is answered 400."""


@contextmanager
def reading() -> Iterator[None]:
    """Read a request's fields. Raises MalformedRequestError when one is missing, or holds a word that it cannot."""
    try:
        yield
    except (KeyError, TypeError, ValueError, StopIteration) as exc:
        raise MalformedRequestError from exc


def acknowledged(listener: Listener, deps: Dependencies) -> BoltListener:
    """Return a Bolt listener for what has no answer that a person could read: errors are logged.

    What could not be kept is answered with 503: Slack sends an event again, and shows at a button that it did not work.
    https://docs.slack.dev/apis/events-api/#retries
    """

    def bolt_listener(ack: Ack, body: Body) -> BoltResponse:
        return ack() if log_errors(lambda: listener(body, deps)) else BoltResponse(status=503)

    return bolt_listener


def submission(listener: SubmissionListener, deps: Dependencies) -> BoltListener:
    """Return a Bolt listener for a modal that was submitted; `listener` returns what takes the modal's place, if any.

    What is wrong stands below the inputs, and the modal keeps what it holds:
    https://docs.slack.dev/surfaces/modals#displaying_errors
    """

    def bolt_listener(ack: Ack, body: Body) -> None:
        errors, following = validate(listener, body, deps)
        if errors:
            ack(response_action="errors", errors=dict(errors))
        elif following:
            ack(response_action="update", view=following.to_dict())
        else:
            ack()

    return bolt_listener


def validate(listener: SubmissionListener, body: Body, deps: Dependencies) -> tuple[Mapping[str, str], View | None]:
    """Run the listener of a modal; return what is wrong with which input, and else the modal that follows."""
    invalid: dict[str, str] = {}
    following: list[View] = []

    def run() -> Message:
        try:
            fact = listener(body, deps)
        except InvalidInput as exc:
            invalid.update(exc.errors)
        else:
            following.extend([render_modal(fact, deps.command)] if fact else [])
        return Message("", [])

    refusal = reply_with_errors(run, deps.command)
    if refusal.text:
        with reading():
            first_input = next(block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input")
        return {first_input: refusal.text}, None
    return invalid, following[0] if following else None


def reply_with_errors(listener: Callable[[], Message], command: str) -> Message:
    """Run a listener; turn whatever it raises into what the person is told, with a reference to the log line."""
    try:
        return listener()
    except UserError as exc:
        reference = _reference()
        REFUSED.labels(exc.reason).inc()
        log.info("listener.refused", reason=exc.reason, reference=reference)
        return render_message(Failure(exc.reason, exc.facts, reference), command)
    except UpstreamError as exc:
        reference = _reference()
        REFUSED.labels(exc.service).inc()
        log.warning("listener.outage", service=exc.service, code=exc.code, reference=reference)
        return render_message(Failure("busy", {}, reference), command)
    except MalformedRequestError:
        raise
    except Exception:
        reference = _reference()
        REFUSED.labels("defect").inc()
        log.exception("listener.defect", reference=reference)
        return render_message(Failure("defect", {}, reference), command)


def _reference() -> str:
    return secrets.token_hex(4).upper()


def log_errors(listener: Callable[[], None]) -> bool:
    """Run a listener whose request has no answer that a person could read; False when it could not be kept.

    A defect would be one the next time, too: it is logged, and counts as kept.
    """
    try:
        listener()
    except UpstreamError as exc:
        REFUSED.labels(exc.service).inc()
        log.warning("listener.outage", service=exc.service, code=exc.code)
        return False
    except MalformedRequestError:
        raise
    except Exception:
        log.exception("listener.defect")
    return True
