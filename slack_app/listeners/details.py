"""What was filled into the modal of a tool that needs details, and the button that opens it again."""

from __future__ import annotations

from dataclasses import replace

from slack_bolt import App

from slack_app import wording
from slack_app.features.connect import LinkLoading
from slack_app.features.details import OPEN_DETAILS, SUBMIT_DETAILS
from slack_app.listeners.actions import enqueue_press, on_action
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import InvalidInput, MalformedRequestError, reading, submission
from slack_app.listeners.forms import chosen_in, input_ids, text_in
from slack_app.listeners.parameters import checked, problem_with
from slack_app.listeners.requests import Payload, job_from_submission
from slack_app.model.parameters import KINDS, base, converted
from slack_app.views.details import VALUE
from slack_app.views.ids import ActionId, CallbackId


def register(app: App, deps: Dependencies) -> None:
    """Listen to the modal and to its button."""
    app.view(CallbackId.DETAILS)(submission(submit, deps))
    on_action(app, ActionId.OPEN_DETAILS, enqueue_press(OPEN_DETAILS), deps)


def submit(payload: Payload, deps: Dependencies) -> LinkLoading | None:
    """Enqueue the job; the link comes into a modal that no request waits for. Raises InvalidInput, UpstreamError."""
    view, job = payload["view"], job_from_submission(SUBMIT_DETAILS, payload, deps)
    is_of_menu, tool = not job.target_id, job.connector_type
    values: dict[str, object] = {}
    wrong: dict[str, str] = {}
    with reading():
        for path in input_ids(view):
            text, kind = _filled_in(view, path)
            try:
                values[path] = converted(text, kind) if kind else text
            except ValueError:
                wrong[path] = wording.details.wrong(kind)
            if not text or values.get(path) == []:
                wrong[path] = wording.details.missing()
            elif path in values and problem_with(path, values[path]) == "secret":
                wrong[path] = wording.details.secret()
    if not values and not wrong:
        raise MalformedRequestError
    if wrong:
        raise InvalidInput(wrong)
    parameters = checked(values.items(), tool)
    view_id = view["id"] if is_of_menu else ""
    deps.queue.enqueue(replace(job, parameters=parameters, view_id=view_id))
    return LinkLoading() if is_of_menu else None


def _filled_in(view: Payload, path: str) -> tuple[str, str]:
    """Return what stands in the field, and of which kind it has to be: the field's action id; empty for any text."""
    element = next((block.get("element") or {} for block in view["blocks"] if block.get("block_id") == path), {})
    kind = str(element.get("action_id"))
    if base(kind) not in KINDS:
        return text_in(view, path, VALUE), ""
    return chosen_in(view, path, kind) if kind == "boolean" else text_in(view, path, kind), kind
