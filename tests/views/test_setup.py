"""The set-up of a workspace, whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slack_app.features.remove_setup import ConfirmRemoval, SetupRemoved
from slack_app.features.setup import SetupChecking, SetupDone, SetupForm, SetupOffer, SetupOpening
from slack_app.features.setup_effect import SetupEffect
from slack_app.model.facts import MessageOrModalFact
from slack_app.model.tools import Connector
from slack_app.model.workspaces import KeyMode, Setup
from slack_app.views import render_message, render_modal
from tests.views.block_kit import check, check_modal, check_schema

TOOLS = [Connector("github", "GitHub"), Connector("notion", "Notion")]
MANY = [Connector(f"tool_{n}", "n" * 300) for n in range(250)]
NEW = SetupForm(Setup("T1", "", KeyMode.PER_USER), None)
SHARED = Setup(
    "T1",
    "org_a",
    KeyMode.SHARED,
    guests_allowed=False,
    allowed_connectors=("github",),
    admin_contacts=("U1",),
    version=3,
)
KEPT = SetupForm(SHARED, TOOLS, "3f9d")
OPERATOR = SetupForm(Setup("T1", "org_a", KeyMode.OPERATOR, version=1), TOOLS)
HUGE = SetupForm(replace(SHARED, allowed_connectors=tuple(c.tool_key for c in MANY)), MANY, "")
PROBLEMS = {
    "key_missing": "*Not saved: add a Freddy API key.* It proves you may connect people to org_a.",
    "owner_only": (
        "*Not saved: this workspace already belongs to an organization.* Only whoever set it up, a workspace owner, or "
        "whoever runs Freddy Connect can change that."
    ),
    "not_removed": (
        "*Not removed.* Only whoever set it up, a workspace owner, or whoever runs Freddy Connect can remove it."
    ),
    "operator_only": (
        "*Not saved: Freddy Connect's own key works only for the organization it was set for.* Choose another option, "
        "and add a key."
    ),
    "helper_no_admin": (
        "*Not saved: only admins can be asked for help.* I removed the others under *Who is asked for help?* Check it, "
        "and save again. Empty means all admins."
    ),
    "changed_meanwhile": (
        "*Nothing was changed: somebody else changed the setup first.* This is how it is now. Please check it."
    ),
    "key_not_accepted": (
        "Not saved. *Freddy doesn't accept this key.* Check that you copied all of it, and that it has not expired."
    ),
    "organization_not_allowed": ("Not saved. *This key is not for org_a.* It belongs to another organization."),
    "organization_unknown": ("Not saved. *Freddy doesn't know org_a.* Check how its id is written."),
    "platform_away": ("Not saved. *Freddy isn't answering, so nothing was saved.* Please try again in a minute."),
}


@pytest.mark.parametrize("letter", ["n", "\u6f22", "\U0001f469"], ids=ascii)
def test_a_hundred_tools_of_long_names_are_not_too_much_for_slack_nor_for_us(letter: str) -> None:
    """slack-truth.md 2.3: a view of 250 kB, and our own limit when it is sent back with what stands in it."""
    tools = [Connector(f"{n:064}", letter * 300, letter * 300, letter * 300) for n in range(100)]
    every = replace(SHARED, organization_id="o" * 128, allowed_connectors=tuple(tool.tool_key for tool in tools))

    check_modal(render_modal(SetupForm(every, tools, "3f9d"), "/connect"))


@pytest.mark.parametrize("fact", [NEW, KEPT, OPERATOR, HUGE], ids=["new", "kept", "operator", "huge"])
def test_slack_takes_every_form(fact: SetupForm) -> None:
    check_modal(render_modal(fact, "/connect"))


def test_a_new_form_asks_for_everything_and_recommends_keys_of_their_own() -> None:
    shown = render_modal(NEW, "/connect").to_dict()

    assert shown["private_metadata"] == "0:"
    assert [block.get("block_id") for block in shown["blocks"]] == [None, "organization", "way", "key", "who", "notify"]
    lead, organization, way, key, who, notify = shown["blocks"]
    assert lead["text"]["text"] == "Connect this workspace to your Freddy organization."
    assert "initial_value" not in organization["element"]
    assert [(o["text"]["text"], o["description"]["text"]) for o in way["element"]["options"]] == [
        ("Everyone uses their own key (recommended)", "Everyone's connections stay their own."),
        ("One key for everyone (shared)", "Every assistant here can use everyone's connections."),
    ]
    assert way["element"]["initial_option"]["value"] == "own"
    assert key["optional"] is False
    assert key["hint"]["text"] == (
        "Your Freddy API key. It proves you may set this up, and becomes yours (or everyone's, if shared). "
        "It is stored encrypted."
    )
    assert who["element"]["initial_option"]["text"]["text"] == "Everyone, guests too"
    assert notify["element"]["placeholder"]["text"] == "The admins of this workspace"


def test_what_is_set_up_stands_in_the_form_and_its_key_only_by_its_ending() -> None:
    shown = render_modal(KEPT, "/connect").to_dict()

    blocks = {block.get("block_id"): block for block in shown["blocks"]}
    assert shown["private_metadata"] == "3:"
    assert blocks["organization"]["element"]["initial_value"] == "org_a"
    assert blocks["way"]["element"]["initial_option"]["value"] == "shared"
    assert blocks["key"]["hint"]["text"] == "I have the key that ends in 3f9d. Leave this empty to keep it."
    assert blocks["who"]["element"]["initial_option"]["value"] == "no_guests"
    assert [option["value"] for option in blocks["offered"]["element"]["initial_options"]] == ["github"]
    assert blocks["notify"]["element"]["initial_users"] == ["U1"]
    [remove] = shown["blocks"][-1]["elements"]
    assert (remove["text"]["text"], remove["action_id"]) == ("Remove setup", "setup_remove")
    assert "confirm" not in remove  # the numbers of its question are looked up when it is pressed


def test_what_the_operator_set_can_stay_as_it_is() -> None:
    blocks = {b.get("block_id"): b for b in render_modal(OPERATOR, "/connect").to_dict()["blocks"]}

    last = blocks["way"]["element"]["options"][-1]
    assert (last["value"], last["text"]["text"]) == ("operator", "As it is now")
    assert blocks["way"]["element"]["initial_option"] == last


@pytest.mark.parametrize("problem", PROBLEMS)
def test_why_it_was_not_saved_stands_on_top_or_in_a_message(problem: str) -> None:
    fact = replace(KEPT, problem=problem)
    view, message = render_modal(fact, "/connect"), render_message(fact, "/connect")

    check_modal(view)
    check(message)
    check_schema(message)
    assert view.to_dict()["blocks"][0]["text"]["text"] == PROBLEMS[problem]
    assert message.text == PROBLEMS[problem]
    assert message.blocks[1]["elements"][0]["text"]["text"] == "Open setup"


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (
            SetupOffer(is_invited=True),
            "*Freddy Connect is installed. One step is left:* connect this workspace to your Freddy organization. "
            "You need its id and an API key.\n"
            "To do it later, type `/connect setup`.",
        ),
        (SetupOffer(is_invited=False), "Press the button to open setup."),
    ],
)
def test_the_form_is_offered_by_a_button(fact: SetupOffer, text: str) -> None:
    message = render_message(fact, "/connect")

    assert message.text == text
    [button] = message.blocks[1]["elements"]
    assert (button["text"]["text"], button["action_id"]) == ("Open setup", "setup_open")
    check(message)
    check_schema(message)


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (
            SetupDone(Setup("T1", "org_a", KeyMode.PER_USER), told=0, can_choose=False),
            "*Saved.* This workspace is connected to org_a.\n"
            "Everyone is asked for their own key when they first connect a tool. All tools are offered.\n"
            "Try it: `/connect`. To change it: `/connect setup`.",
        ),
        (
            SetupDone(SHARED, told=1, can_choose=False),
            "*Saved.* This workspace is connected to org_a.\n"
            "One key connects everyone: every assistant here can use everyone's connections. Guests can't connect "
            "tools. 1 tool is offered.\n"
            "Try it: `/connect`. To change it: `/connect setup`.\n"
            "I told the person who was waiting for this.",
        ),
        (
            SetupDone(Setup("T1", "org_a", KeyMode.OPERATOR, allowed_connectors=("a", "b")), told=2, can_choose=False),
            "*Saved.* This workspace is connected to org_a.\n"
            "One key, from whoever runs Freddy Connect, connects everyone. 2 tools are offered.\n"
            "Try it: `/connect`. To change it: `/connect setup`.\n"
            "I told the 2 people who were waiting for this.",
        ),
        (
            SetupRemoved(None),
            "*Removed.* Nobody here can connect anything until an admin sets Freddy Connect up again.",
        ),
        (
            SetupRemoved(Setup("T1", "org_env")),
            "*Removed.* This workspace is connected to org_env again, as set by whoever runs Freddy Connect.",
        ),
    ],
)
def test_what_became_of_it_is_said_in_the_modal_and_in_a_message(fact: MessageOrModalFact, text: str) -> None:
    view, message = render_modal(fact, "/connect"), render_message(fact, "/connect")

    assert view.to_dict()["blocks"][0]["text"]["text"] == text
    assert message.text == text.replace("\nTry it: `/connect`. To change it: `/connect setup`.", "")
    check_modal(view)
    check(message)
    check_schema(message)


def test_a_tool_that_is_offered_and_gone_from_the_list_stays_a_choice() -> None:
    """Else nothing would be chosen, and that means all."""
    fact = SetupForm(replace(SHARED, allowed_connectors=("gone",)), MANY[:2])
    view = render_modal(fact, "/connect").to_dict()

    [offered] = [block for block in view["blocks"] if block.get("block_id") == "offered"]
    assert [option["value"] for option in offered["element"]["initial_options"]] == ["gone"]
    check_modal(render_modal(fact, "/connect"))


EFFECTS = {
    "shared_to_own": (
        SetupEffect(KeyMode.SHARED, KeyMode.PER_USER, links=2, connections=3, own_keys=1),
        "• 2 open links stop working.\n"
        "• 3 connections stay connected, but only the owner of the old key still sees them.\n"
        "• 1 person's own key stays saved and is used again.",
    ),
    "one_of_each": (
        SetupEffect(KeyMode.SHARED, KeyMode.SHARED, links=1, connections=1, own_keys=0),
        "• 1 open link stops working.\n• 1 connection stays connected, but isn't shown anymore.",
    ),
    "elsewhere": (
        SetupEffect(KeyMode.SHARED, KeyMode.PER_USER, links=0, connections=1, own_keys=2, is_elsewhere=True),
        "• No open link stops working.\n"
        "• 1 connection stays connected, but isn't shown anymore.\n"
        "• 2 people's own keys stay saved, but may not work for the new organization.",
    ),
    "nothing": (
        SetupEffect(KeyMode.OPERATOR, KeyMode.SHARED, links=0, connections=0, own_keys=0),
        "• No open link stops working.\n• No connection is affected.",
    ),
    "uncounted": (
        SetupEffect(KeyMode.SHARED, KeyMode.SHARED, links=2, connections=None, own_keys=0, is_elsewhere=True),
        "• 2 open links stop working.\n"
        "• I can't count the connections right now. They stay connected, but may not be shown anymore.",
    ),
    "own_to_shared": (
        SetupEffect(KeyMode.PER_USER, KeyMode.SHARED, links=1, connections=None, own_keys=2),
        "• 1 open link stops working.\n"
        "• What people connected with their own keys stays connected, but isn't shown anymore.\n"
        "• 2 people's own keys stay saved.",
    ),
}


@pytest.mark.parametrize("case", EFFECTS)
def test_the_form_that_asks_says_what_the_change_does_and_keeps_what_was_typed(case: str) -> None:
    effect, lines = EFFECTS[case]
    fact = replace(KEPT, effect=effect, draft_id="d1", ending="6543", is_again=True)
    view, message = render_modal(fact, "/connect"), render_message(fact, "/connect")

    check_modal(view)
    check(message)
    check_schema(message)
    shown = view.to_dict()
    assert shown["blocks"][0]["text"]["text"] == f"*Save this change?*\n{lines}"
    assert (shown["submit"]["text"], shown["private_metadata"]) == ("Save anyway", "3:d1:again")
    blocks = {block.get("block_id"): block for block in shown["blocks"]}
    assert blocks["key"]["optional"] is True
    assert "6543" in blocks["key"]["hint"]["text"]
    assert blocks["organization"]["element"]["initial_value"] == "org_a"
    assert [block["type"] for block in shown["blocks"]].count("actions") == 0
    assert message.text == f"*Not saved yet.* Open setup and save it again, if you want this:\n{lines}"


@pytest.mark.parametrize("case", EFFECTS)
def test_the_question_before_removing_says_what_that_does(case: str) -> None:
    effect, lines = EFFECTS[case]
    fact = ConfirmRemoval(SHARED, None, effect)
    view, message = render_modal(fact, "/connect"), render_message(fact, "/connect")

    check_modal(view)
    check(message)
    check_schema(message)
    section, actions = view.to_dict()["blocks"]
    assert section["text"]["text"] == f"*Nobody here can connect anything then.*\n{lines}"
    assert [(b["text"]["text"], b["action_id"], b["value"]) for b in actions["elements"]] == [
        ("Remove setup", "setup_remove_yes", "3:"),
        ("Keep it", "setup_open", ":"),
    ]
    assert message.text == "*Nothing was removed.* To remove the setup, open it again."


def test_removing_says_where_the_workspace_goes_back_to() -> None:
    back = ConfirmRemoval(SHARED, Setup("T1", "org_env"), EFFECTS["nothing"][0])
    rules = ConfirmRemoval(Setup("T1", "org_a", version=1, is_inherited=True), Setup("T1", "org_a"), None)

    texts = [render_modal(fact, "/connect").to_dict()["blocks"][0]["text"]["text"] for fact in (back, rules)]

    assert texts == [
        "*This workspace goes back to org_env,* as set by whoever runs Freddy Connect.\n"
        "• No open link stops working.\n• No connection is affected.",
        "*Your choices here will be deleted.* People keep connecting to org_a, as set by whoever runs Freddy Connect.",
    ]


def test_the_message_of_a_saved_set_up_has_buttons_for_what_comes_next() -> None:
    """wording.md: no next step that has no button where a button can be."""
    message = render_message(SetupDone(SHARED, told=0, can_choose=False), "/connect")

    assert [e["text"]["text"] for e in message.blocks[1]["elements"]] == ["Choose a tool", "Open setup"]


def test_the_saved_set_up_leads_to_the_tools() -> None:
    view = render_modal(SetupDone(SHARED, told=0, can_choose=True), "/connect")

    [button] = view.to_dict()["blocks"][1]["elements"]
    assert (button["text"]["text"], button["action_id"]) == ("Choose which tools to offer", "setup_open")
    check_modal(view)


def test_the_request_is_acknowledged() -> None:
    message = render_message(SetupOpening(), "/connect")

    assert message.text == "Setup opens in a window, for admins only. If it doesn't, the answer comes here."
    check(message)
    check_schema(message)


def test_while_it_is_checked_the_modal_says_so() -> None:
    view = render_modal(SetupChecking(), "/connect")

    check_modal(view)
    assert [block["text"]["text"] for block in view.to_dict()["blocks"]] == [
        "Checking your key with Freddy. This takes a few seconds."
    ]
