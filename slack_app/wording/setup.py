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
    return "This says for which organization people of this workspace connect their tools, and with whose key."


def submit() -> str:
    return "Check and save"


def open_button() -> str:
    return "Open the set-up"


def opening() -> str:
    return (
        "For admins the set-up opens in a window of its own. If it does not, the answer comes right below, "
        "and only you see it."
    )


def organization_label() -> str:
    return "Organization id"


def organization_hint() -> str:
    return "You find it in your organization's settings. It looks like org_…"


def organization_malformed() -> str:
    return "An organization id has no spaces: letters, digits, and . _ : - are all it is made of."


def key_mode_label() -> str:
    return "Whose key connects people's tools?"


def key_mode(mode: KeyMode) -> tuple[str, str]:
    """Return how a way is called, and what it means."""
    return {
        KeyMode.PER_USER: (
            "Each person uses a key of their own (recommended)",
            "Everybody's connections stay their own.",
        ),
        KeyMode.SHARED: (
            "One key for all (shared)",
            "Connections belong to whoever made it; every assistant here may use them.",
        ),
        KeyMode.OPERATOR: ("As it is now", "The key of whoever runs Freddy Connect, shared by all."),
    }[mode]


def key_hint(fact: SetupForm) -> str:
    if fact.ending is not None:
        kept = f"Kept: the one that ends in {fact.ending}." if fact.ending else "One is kept."
        return f"{kept} Leave this empty to keep it for all."
    return (
        "A key that the connector service accepts for this organization: it shows that you may set it up. With one key "
        "for all it is that key, else it becomes your own. I keep it encrypted and never show it again."
    )


def who_label() -> str:
    return "Who may connect?"


def everybody() -> str:
    return "Everybody, guests too"


def no_guests() -> str:
    return "Members only, no guests"


def offered_label() -> str:
    return "Which tools are offered?"


def offered_placeholder() -> str:
    return "All tools"


def offered_hint(*, is_kept: bool) -> str:
    if is_kept:
        return "To offer all tools again, save this first, and then open the set-up once more."
    return "Leave this empty to offer all."


def notify_label() -> str:
    return "Who is asked for help?"


def notify_placeholder() -> str:
    return "The admins of this workspace"


def notify_hint(*, is_kept: bool) -> str:
    hint = "Only admins can help. They get a message when somebody needs them, once a day for each cause."
    return (
        f"{hint} To have all admins asked again, save this first, and then open the set-up once more."
        if is_kept
        else hint
    )


def problem(fact: SetupForm) -> str:
    organization_id = fact.setup.organization_id
    own = {
        "key_missing": (
            f"*Not saved: I need a key.* It shows that you may connect people to {plain(organization_id)}. Please fill "
            "it in."
        ),
        "owner_only": (
            "*Not saved: this workspace belongs to an organization already.* Only whoever set it up, an owner of this "
            "workspace, or whoever runs Freddy Connect can change that."
        ),
        "not_removed": (
            "*Not removed.* Only whoever set it up, an owner of this workspace, or whoever runs Freddy Connect can "
            "take this workspace out of its organization."
        ),
        "operator_only": (
            "*Not saved: the key of whoever runs Freddy Connect serves only the organization that they chose.* Please "
            "choose one of the other two, and bring a key."
        ),
        "helper_no_admin": (
            "*Not saved: only admins of this workspace can help.* I have taken out who is none under *Who is asked for "
            "help?*. Please look at it again: when it is empty, all admins are asked."
        ),
        "changed_meanwhile": (
            "*Not saved: somebody else has changed the set-up meanwhile.* This is how it stands now. Please look at it "
            "again."
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
        return "What people connected with their own keys stays connected, but isn't shown any more."
    if fact.connections is None:
        return "I can't count the connections right now. They stay connected, but may not be shown any more."
    if not fact.connections:
        return "No connection is affected."
    is_one = fact.connections == 1
    stay = "1 connection stays connected" if is_one else f"{fact.connections} connections stay connected"
    if fact.after is KeyMode.PER_USER and not fact.is_elsewhere:
        return f"{stay}, but only the owner of the old key still sees {'it' if is_one else 'them'}."
    return f"{stay}, but {'is' if is_one else 'are'}n't shown any more."


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
            "*Freddy Connect is installed. One thing is left:* say for which organization people connect their tools "
            "here. Have your organization id and an API key at hand; it takes a minute.\n"
            f"You can do it later, too, with `{command} setup`."
        )
    return "Please press the button to open the set-up."


def choose_button() -> str:
    return "Choose which tools are offered"


def done(fact: SetupDone, command: str) -> str:
    setup = fact.setup
    waited = "One person who waited for this was" if fact.told == 1 else f"{fact.told} people who waited for this were"
    told = f"\n{waited} told." if fact.told else ""
    return (
        f"*Saved.* People of this workspace connect their tools to {plain(setup.organization_id)} now.\n"
        f"{_described(setup)}\nTry it: `{command} github`. `{command} setup` changes it.{told}"
    )


def _described(setup: Setup) -> str:
    keys = {
        KeyMode.PER_USER: "Each person is asked for a key of their own when they first connect something.",
        KeyMode.SHARED: (
            "One key is used for all: connections most likely belong to whoever made it, and everybody's assistant may "
            "use them."
        ),
        KeyMode.OPERATOR: "The key of whoever runs Freddy Connect is used for all.",
    }[setup.key_mode]
    guests = "" if setup.guests_allowed else " Guests can't connect anything."
    count = len(setup.allowed_connectors)
    tools = f" {count} tool{' is' if count == 1 else 's are'} offered." if count else " All tools are offered."
    return f"{keys}{guests}{tools}"


def remove_button() -> str:
    return "Remove setup"
