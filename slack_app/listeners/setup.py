"""What an admin filled into the setup: a key leaves this process sealed; who may is for the work to say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from slack_bolt import Ack, App

from slack_app import wording
from slack_app.features.remove_setup import ASK_REMOVE_SETUP, REMOVE_SETUP
from slack_app.features.setup import OPEN_SETUP, SAVE_SETUP, SetupChecking
from slack_app.features.setup_check import SetupInput
from slack_app.listeners.actions import enqueue_press, on_action
from slack_app.listeners.dependencies import Dependencies
from slack_app.listeners.errors import Body, InvalidInput, log_errors, reading, submission
from slack_app.listeners.forms import chosen_in, field, input_ids, text_in
from slack_app.listeners.key import well_formed
from slack_app.listeners.requests import Payload, identified, job_from_submission, user_of
from slack_app.model.tools import Connector
from slack_app.model.workspaces import KeyMode
from slack_app.views.ids import ActionId, CallbackId
from slack_app.views.key import KEY
from slack_app.views.setup import ADMIN_CONTACTS, AGAIN, EVERYBODY, KEY_MODE, ORGANIZATION, WHO, suggestions
from slack_app.views.values import Value

_ORGANIZATION = re.compile(r"[\w.:-]{1,128}", re.ASCII)


def register(app: App, deps: Dependencies) -> None:
    """Listen to the form, to its buttons, and to what is typed into its list of tools."""

    def on_options(ack: Ack, body: Body) -> None:
        found: list[dict[str, Any]] = []
        log_errors(lambda: found.extend(suggestions(matching(body, deps))))
        ack(options=found)

    app.view(CallbackId.SETUP)(submission(submit, deps))
    app.options(ActionId.ALLOWED_CONNECTORS)(on_options)
    on_action(app, ActionId.OPEN_SETUP, enqueue_press(OPEN_SETUP), deps)
    on_action(app, ActionId.REMOVE_SETUP, enqueue_press(ASK_REMOVE_SETUP), deps)
    on_action(app, ActionId.CONFIRM_REMOVE_SETUP, enqueue_press(REMOVE_SETUP), deps)


def submit(payload: Payload, deps: Dependencies) -> SetupChecking:
    """Enqueue the job. Raises InvalidInput, UserError, UpstreamError."""
    view = payload["view"]
    carried = Value.parse(view.get("private_metadata"))
    organization_id, key = text_in(view, ORGANIZATION, ORGANIZATION), text_in(view, KEY, KEY)
    invalid = {
        name: wording.details.missing() for name in (ORGANIZATION, KEY_MODE, WHO) if not _is_filled_in(view, name)
    }
    if organization_id and not _ORGANIZATION.fullmatch(organization_id):
        invalid[ORGANIZATION] = wording.setup.organization_malformed()
    if key and not well_formed(key):
        invalid[KEY] = wording.key.malformed()
    if invalid:
        raise InvalidInput(invalid)
    with reading():
        shown, _, draft_id = carried.target_id.partition(":")
        version, key_mode = int(shown), KeyMode(chosen_in(view, KEY_MODE, KEY_MODE))
        is_offering = ActionId.ALLOWED_CONNECTORS in input_ids(view)
    is_again = carried.connector_type == AGAIN
    connectors = field(view, ActionId.ALLOWED_CONNECTORS, ActionId.ALLOWED_CONNECTORS, is_again=is_again)
    contacts = field(view, ADMIN_CONTACTS, ADMIN_CONTACTS, is_again=is_again)
    form = SetupInput(
        version=version,
        organization_id=organization_id,
        key_mode=key_mode,
        guests_allowed=chosen_in(view, WHO, WHO) == EVERYBODY,
        allowed_connectors=[option["value"] for option in connectors["selected_options"] or []]
        if is_offering
        else None,
        admin_contacts=list(contacts["selected_users"] or []),
        sealed_key=deps.keys.seal(user_of(payload), key) if key else "",
    )
    deps.queue.enqueue(
        job_from_submission(
            SAVE_SETUP, payload, deps, target_id=draft_id, connector_type="", view_id=view["id"], payload=form
        )
    )
    return SetupChecking()


def matching(payload: Payload, deps: Dependencies) -> Sequence[Connector]:
    """Return the tools that fit the letters typed so far. Raises UpstreamError."""
    user = identified(payload, deps)
    return deps.choice.tools(user, str(payload.get("value", ""))) if user else []


def _is_filled_in(view: Payload, name: str) -> bool:
    return bool(text_in(view, name, name) or chosen_in(view, name, name))
