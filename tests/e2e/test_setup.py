"""A workspace from nothing to everybody's own links: the whole way over real HTTP and a real Redis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from cryptography.fernet import Fernet

from slack_app.stand_ins.slack import Message
from slack_app.stand_ins.slack.blocks import interactive_elements
from slack_app.stand_ins.slack.views import View
from tests.contents import contents
from tests.e2e.acts import Acts, acts
from tests.stage import LEON, MAYA, Stage, wait_for

KEY_OF_MAYA, KEY_OF_LEON, KEY_OF_OTHERS = "ak_canary_maya_0123456", "ak_canary_leon_0123456", "ak_canary_other_012345"


@pytest.fixture(scope="module")
def modules_app(modules_redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Acts]:
    """One process that answers and works, for workspaces that nobody has set up."""
    settings = {"WORKSPACE_ORGANIZATIONS": "", "ENCRYPTION_KEYS": Fernet.generate_key().decode()}
    log = tmp_path_factory.mktemp("app") / "app.log"
    with acts(modules_redis_url, log, **settings) as running:
        yield running


@pytest.fixture
def app(modules_app: Acts) -> Stage:
    """The module's process, in a workspace that nobody has set up; Maya is an admin."""
    stage = modules_app.next()
    stage.make_admin(MAYA)
    stage.platform.accept(KEY_OF_MAYA, "org_a")
    stage.platform.accept(KEY_OF_LEON, "org_a")
    stage.platform.accept(KEY_OF_OTHERS, "org_b")
    return stage


def modal(app: Stage, user_id: str = MAYA, callback_id: str = "setup_filled") -> View:
    def shown() -> bool:
        view = app.workspace.views.modal_of(user_id)
        return view is not None and view.content.get("callback_id") == callback_id

    wait_for(shown, what=f"the modal {callback_id}")
    view = app.workspace.views.modal_of(user_id)
    assert view
    return view


def notice(app: Stage, start: str, user_id: str = MAYA) -> str:
    """Wait until the modal says something that begins so."""

    def text() -> str:
        view = app.workspace.views.modal_of(user_id)
        return str(view.content["blocks"][0].get("text", {}).get("text", "")) if view else ""

    wait_for(lambda: text().startswith(start), what=f"a modal that says {start}, not {text()}")
    return text()


def submit(app: Stage, user_id: str, **values: str | None) -> None:
    view = app.workspace.views.modal_of(user_id)
    assert view
    filled = {name: {name: value} for name, value in values.items()}
    assert app.workspace.user_actions.submit(user_id, view.id, filled)


def set_up(app: Stage, key: str = KEY_OF_MAYA, organization: str = "org_a", way: str = "own") -> None:
    app.ask("setup")
    modal(app)
    submit(app, MAYA, organization=organization, way=way, key=key, who="everybody")


def press(app: Stage, message: Message, label: str, user_id: str) -> None:
    for block in message.blocks_with_ids():
        for element in interactive_elements(block):
            if element.get("text", {}).get("text") == label:
                assert app.workspace.press(user_id, message.id, element["action_id"], block["block_id"])
                return
    raise AssertionError(f"no button {label} in {message.text}")


def press_in_modal(app: Stage, view: View, label: str) -> None:
    for block in view.blocks:
        for element in interactive_elements(block):
            if element.get("text", {}).get("text") == label:
                act = app.workspace.user_actions.act
                assert act(view.user_id, view.id, block["block_id"], element["action_id"])
                return
    raise AssertionError(f"no button {label}")


def last(messages: list[Message], start: str) -> bool:
    return bool(messages) and messages[-1].text.lower().startswith(start.lower())


def test_an_admin_sets_it_up_and_each_person_connects_with_a_key_of_their_own(app: Stage) -> None:
    set_up(app)
    notice(app, "*Saved.* This workspace is connected to org_a.")

    # Leon is asked for his key, and gets his link without asking again
    asked = app.answer_after("github", LEON)
    assert asked.text.startswith("*One-time step:*")
    press(app, app.answers(LEON)[-1], "Add my key", LEON)
    modal(app, LEON, "key_given")
    submit(app, LEON, key=KEY_OF_LEON)
    notice(app, "*Key saved*", LEON)
    wait_for(lambda: last(app.dms(LEON), "*Connect GitHub*"), what="Leon's link")
    wait_for(lambda: last(app.answers(LEON), "*Connect GitHub*"), what="Leon's answer")

    # Maya's own is the one that she brought
    app.answer_after("github")
    wait_for(lambda: last(app.dms(), "*Connect GitHub*"), what="Maya's link")
    keys = [call.key for call in app.platform.calls if call.path.endswith("/authorize")]
    assert keys == [KEY_OF_LEON, KEY_OF_MAYA]


@pytest.mark.parametrize(
    ("key", "organization", "told"),
    [
        ("ak_canary_unknown_01234", "org_a", "Not saved. *Freddy doesn't accept this key.*"),
        (KEY_OF_OTHERS, "org_a", "Not saved. *This key is not for org_a.*"),
    ],
)
def test_what_the_platform_does_not_accept_is_not_saved(app: Stage, key: str, organization: str, told: str) -> None:
    """security.md 8"""
    set_up(app, key, organization)

    notice(app, told)

    view = modal(app)
    assert view.content["blocks"][2]["element"]["initial_value"] == organization
    assert app.answer_after("github", LEON).text.startswith("Freddy Connect isn't set up here yet.")


def test_a_form_that_is_shown_again_is_saved_as_it_is_shown(app: Stage) -> None:
    """slack-truth.md 1.9: nobody touches what is right, and Slack tells nothing of it."""
    set_up(app, "ak_canary_unknown_01234", way="shared")
    notice(app, "Not saved. *Freddy doesn't accept this key.*")

    submit(app, MAYA, key=KEY_OF_MAYA)

    assert "One key connects everyone" in notice(app, "*Saved.* This workspace is connected to org_a.")


def test_an_acknowledgement_that_slack_applies_late_does_not_stay(app: Stage) -> None:
    """slack-truth.md 2.3"""
    app.workspace.store.ack_delay = 0.5

    set_up(app)

    notice(app, "*Saved.*")


def test_a_change_is_saved_after_the_admin_saw_what_it_does(app: Stage) -> None:
    set_up(app, way="shared")
    notice(app, "*Saved.*")
    app.answer_after("github", LEON)
    app.ask("setup")
    modal(app)

    submit(app, MAYA, organization="org_b", way="own", key=KEY_OF_OTHERS, who="no_guests")
    told = notice(app, "*Save this change?*")
    assert told == "*Save this change?*\n• 1 open link stops working.\n• No connection is affected."
    submit(app, MAYA)

    notice(app, "*Saved.* This workspace is connected to org_b.")
    wait_for(lambda: last(app.dms(LEON), "*Your GitHub link is no longer valid:*"), what="that the link ended")


def test_the_setup_is_removed_after_the_admin_saw_what_that_does(app: Stage) -> None:
    set_up(app, way="shared")
    notice(app, "*Saved.*")
    app.answer_after("github", LEON)
    app.ask("setup")
    view = modal(app)

    press_in_modal(app, view, "Remove setup")
    told = notice(app, "*Nobody here can connect anything then.*")
    assert "\n• 1 open link stops working.\n" in told
    press_in_modal(app, view, "Remove setup")

    notice(app, "*Removed.*")
    assert app.answer_after("github", LEON).text.startswith("Freddy Connect isn't set up here yet.")


def test_a_member_is_told_who_the_admins_are(app: Stage) -> None:
    answer = app.answer_after("setup", LEON)

    assert answer.text.startswith(f"Only admins of this workspace can do that. Please ask one: <@{MAYA}>.")
    assert app.workspace.views.modal_of(LEON) is None


def test_an_admin_is_asked_once_mends_it_and_one_press_repeats_the_request(app: Stage) -> None:
    asked = app.answer_after("github", LEON)
    assert asked.text.startswith("Freddy Connect isn't set up here yet.")
    press(app, app.answers(LEON)[-1], "Ask an admin", LEON)
    wait_for(lambda: last(app.answers(LEON), f"*I asked <@{MAYA}>.*"), what="whom I asked")
    assert last(app.dms(), f"<@{LEON}> wants to connect *GitHub*. This workspace isn't set up yet.")

    press(app, app.dms()[-1], "Open setup", MAYA)
    modal(app)
    submit(app, MAYA, organization="org_a", way="shared", key=KEY_OF_MAYA, who="everybody")
    notice(app, "*Saved.*")

    wait_for(lambda: last(app.dms(LEON), "*You can connect GitHub now.*"), what="that it can be connected now")
    press(app, app.dms(LEON)[-1], "Connect GitHub", LEON)
    wait_for(lambda: last(app.dms(LEON), "*Connect GitHub*"), what="the link")
    assert len(app.dms(LEON)) == 1


def test_nobody_else_presses_what_was_made_for_one(app: Stage) -> None:
    """security.md 6: a member saves a form of an admin's, with the values altered."""
    app.ask("setup")
    view = modal(app)
    view.user_id = LEON
    app.workspace.views._stacks[LEON] = [view]

    submit(app, LEON, organization="org_a", way="shared", key=KEY_OF_LEON, who="everybody")

    notice(app, "Only admins of this workspace can do that", LEON)
    assert app.answer_after("github", LEON).text.startswith("Freddy Connect isn't set up here yet.")


def test_no_key_stands_in_redis_or_in_the_log(app: Stage) -> None:
    """security.md 15, 17: every key, whole, after everything that can be done with keys."""
    set_up(app, way="shared")
    notice(app, "*Saved.*")
    app.ask("setup")
    view = modal(app)
    submit(app, MAYA, organization="org_a", way="own", key="", who="everybody")
    notice(app, "*Save this change?*")
    submit(app, MAYA)
    notice(app, "*Saved.*")
    app.ask("setup")
    modal(app)
    submit(app, MAYA, organization="org_b", way="shared", key=KEY_OF_OTHERS, who="everybody")
    notice(app, "*Save this change?*")  # the key waits, sealed
    app.answer_after("github", LEON)
    press(app, app.answers(LEON)[-1], "Add my key", LEON)
    modal(app, LEON, "key_given")
    submit(app, LEON, key="ak_canary_refused_01234")
    notice(app, "*Freddy doesn't accept this key.*", LEON)
    submit(app, LEON, key=KEY_OF_LEON)
    notice(app, "*Key saved*", LEON)
    wait_for(lambda: last(app.answers(LEON), "*Connect GitHub*"), what="the link that waited for the key")
    app.answer_after("key", LEON)

    client: Any = redis.Redis.from_url(app.environment["REDIS_URL"], decode_responses=True)
    everything = contents(client)
    client.close()
    shown = "".join(message.text for message in app.workspace.messages) + str(view.content)
    for canary in ("canary_maya", "canary_leon", "canary_other", "canary_refused", "xoxb"):
        assert canary not in everything
        assert canary not in app.log.read_text()
        assert canary not in shown


def test_whoever_removes_their_key_is_asked_for_one_again(app: Stage) -> None:
    set_up(app)
    notice(app, "*Saved.*")
    shown = app.answer_after("key")
    assert shown.text.startswith("*Your key is saved* (…3456).")

    press(app, app.answers()[-1], "Remove my key", MAYA)
    wait_for(lambda: last(app.answers(), "*Key deleted.*"), what="that it is deleted")

    assert app.answer_after("github").text.startswith("*One-time step:*")
