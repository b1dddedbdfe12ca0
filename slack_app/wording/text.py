"""Makes words from outside harmless and short, and joins them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from slack_app.outside_text import cleaned

LONGEST_WORD = 64
LONGEST_TEXT = 3000
LONGEST_LABEL = 75
"""Of a button: https://docs.slack.dev/reference/block-kit/block-elements/button-element"""
LARGEST_LABEL = 400
"""In bytes of JSON, so that three times a hundred of them (shown, chosen and told) stay below web.py's BODY_LIMIT."""
_LOOK_ALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})


def plain(value: object, longest: int = LONGEST_WORD) -> str:
    """Make a word from outside dead text in Slack's mrkdwn, and short; empty when there is nothing to see.

    Slack has no escape for the marks of bold and code, so what looks the same takes their place; between two letters an
    underscore marks nothing. Addresses and names of channels stay dead by `verbatim` (views/prose.py).
    """
    text = re.sub(r"(?<![^\W_])_|_(?![^\W_])", "＿", short(str(value), longest))
    return escaped(text.translate(_LOOK_ALIKES))


def short(text: str, longest: int) -> str:
    """Clean a word from outside and make it short, for a plain text that holds it."""
    text = cleaned(text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def escaped(text: str) -> str:
    """Escape the three characters that mean something to Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def sparsely_escaped(text: str) -> str:
    """Escape only what Slack would read as something else: an `&` that begins no escape means itself."""
    text = re.sub(r"&(?=(amp|lt|gt);)", "&amp;", text)
    return text.replace("<", "&lt;").replace(">", "&gt;")


def local_time(seconds: float, form: str = "time") -> str:
    """Return a moment as the reader's own clock shows it.

    https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    fallback = datetime.fromtimestamp(seconds, UTC).strftime("%H:%M UTC")
    return f"<!date^{int(seconds)}^{{{form}}}|{fallback}>"


def label(text: str) -> str:
    """Make a plain text short enough for a button or an option; there nothing is formatted, and so nothing escaped."""
    text = short(text, LONGEST_LABEL)
    while len(json.dumps(text)) > LARGEST_LABEL:
        text = f"{text[:-2]}…"
    return text


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
