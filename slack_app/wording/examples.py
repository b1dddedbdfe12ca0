"""What somebody may ask their assistant first, by tool."""

from __future__ import annotations

from collections.abc import Mapping

_EXAMPLES: Mapping[str, str] = {
    "asana": "Which tasks are due this week?",
    "atlassian": "Which Jira issues are assigned to me?",
    "calendly": "Who has booked time with me this week?",
    "clickup": "Which tasks are due this week?",
    "confluence": "Find the page about our holidays.",
    "dropbox": "Find the newest contract.",
    "figma": "Which comments on my designs are open?",
    "github": "Which pull requests are waiting for my review?",
    "gitlab": "Which merge requests are waiting for my review?",
    "gmail": "Which e-mails have I not answered yet?",
    "google_calendar": "When am I free tomorrow?",
    "google_drive": "Find the slides of our last meeting.",
    "hubspot": "Which deals close this month?",
    "jira": "Which issues are assigned to me?",
    "linear": "Which issues are assigned to me?",
    "microsoft_teams": "What did I miss in my teams today?",
    "notion": "Find the notes of our last meeting.",
    "onedrive": "Find the newest budget.",
    "outlook": "Which e-mails have I not answered yet?",
    "salesforce": "Which deals close this month?",
    "sharepoint": "Find the newest version of our price list.",
    "stripe": "How much did we earn this week?",
    "trello": "Which cards are due this week?",
    "zendesk": "Which tickets are still open?",
}


def example(tool_key: str, tool: str) -> str:
    """Return a question to ask the assistant; of a tool that the table lacks, one that fits any."""
    return _EXAMPLES.get(tool_key) or f"What is new in {tool}?"
