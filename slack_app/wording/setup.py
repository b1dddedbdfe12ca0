"""The set-up of a workspace, for its admins."""

from __future__ import annotations

from slack_app.features.setup import SetupDone, SetupForm, SetupOffer
from slack_app.features.setup_effect import SetupEffect
from slack_app.model.workspaces import KeyMode, Setup
from slack_app.wording.key import problem_of
from slack_app.wording.text import plain


def title() -> str:
    return "Set up Freddy Connect"[:24]


def lead() -> str:
    return "Connect this workspace to your Freddy organization."


def submit() -> str:
    return "Check and save"


def open_button() -> str:
    return "Open setup"


def opening() -> str:
    return "Setup opens in a window, for admins only. If it doesn't, the answer comes here."


def organization_label() -> str:
    return "Organization id"


def organization_hint() -> str:
    return "In Freddy, in your organization's settings. It looks like org_…"


def organization_malformed() -> str:
    return "An organization id has only letters, digits, and . _ : -"


def key_mode_label() -> str:
    return "Whose key connects people's tools?"


def key_mode(mode: KeyMode) -> tuple[str, str]:
    """Return how a way is called, and what it means."""
    return {
        KeyMode.PER_USER: ("Everyone uses their own key (recommended)", "Everyone's connections stay their own."),
        KeyMode.SHARED: ("One key for everyone (shared)", "Every assistant here can use everyone's connections."),
        KeyMode.OPERATOR: ("As it is now", "One key for everyone, from whoever runs Freddy Connect."),
    }[mode]


def key_hint(fact: SetupForm) -> str:
    if fact.ending is not None:
        which = f"the key that ends in {fact.ending}" if fact.ending else "a key"
        return f"I have {which}. Leave this empty to keep it."
    return (
        "Your Freddy API key. It proves you may set this up, and becomes yours (or everyone's, if shared). "
        "It is stored encrypted."
    )


def who_label() -> str:
    return "Who can connect tools?"


def everybody() -> str:
    return "Everyone, guests too"


def no_guests() -> str:
    return "Members only, no guests"


def offered_label() -> str:
    return "Which tools are offered?"


def offered_placeholder() -> str:
    return "All tools"


def offered_hint(*, is_kept: bool) -> str:
    if is_kept:
        return "To offer all tools again, save first, then open setup again."
    return "Leave this empty to offer all."


def notify_label() -> str:
    return "Who is asked for help?"


def notify_placeholder() -> str:
    return "The admins of this workspace"


def notify_hint(*, is_kept: bool) -> str:
    hint = "Only admins. They get a message when somebody needs them, at most once a day for each problem."
    return f"{hint} To have all admins asked again, save first, then open setup again." if is_kept else hint


def problem(fact: SetupForm) -> str:
    organization_id = fact.setup.organization_id
    own = {
        "key_missing": (
            f"*Not saved: add a Freddy API key.* It proves you may connect people to {plain(organization_id)}."
        ),
        "owner_only": (
            "*Not saved: this workspace already belongs to an organization.* Only whoever set it up, a workspace "
            "owner, or whoever runs Freddy Connect can change that."
        ),
        "not_removed": (
            "*Not removed.* Only whoever set it up, a workspace owner, or whoever runs Freddy Connect can remove it."
        ),
        "operator_only": (
            "*Not saved: Freddy Connect's own key works only for the organization it was set for.* Choose another "
            "option, and add a key."
        ),
        "helper_no_admin": (
            "*Not saved: only admins can be asked for help.* I removed the others under *Who is asked for help?* "
            "Check it, and save again. Empty means all admins."
        ),
        "changed_meanwhile": (
            "*Nothing was changed: somebody else changed the setup first.* This is how it is now. Please check it."
        ),
    }
    return own.get(fact.problem) or f"Not saved. {problem_of(fact.problem, organization_id)}"


def confirm() -> str:
    return "*Save this change?*"


def save_anyway() -> str:
    return "Save anyway"


def not_confirmed() -> str:
    return "*Not saved yet.* Open setup and save it again, if you want this:"


def effect(fact: SetupEffect) -> list[str]:
    """Return what a change does, a line each."""
    lines = [_links(fact.links), _connections(fact), *([_own_keys(fact)] if fact.own_keys else [])]
    return [f"• {line}" for line in lines]


def _links(count: int) -> str:
    if not count:
        return "No open link stops working."
    return "1 open link stops working." if count == 1 else f"{count} open links stop working."


def _connections(fact: SetupEffect) -> str:
    if fact.before is KeyMode.PER_USER:
        return "What people connected with their own keys stays connected, but isn't shown anymore."
    if fact.connections is None:
        return "I can't count the connections right now. They stay connected, but may not be shown anymore."
    if not fact.connections:
        return "No connection is affected."
    is_one = fact.connections == 1
    stay = "1 connection stays connected" if is_one else f"{fact.connections} connections stay connected"
    if fact.after is KeyMode.PER_USER and not fact.is_elsewhere:
        return f"{stay}, but only the owner of the old key still sees {'it' if is_one else 'them'}."
    return f"{stay}, but {'is' if is_one else 'are'}n't shown anymore."


def _own_keys(fact: SetupEffect) -> str:
    is_one = fact.own_keys == 1
    stay = "1 person's own key stays saved" if is_one else f"{fact.own_keys} people's own keys stay saved"
    if fact.after is not KeyMode.PER_USER:
        return f"{stay}."
    if fact.is_elsewhere:
        return f"{stay}, but may not work for the new organization."
    return f"{stay} and {'is' if is_one else 'are'} used again."


def offer(fact: SetupOffer, command: str) -> str:
    if fact.is_invited:
        return (
            "*Freddy Connect is installed. One step is left:* connect this workspace to your Freddy organization. "
            "You need its id and an API key.\n"
            f"To do it later, type `{command} setup`."
        )
    return "Press the button to open setup."


def choose_button() -> str:
    return "Choose which tools to offer"


def done(fact: SetupDone, command: str = "") -> str:
    """Return that it is saved, and what holds now; with the command, also what to type next."""
    setup = fact.setup
    people = "person who was" if fact.told == 1 else f"{fact.told} people who were"
    then = f"\nTry it: `{command}`. To change it: `{command} setup`." if command else ""
    told = f"\nI told the {people} waiting for this." if fact.told else ""
    return f"*Saved.* This workspace is connected to {plain(setup.organization_id)}.\n{_described(setup)}{then}{told}"


def _described(setup: Setup) -> str:
    keys = {
        KeyMode.PER_USER: "Everyone is asked for their own key when they first connect a tool.",
        KeyMode.SHARED: "One key connects everyone: every assistant here can use everyone's connections.",
        KeyMode.OPERATOR: "One key, from whoever runs Freddy Connect, connects everyone.",
    }[setup.key_mode]
    guests = "" if setup.guests_allowed else " Guests can't connect tools."
    count = len(setup.allowed_connectors)
    tools = f" {count} tool{' is' if count == 1 else 's are'} offered." if count else " All tools are offered."
    return f"{keys}{guests}{tools}"


def remove_button() -> str:
    return "Remove setup"
