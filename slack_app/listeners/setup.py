"""What an admin filled into the setup: a key leaves this process sealed; who may is for the work to say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt import Ack, App

from slack_app import wording
from slack_app.features.setup import OPEN_SETUP, REMOVE_SETUP, SAVE_SETUP, SetupChecking, SetupInput
from slack_app.listeners.actions import enqueue_press, on_action
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.details import filled_in
from slack_app.listeners.errors import Body, InvalidInput, log_errors, reading, submission
from slack_app.listeners.key import typed_key, well_formed
from slack_app.listeners.requests import Payload, job_from_submission, submitter, user_of_interaction
from slack_app.model.tools import Connector
from slack_app.model.workspaces import KeyMode
from slack_app.views.ids import ActionId, CallbackId
from slack_app.views.key import KEY
from slack_app.views.setup import ADMIN_CONTACTS, EVERYBODY, KEY_MODE, ORGANIZATION, WHO, suggestions
from slack_app.views.values import Value

_ORGANIZATION = re.compile(r"[\w.:-]{1,128}", re.ASCII)
Values = Mapping[str, Mapping[str, Any]]


def register(app: App, deps: Dependencies) -> None:
    """Listen to the form, to its buttons, and to what is typed into its list of tools."""

    def on_options(ack: Ack, body: Body) -> None:
        found: list[dict[str, Any]] = []
        log_errors(lambda: found.extend(suggestions(matching(body, deps))))
        ack(options=found)

    app.view(CallbackId.SETUP)(submission(submit, deps))
    app.options(ActionId.ALLOWED_CONNECTORS)(on_options)
    on_action(app, ActionId.OPEN_SETUP, enqueue_press(OPEN_SETUP), deps)
    on_action(app, ActionId.REMOVE_SETUP, enqueue_press(REMOVE_SETUP), deps)


def submit(payload: Payload, deps: Dependencies) -> SetupChecking:
    """Enqueue the job. Raises InvalidInput, UserError, UpstreamError."""
    values, view = filled_in(payload), payload["view"]
    with reading():
        organization_id, key = str(values[ORGANIZATION][ORGANIZATION].get("value") or "").strip(), typed_key(values)
        version, key_mode = int(Value.parse(view["private_metadata"]).target_id), KeyMode(_chosen(values, KEY_MODE))
        guests_allowed, connectors = _chosen(values, WHO) == EVERYBODY, _several(values, ActionId.ALLOWED_CONNECTORS)
    invalid = {}
    if not _ORGANIZATION.fullmatch(organization_id):
        invalid[ORGANIZATION] = wording.setup.organization_malformed()
    if key and not well_formed(key):
        invalid[KEY] = wording.key.malformed()
    if invalid:
        raise InvalidInput(invalid)
    form = SetupInput(
        version=version,
        organization_id=organization_id,
        key_mode=key_mode,
        guests_allowed=guests_allowed,
        allowed_connectors=connectors,
        admin_contacts=list(values.get(ADMIN_CONTACTS, {}).get(ADMIN_CONTACTS, {}).get("selected_users") or []),
        sealed_key=deps.keys.seal(submitter(payload), key) if key else "",
    )
    deps.queue.enqueue(job_from_submission(SAVE_SETUP, payload, deps, target_id="", view_id=view["id"], payload=form))
    return SetupChecking()


def matching(payload: Payload, deps: Dependencies) -> Sequence[Connector]:
    """Return the tools that fit the letters typed so far. Raises UpstreamError."""
    user = user_of_interaction(payload)
    return deps.choice.tools(user, str(payload.get("value", ""))) if user else []


def _chosen(values: Values, name: str) -> str:
    return str(values[name][name]["selected_option"]["value"])


def _several(values: Values, name: str) -> list[str] | None:
    """Return what was chosen of several; None where the form could not offer any."""
    if name not in values:
        return None
    return [str(option["value"]) for option in values[name][name].get("selected_options") or []]
