"""Makes words from outside harmless and short, and joins them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

LONGEST_WORD = 64
LONGEST_TEXT = 3000
LONGEST_LABEL = 75
"""Of a button: https://docs.slack.dev/reference/block-kit/block-elements/button-element"""


def plain(value: object) -> str:
    """Make a word from outside harmless in Slack's mrkdwn, and short."""
    text = " ".join(str(value).split())
    text = text if len(text) <= LONGEST_WORD else f"{text[: LONGEST_WORD - 1]}…"
    return escaped(text)


def escaped(text: str) -> str:
    """Escape the three characters that mean something to Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def local_time(seconds: float, form: str = "time") -> str:
    """Return a moment as the reader's own clock shows it.

    https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    fallback = datetime.fromtimestamp(seconds, UTC).strftime("%H:%M UTC")
    return f"<!date^{int(seconds)}^{{{form}}}|{fallback}>"


def label(text: str) -> str:
    """Make a plain text short enough for a button or an option; there nothing is formatted, and so nothing escaped."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…"


def truncated(lines: Sequence[str]) -> str:
    """Join as many lines as a message's text may hold."""
    text = ""
    for line in lines:
        if len(text) + len(line) >= LONGEST_TEXT:
            break
        text = f"{text}\n{line}" if text else line
    return text


def one_of(words: Sequence[str]) -> str:
    """Join words for a question: "*a*, *b* or *c*"."""
    bold = [f"*{plain(word)}*" for word in words]
    return " or ".join(filter(None, [", ".join(bold[:-1]), bold[-1]]))
