"""A person's own key: the button that asks for it, and the key that was filled in, which leaves this process sealed."""

from __future__ import annotations

import re

from slack_bolt import App

from slack_app import wording
from slack_app.features.key import OPEN_KEY, REMOVE_KEY, SAVE_KEY, KeyChecking, SealedKey
from slack_app.listeners.actions import enqueue_press, on_action
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import InvalidInput, submission
from slack_app.listeners.forms import text_in
from slack_app.listeners.requests import Payload, job_from_submission, user_of
from slack_app.views.ids import ActionId, CallbackId
from slack_app.views.key import KEY

_KEY = re.compile(r"[\x21-\x7e]{8,512}")


def register(app: App, deps: Dependencies) -> None:
    """Listen to the modal and to the buttons."""
    app.view(CallbackId.KEY)(submission(submit, deps))
    on_action(app, ActionId.OPEN_KEY, enqueue_press(OPEN_KEY), deps)
    on_action(app, ActionId.REMOVE_KEY, enqueue_press(REMOVE_KEY), deps)


def submit(payload: Payload, deps: Dependencies) -> KeyChecking:
    """Enqueue the job. Raises InvalidInput, UserError, UpstreamError."""
    key = text_in(payload["view"], KEY, KEY)
    if not well_formed(key):
        raise InvalidInput({KEY: wording.key.malformed() if key else wording.details.missing()})
    sealed = SealedKey(deps.keys.seal(user_of(payload), key))
    deps.queue.enqueue(job_from_submission(SAVE_KEY, payload, deps, view_id=payload["view"]["id"], payload=sealed))
    return KeyChecking()


def well_formed(key: str) -> bool:
    """Return whether it can be a key at all."""
    return _KEY.fullmatch(key) is not None
