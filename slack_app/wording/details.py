"""What a tool needs to know first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slack_app.features.details import Details
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
            "Site name", "The name of the SharePoint site, as it stands at the top of its page.", "Team Marketing"
        )
    },
}
"""Which details which tool needs, and how they are called. What else the platform asks for is called by its key."""


def needed_details() -> Mapping[str, Sequence[str]]:
    return {tool_key: tuple(asked) for tool_key, asked in DETAILS.items()}


def detail(tool_key: str, key: str) -> Detail:
    return DETAILS.get(tool_key, {}).get(key) or Detail(label(key.replace("_", " ").capitalize()) or key)


def message(fact: Details, command: str) -> str:
    tool, asked = plain(fact.name), [detail(fact.tool_key, key).label for key in fact.keys]
    late = "That took too long for Slack. Please press the button again.\n" if fact.was_late else ""
    if all(fact.given.get(key) for key in fact.keys):
        return f"{late}*{tool}* does not accept what it got as {one_of(asked)}. Please check it, and correct it here."
    example = detail(fact.tool_key, fact.keys[0]).example or "…"
    return (
        f"{late}*{tool}* needs a detail from you before it can be connected: {one_of(asked)}. Fill it in here, "
        f'or type it: `{command} {plain(fact.tool_key)} {fact.keys[0]}="{example}"`.'
    )


def lead(fact: Details) -> str:
    if all(fact.given.get(key) for key in fact.keys):
        return f"*{plain(fact.name)}* does not accept what it got. Please check it."
    return f"*{plain(fact.name)}* needs this before it can be connected. Your link comes to you right after."


def button() -> str:
    return "Fill it in"


def missing() -> str:
    return "Please fill this in."
