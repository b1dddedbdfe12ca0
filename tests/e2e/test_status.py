"""From a connected account to a disconnected one, with real processes, real HTTP and a real Redis."""

from __future__ import annotations

import pytest

from slack_app.stand_ins.slack import Message
from tests.e2e.connecting import connect
from tests.e2e.test_home import open_home
from tests.stage import LEON, MAYA, Stage, wait_for


def press(app: Stage, message: Message, action_id: str) -> Message:
    """Press a button of a private answer; returns the answer when it has changed."""
    before = message.text
    assert app.workspace.press(MAYA, message.id, action_id)
    wait_for(lambda: message.text != before)
    return message


def last_answer(app: Stage, text: str) -> Message:
    app.answer_after(text)
    return app.answers()[-1]


def test_what_is_connected_is_listed_and_can_be_turned_off_and_disconnected(app: Stage) -> None:
    connect(app, "github")

    listed = last_answer(app, "list")
    assert "*GitHub* as dev@example.com · since" in listed.text
    assert listed.text.endswith("· on · working")

    press(app, listed, "status_turn_off")
    assert listed.text.startswith("*GitHub* (dev@example.com) is off")
    assert [connection.is_active for connection in app.platform.connections.values()] == [False]

    press(app, listed, "status_remove")
    assert listed.text.startswith("*GitHub* (dev@example.com) is disconnected.")
    assert app.platform.connections == {}


def test_disconnect_asks_before_it_does_anything(app: Stage) -> None:
    connect(app, "github")

    asked = last_answer(app, "logout github")
    assert asked.text.startswith("Disconnect *GitHub* (dev@example.com)?")
    assert len(app.platform.connections) == 1
    press(app, asked, "status_keep")
    assert asked.text == "Nothing changed. It's still connected."

    asked = last_answer(app, "unlink github")
    [credential_id] = app.platform.connections
    press(app, asked, f"status_remove:{credential_id}")
    assert app.platform.connections == {}


def test_another_account_can_be_added_from_the_list(app: Stage) -> None:
    connect(app, "github")
    listed = last_answer(app, "status")
    before = len(app.dms())

    app.workspace.press(MAYA, listed.id, "status_connect_again")

    wait_for(lambda: len(app.dms()) > before)
    assert app.dms()[-1].text.startswith("*Connect GitHub*")


@pytest.mark.parametrize("status", [200, 404, 409, 410])
def test_a_platform_whose_callback_consumes_the_state_is_told_as_any_other(app: Stage, status: int) -> None:
    """slack-truth.md 1.1: complete-oauth never says that it is connected, the list of connections does."""
    app.platform.let_callback_consume(status)

    message = connect(app, "github")

    assert message.text.startswith("*GitHub is connected as dev@example.com*")


def test_an_organization_that_the_platform_does_not_know_leads_admins_to_the_setup(app: Stage) -> None:
    """The member asks an admin, who reads which organization it is; the App Home says the same."""
    app.make_admin(LEON)
    app.platform.refuse_organization(404)
    try:
        told = last_answer(app, "status")
        home = open_home(app, "Freddy doesn't know the organization of this workspace")
    finally:
        app.platform.refuse_organization(None)

    assert told.text.startswith("Freddy doesn't know the organization of this workspace")
    labels = [element["text"]["text"] for block in told.blocks for element in block.get("elements", [])]
    assert labels == ["Ask an admin"]
    at_home = [element["text"]["text"] for block in home.blocks for element in block.get("elements", [])]
    assert at_home[:1] == labels
    assert app.workspace.press(MAYA, told.id, "ask_admin")
    wait_for(lambda: bool(app.dms(LEON)), what="that the admin is asked")
    assert app.organization_id in app.dms(LEON)[-1].text
    assert app.organization_id not in told.text
