"""What a tool needs to know first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_app.features.details import Details
from slack_app.model.parameters import at, base
from slack_app.model.tool_names import known_name
from slack_app.wording.text import label, one_of, plain


@dataclass(frozen=True, slots=True)
class Detail:
    """How one of `integration_params` is asked for."""

    label: str
    hint: str = ""
    example: str = ""


DETAILS: Mapping[str, Mapping[str, Detail]] = {
    "sharepoint": {
        "site_name": Detail(
            "Site name", "The name of the SharePoint site, as shown at the top of its page.", "Team Marketing"
        )
    },
}
"""Which details which tool needs, and how they are called. What else the platform asks for is called by its key."""


def needed_details() -> Mapping[str, Sequence[str]]:
    return {tool_key: tuple(asked) for tool_key, asked in DETAILS.items()}


CHOICES = {"true": "Yes", "false": "No"}
_FORMS = {
    "": '="…"',
    "string": '="…"',
    "integer": ":=3",
    "number": ":=2.5",
    "boolean": ":=true",
    "array": """:='["…", "…"]'""",
    "object": """:='{"…": "…"}'""",
}
_HINTS = {"integer": "A whole number.", "number": "A number.", "array": "One in each line.", "object": "As JSON."}
_WRONG = {
    "integer": "Please enter a whole number, such as 3.",
    "number": "Please enter a number, such as 2.5.",
    "boolean": "Please choose Yes or No.",
    "array": "Please write one in each line.",
    "object": 'Please write a JSON object, such as {"name": "value"}.',
}
_KIND_NAMES = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "yes or no",
    "array": "a list",
    "object": "a JSON object",
    "string": "text",
}
_PROBLEMS = {
    "clash": "I can't pass on “{0}”: it is part of a detail that already has a value.",
    "reserved": "I can't pass on “{0}”: that name is reserved.",
    "too_long": "I can't pass on “{0}”: it is too long.",
    "too_many": "I can't pass on “{0}”: 20 details at most.",
    "unreadable": "I can't read “{0}”: put a number, true, false, or JSON in quotes after `:=`.",
}
MOST_SHOWN = 3


def detail(tool_key: str, path: str) -> Detail:
    name = path.replace("/", " ").replace("_", " ").capitalize()
    return DETAILS.get(tool_key, {}).get(path) or Detail(label(name) or path)


def form(tool_key: str, command: str, paths: Sequence[str] = (), kinds: Mapping[str, str] | None = None) -> str:
    """Return what somebody types to give the tool these details, else those that we know of it."""
    known = DETAILS.get(tool_key, {})
    kinds = kinds or {}
    typed = []
    for path in [*(paths or known or ["name"])][:MOST_SHOWN]:
        example = known[path].example if path in known else ""
        value = f'="{example}"' if example else _FORMS[base(kinds.get(path, ""))]
        typed.append(f"{plain(path.replace('/', '.'))}{value}")
    return f"`{command} {plain(tool_key)} {' '.join(typed)}`"


def message(fact: Details, command: str) -> str:
    tool, asked = plain(fact.name), [detail(fact.tool_key, key).label for key in fact.keys]
    late = "That took too long for Slack. Please press the button again.\n" if fact.was_late else ""
    if is_given(fact):
        return f"{late}*{tool}* doesn't accept what it got as {one_of(asked)}.{_kinds(fact)} Please correct it here."
    shown = form(fact.tool_key, command, fact.keys, fact.kinds)
    return f"{late}*{tool}* needs a detail first: {one_of(asked)}. Fill it in here, or type {shown}."


def lead(fact: Details) -> str:
    if is_given(fact):
        return f"*{plain(fact.name)}* doesn't accept what it got.{_kinds(fact)} Please correct it."
    return f"*{plain(fact.name)}* needs this first. Your link comes right after."


def is_given(fact: Details) -> bool:
    """Return whether the person gave all that is asked for."""
    return all(at(fact.given, key) not in (None, "") for key in fact.keys)


def _kinds(fact: Details) -> str:
    """Return of which kind each has to be, as far as that is known."""
    said = [f"*{detail(fact.tool_key, key).label}* has to be {_KIND_NAMES[base(kind)]}." for key, kind in _known(fact)]
    return "".join(f" {sentence}" for sentence in said[:MOST_SHOWN])


def _known(fact: Details) -> Sequence[tuple[str, str]]:
    return [(key, fact.kinds[key]) for key in fact.keys if base(fact.kinds.get(key, "")) in _KIND_NAMES]


def hint(kind: str) -> str:
    return _HINTS.get(base(kind), "")


def you_gave(typed: str) -> str:
    return f"You gave “{label(typed)}”."


def wrong(kind: str) -> str:
    return _WRONG.get(base(kind), "Please check this.")


def secret() -> str:
    return "This looks like a password or key. Please don't enter one here: I sent it nowhere."


def refused(facts: Mapping[str, Any], command: str) -> str:
    """Return why a detail that was typed is not passed on, and how this tool's are typed."""
    name, tool, problem = plain(facts["parameter"]), str(facts["connector_type"]), facts["problem"]
    if problem == "secret":
        known = known_name(tool)
        page = f"{known}'s own page: `{command} {plain(tool)}`" if known else "the tool's own page"
        return (
            f"*“{name}” looks like a password or key, so I sent it nowhere.* You sign in on {page}. "
            "If you wrote it as a message, delete that message."
        )
    why = _PROBLEMS.get(problem, _PROBLEMS["too_long"]).format(name)
    if not tool:
        return why
    is_count = problem == "unreadable" and tool not in DETAILS
    shown = form(tool, command, ["count"], {"count": "integer"}) if is_count else form(tool, command)
    return f"{why} Type details like this: {shown}."


def secret_needed(facts: Mapping[str, Any], command: str) -> str:
    return (
        f"*{plain(facts['name'])}* asks for a password or key, and those don't belong in Slack. "
        "Please connect it in Freddy itself."
    )


def button() -> str:
    return "Fill it in"


def missing() -> str:
    return "Please fill this in."
