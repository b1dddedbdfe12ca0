"""The App Home, with real processes, real HTTP and a real Redis."""

from __future__ import annotations

from slack_app.stand_ins.freddy import Fault
from slack_app.stand_ins.slack.blocks import interactive_elements
from slack_app.stand_ins.slack.views import View
from tests.e2e.connecting import allow, connect
from tests.stage import LEON, MAYA, Stage, wait_for


def lines(app: Stage, user_id: str = MAYA) -> list[str]:
    """What the App Home says."""
    view = app.workspace.views.home_of(user_id)
    blocks = view.blocks if view else []
    texts = [block["elements"][0] if block["type"] == "context" else block.get("text") for block in blocks]
    return [text["text"] for text in texts if text]


def open_home(app: Stage, text: str) -> View:
    """Open the App Home; returns it when it says the text."""
    assert app.workspace.user_actions.open_home(MAYA).status == 200
    wait_for(lambda: text in "\n".join(lines(app)), what=text)
    view = app.workspace.views.home_of(MAYA)
    assert view
    return view


def press(app: Stage, action_id: str, tool: str, value: str | None = None) -> None:
    """Press the button of a tool, or what has no tool."""
    view = app.workspace.views.home_of(MAYA)
    assert view
    for block in view.blocks:
        for element in interactive_elements(block):
            if element.get("action_id") == action_id and str(element.get("value", "")).endswith(tool):
                assert app.workspace.user_actions.act(MAYA, view.id, block["block_id"], action_id, value)
                return
    raise AssertionError(f"no {action_id} of {tool}")


def test_a_newcomer_is_welcomed_and_sees_every_tool(app: Stage) -> None:
    open_home(app, "Not connected yet")

    assert lines(app)[0].startswith("*Welcome. Connect the tools you work with.*")
    assert any(line.startswith("*GitHub*\nDevelopment") for line in lines(app))
    assert lines(app, LEON) == []


def test_from_the_app_home_to_a_connected_account_and_back(app: Stage) -> None:
    open_home(app, "*GitHub*")
    press(app, "home_connect", ":github")
    wait_for(lambda: "works until" in "\n".join(lines(app)))
    assert app.dms()[-1].text.startswith("*Connect GitHub*")

    connect(app, "github")
    wait_for(lambda: any(line.startswith("*GitHub* as dev@example.com") for line in lines(app)))

    before = len(app.dms())
    press(app, "status_remove", ":github")
    wait_for(lambda: lines(app)[1].startswith("*GitHub* (dev@example.com) is disconnected."))
    assert app.platform.connections == {}
    assert len(app.dms()) == before


def test_from_the_app_home_a_link_is_three_presses_away_and_followed_from_there(app: Stage) -> None:
    """reports.md B13: opening, *Connect*, *Open link*."""
    open_home(app, "*GitHub*")
    press(app, "home_connect", ":github")
    wait_for(lambda: "connect_open_link" in str(app.workspace.views.home_of(MAYA)))
    pending = list(app.platform.pending.values())[-1]
    row = next(b for b in app.workspace.views.home_of(MAYA).blocks if "connect_open_link" in str(b))  # type: ignore[union-attr]
    assert row["accessory"]["url"] == pending.authorization_url
    press(app, "connect_open_link", ":github")

    allow(pending)

    wait_for(lambda: any(line.startswith("*GitHub* as dev@example.com") for line in lines(app)))
    # The press on the link showed the App Home anew: the platform may list the account before the link is polled.
    wait_for(lambda: "connect_open_link" not in str(app.workspace.views.home_of(MAYA)))
    assert pending.authorization_url not in app.log.read_text()
    assert pending.state not in app.log.read_text()


def test_a_link_on_the_app_home_is_gone_when_it_was_cancelled(app: Stage) -> None:
    open_home(app, "*GitHub*")
    press(app, "home_connect", ":github")
    wait_for(lambda: "works until" in "\n".join(lines(app)))

    app.workspace.press(MAYA, app.dms()[-1].id, "link_cancel")

    wait_for(lambda: "works until" not in "\n".join(lines(app)))
    assert "connect_open_link" not in str(app.workspace.views.home_of(MAYA))


def test_a_connection_is_renamed_from_the_app_home(app: Stage) -> None:
    connect(app, "github")
    open_home(app, "*GitHub* as dev@example.com")

    press(app, "status_rename", ":github")
    wait_for(lambda: app.workspace.views.modal_of(MAYA))
    view = app.workspace.views.modal_of(MAYA)
    assert view
    app.workspace.user_actions.submit(MAYA, view.id, {"name": {"name": "Work"}})

    wait_for(lambda: any(line.startswith("*GitHub* as Work") for line in lines(app)))
    assert [c.credential_name for c in app.platform.connections.values()] == ["Work"]


def test_search_narrows_the_list(app: Stage) -> None:
    open_home(app, "*GitHub*")

    press(app, "home_search", "", "notion")

    wait_for(lambda: "*GitHub*" not in "\n".join(lines(app)))
    assert "*Notion*" in "\n".join(lines(app))

    # and it still counts when the person comes back, though Slack does not say what stands in the field
    published = calls(app)
    app.workspace.user_actions.open_home(MAYA)
    wait_for(lambda: calls(app) > published)
    assert "Showing only what matches “notion”." in lines(app)
    assert "*GitHub*" not in "\n".join(lines(app))

    press(app, "home_search", "", "")
    wait_for(lambda: "*GitHub*" in "\n".join(lines(app)))


def calls(app: Stage) -> int:
    """How often the App Home was published."""
    return sum(call.method == "views.publish" for call in app.workspace.calls)


def test_what_the_person_did_not_touch_of_the_fields_stays_as_it_is_shown(app: Stage) -> None:
    """slack-truth.md 1.9"""
    open_home(app, "*GitHub*")
    press(app, "home_search", "", "git")
    wait_for(lambda: "*Notion*" not in "\n".join(lines(app)))

    press(app, "home_category", "", "Development")

    wait_for(lambda: "Showing only what matches “git” in “Development”." in lines(app))
    view = app.workspace.views.home_of(MAYA)
    assert view
    fields = [e for block in view.blocks for e in interactive_elements(block)]
    assert [f["initial_value"] for f in fields if f.get("action_id") == "home_search"] == ["git"]


def test_a_platform_that_is_down_is_said_there(app: Stage) -> None:
    connect(app, "github")
    open_home(app, "*GitHub* as dev@example.com")
    app.platform.fault = Fault.BROKEN
    app.platform.delay = 6.0

    open_home(app, "Freddy isn't answering right now.")

    assert any(line.startswith("*GitHub* as dev@example.com") for line in lines(app))
    assert "status_remove" not in str(app.workspace.views.home_of(MAYA))
    app.platform.delay = 0.0
