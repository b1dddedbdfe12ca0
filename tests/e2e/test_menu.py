"""The menu of `/connect` alone and of the shortcut, with real processes, real HTTP and a real Redis."""

from __future__ import annotations

from typing import Any

import pytest

from slack_app.stand_ins.freddy.connectors import CONNECTORS, Connector
from slack_app.stand_ins.slack import Message, SlackFault
from tests.e2e.connecting import allow
from tests.stage import LEON, MAYA, Stage, wait_for


def menu(app: Stage) -> Message:
    """Ask for the menu; returns it when it stands."""
    app.ask("")
    wait_for(lambda: "Which tool" in app.answers()[-1].text, what="the menu")
    return app.answers()[-1]


def choose(app: Stage, message: Message, tool: str, user_id: str = MAYA) -> bool | None:
    actions = next(block for block in message.blocks_with_ids() if block["type"] == "actions")
    app.workspace.user_actions.suggest(user_id, message.id, actions["block_id"], "menu_choose", "")
    return app.workspace.user_actions.act(user_id, message.id, actions["block_id"], "menu_choose", f":{tool}")


def opened(app: Stage) -> dict[str, Any]:
    """Run the shortcut; returns the modal when it is open."""
    app.workspace.user_actions.run_shortcut(MAYA, "connect_open_menu")
    wait_for(lambda: app.workspace.views.modal_of(MAYA), what="the modal")
    view = app.workspace.views.modal_of(MAYA)
    assert view
    return view.shown()


def submit(app: Stage, values: dict[str, dict[str, str | None]]) -> None:
    view = app.workspace.views.modal_of(MAYA)
    assert view
    if "menu_tool" in values:
        app.workspace.user_actions.suggest(MAYA, view.id, "menu_tool", "menu_choose", "")
    assert app.workspace.user_actions.submit(MAYA, view.id, values)


def test_the_menu_comes_at_once_when_the_tools_were_read_before(app: Stage) -> None:
    assert app.ask("")["text"] == "I asked which tools your organization offers. Only you will see the answer."
    wait_for(lambda: "Which tool" in app.answers()[-1].text)
    app.platform.delay = 5.0

    menu_at_once = app.ask("")

    assert str(menu_at_once["text"]).startswith("*Which tool do you want to connect?*")
    assert "menu_choose" in str(menu_at_once["blocks"])
    app.platform.delay = 0.0


def test_the_menu_needs_no_slack_and_no_platform_once_it_is_known(stage: Stage) -> None:
    stage.start_web("--with-worker")
    menu(stage)
    stage.kill_all()
    stage.start_web()
    stage.workspace.fault = SlackFault.DOWN

    assert "menu_choose" in str(stage.ask("")["blocks"])


def test_choosing_brings_the_link_in_the_place_of_the_menu(app: Stage) -> None:
    message = menu(app)

    assert choose(app, message, "github")

    wait_for(lambda: message.text.startswith("*Connect GitHub*"))
    assert app.dms()[-1].text.startswith("*Connect GitHub*")


def test_nobody_chooses_in_the_menu_of_somebody_else(app: Stage) -> None:
    """security.md 6"""
    message = menu(app)

    assert choose(app, message, "github", LEON) is None


def test_above_a_hundred_tools_typing_searches_what_is_known(app: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    many = {f"tool_{n}": Connector(f"tool_{n}", f"Tool {n}", "Many", "") for n in range(250)}
    monkeypatch.setattr("slack_app.stand_ins.freddy.catalog.CONNECTORS", {**CONNECTORS, **many})
    message = menu(app)
    actions = next(block for block in message.blocks_with_ids() if block["type"] == "actions")
    find = (MAYA, message.id, actions["block_id"], "menu_choose")
    app.platform.delay = 5.0

    found = app.workspace.user_actions.suggest(*find, "tool 249")

    app.platform.delay = 0.0
    assert found == {
        "option_groups": [
            {
                "label": {"type": "plain_text", "text": "Many"},
                "options": [{"text": {"type": "plain_text", "text": "Tool 249"}, "value": ":tool_249"}],
            }
        ]
    }
    assert app.workspace.user_actions.suggest(*find, "github")
    assert choose(app, message, "github")
    wait_for(lambda: message.text.startswith("*Connect GitHub*"))


@pytest.mark.parametrize(
    ("typed", "tool"), [("jira", "Atlassian"), ("tickets", "Zendesk"), ("pull requests", "GitHub")]
)
def test_the_menu_finds_nicknames_and_what_tools_are_for(app: Stage, typed: str, tool: str) -> None:
    message = menu(app)
    actions = next(block for block in message.blocks_with_ids() if block["type"] == "actions")

    found = app.workspace.user_actions.suggest(MAYA, message.id, actions["block_id"], "menu_choose", typed)

    assert found
    assert [o["text"]["text"] for group in found["option_groups"] for o in group["options"]] == [tool]


def offered_in_modal(app: Stage) -> dict[str, Any]:
    """Wait for the link in the modal; returns its block."""
    wait_for(lambda: "connect_open_link" in str(app.workspace.views.modal_of(MAYA)), what="the link in the modal")
    view = app.workspace.views.modal_of(MAYA)
    assert view
    return next(block for block in view.blocks if block["type"] == "actions")


def test_from_the_shortcut_a_link_is_four_presses_away_and_followed_from_the_modal(app: Stage) -> None:
    """reports.md B13: the shortcut, a tool, *Get my link*, *Open link*."""
    modal = opened(app)
    assert modal["title"]["text"] == "Connect a tool"
    submit(app, {"menu_tool": {"menu_choose": ":github"}})
    block = offered_in_modal(app)
    pending = list(app.platform.pending.values())[-1]
    assert [button["url"] for button in block["elements"]] == [pending.authorization_url]

    view = app.workspace.views.modal_of(MAYA)
    assert view
    assert app.workspace.user_actions.act(MAYA, view.id, block["block_id"], "connect_open_link", None)
    allow(pending)

    wait_for(lambda: app.dms()[-1].text.startswith("*GitHub is connected as dev@example.com*"))
    assert pending.state not in app.log.read_text()


def test_whoever_closes_the_modal_has_the_link_in_the_direct_message(app: Stage) -> None:
    opened(app)
    submit(app, {"menu_tool": {"menu_choose": ":github"}})
    view = app.workspace.views.modal_of(MAYA)
    assert view
    app.workspace.user_actions.close(MAYA, view.id)

    wait_for(app.dms)
    assert app.dms()[-1].text.startswith("*Connect GitHub*")


def test_from_the_menu_of_the_command_a_link_is_three_presses_away(app: Stage) -> None:
    """reports.md B13: the command, a tool, *Connect GitHub*."""
    message = menu(app)
    assert choose(app, message, "github")

    wait_for(lambda: "connect_open_link" in str(message.blocks_with_ids()))


def test_a_tool_that_needs_a_detail_asks_for_it_in_the_same_modal(app: Stage) -> None:
    opened(app)
    submit(app, {"menu_tool": {"menu_choose": ":sharepoint"}})
    view = app.workspace.views.modal_of(MAYA)
    assert view
    assert view.blocks[1]["label"]["text"] == "Site name"

    submit(app, {"site_name": {"value": "Team Marketing"}})

    offered_in_modal(app)
    assert app.dms()[-1].text.startswith("*Connect SharePoint*")


def test_a_shortcut_that_nobody_could_answer_in_time_ends_in_a_message(app: Stage) -> None:
    app.platform.delay = 4.0

    app.workspace.user_actions.run_shortcut(MAYA, "connect_open_menu")

    wait_for(app.dms, 15)
    assert app.dms()[-1].text.startswith("*Which tool do you want to connect?*")
    assert app.workspace.views.modal_of(MAYA) is None
    app.platform.delay = 0.0
