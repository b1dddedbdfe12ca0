"""The pages of an install, in a browser; plain text, without formatting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slack_app.outside_text import cleaned


def too_many() -> str:
    return "Too many people are asking for this page right now. Please reload it in a few seconds."


def restarting() -> str:
    return "The app is being restarted right now. Please try again in a minute."


def offered_title() -> str:
    return "Add Freddy Connect to Slack"


def offered_lead(command: str) -> str:
    return (
        f"People type {command} github and get, in private, the link that connects their GitHub account "
        "to your assistant."
    )


def may_title() -> str:
    return "What it may do"


def may(command: str) -> Sequence[str]:
    """Return what each scope is for, in the order of the scopes."""
    return [
        f"Answer when somebody types {command}",
        "Send people direct messages and private answers",
        "Read what people write to it, in its own conversation with them",
        "See who is in the workspace, and who its admins are",
    ]


def may_not_title() -> str:
    return "What it may not do"


def may_not() -> Sequence[str]:
    return [
        "Read channels, files, or what people write to each other",
        "Do anything in somebody's name",
    ]


def offered_button() -> str:
    return "Add to Slack"


def offered_note() -> str:
    return (
        "Slack asks you for the workspace, and to confirm. In some workspaces only admins can install apps. "
        "The button works for ten minutes; after that, reload this page."
    )


def installed_title(name: str) -> str:
    return f"Freddy Connect is installed in {cleaned(name) or somewhere()}"


def somewhere() -> str:
    return "your workspace"


def installed_lead(command: str) -> str:
    return (
        f"Next, an admin connects the workspace to your Freddy organization: type {command} setup in Slack, or use "
        "the message that Freddy Connect sends. You need your Freddy organization id and an API key. "
        "After that, everyone can connect their tools."
    )


def org_wide_lead(command: str) -> str:
    return (
        "Next, choose the workspaces that use it. Then an admin connects them to your Freddy organization: type "
        f"{command} setup in Slack. You need your Freddy organization id and an API key. "
        "After that, everyone can connect their tools."
    )


def installed_button() -> str:
    return "Open Slack"


def org_wide_button() -> str:
    return "Choose workspaces"


def again() -> str:
    return "Try again"


def reference(word: str) -> str:
    return f"Reference: {word}"


def failed(reason: str) -> tuple[str, str]:
    """Return title and sentence for the reason."""
    return _FAILED.get(reason, _FAILED["other"])


def begun_elsewhere_title() -> str:
    return "One more step"


def begun_elsewhere_lead() -> str:
    return (
        "This install began in Slack, not on our page, so we cannot tell whether it was yours. "
        "Press the button and allow it once more."
    )


def begun_elsewhere_button() -> str:
    return "Go on to Slack"


def closed_title() -> str:
    return "There is nothing to install here"


def closed_lead() -> str:
    return (
        "This Freddy Connect serves one Slack workspace, and is installed there already. "
        "If it is missing in yours, please ask whoever runs it."
    )


_ASK_OPERATOR = "Still failing? Give the reference below to whoever runs Freddy Connect."
_UNCONFIRMED = (
    "Slack did not confirm it",
    f"Slack did not accept its own code for this install, so nothing was installed. {_ASK_OPERATOR}",
)
_FAILED: Mapping[str, tuple[str, str]] = {
    "access_denied": (
        "Nothing was installed",
        "You cancelled, or Slack did not let you go on. If only admins can install apps in your workspace, "
        "please ask one of them to open this page.",
    ),
    "invalid_browser": (
        "This is not where you began",
        "Finish an install in the browser where you began, within ten minutes, with cookies allowed. "
        "If you have finished it already, there is nothing more to do: look for Freddy Connect in Slack.",
    ),
    "invalid_state": (
        "That took too long, or it was done before",
        "An install can be finished once, and within ten minutes. If you have finished it already, there is nothing "
        "more to do: look for Freddy Connect in Slack.",
    ),
    "invalid_code": _UNCONFIRMED,
    "missing_code": _UNCONFIRMED,
    "storage_error": (
        "Freddy Connect could not save it",
        "Slack allowed the install, but we could not save it, so nothing works yet. "
        f"Please try again in a minute. {_ASK_OPERATOR}",
    ),
    "slack_unavailable": (
        "Slack does not answer",
        f"Slack did not answer, so the install is not finished. Please try again in a minute. {_ASK_OPERATOR}",
    ),
    "busy": (
        "Not right now",
        "Freddy Connect can't take requests at the moment. Please try again in a minute.",
    ),
    "other": (
        "Nothing was installed",
        f"Slack stopped the install. {_ASK_OPERATOR}",
    ),
}
