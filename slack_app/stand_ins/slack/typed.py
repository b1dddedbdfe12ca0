"""What people type, as Slack sends it on: three characters escaped, and whatever looks like an address linked.

Marks of code, bold, lists and quotes stay in the text as they were typed. An address is linked after a space, a quote
or a mark; whether it is after `=` nobody documents, and here it is not.
https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages, and what reaches real apps:
https://github.com/slackapi/hubot-slack/issues/181, https://github.com/scrapinghub/slackbot/issues/86
"""

from __future__ import annotations

import re

_ENDING = r"com|org|net|io|id|co|dev|app|ai|eu|de|fr|uk|us"
_ADDRESS = re.compile(
    r"""(?<![^\s"'“”„‘’«»(*_~`>])(?:"""
    r"""(?P<url>https?://[^\s"'“”«»<>|]*[^\s"'“”«»<>|.,;:!?)*_~`])"""
    r"""|(?P<email>[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,})"""
    rf"""|(?P<domain>(?:[A-Za-z0-9-]+\.)+(?:{_ENDING})(?:/[^\s"'“”«»<>|]*)?)(?!\w)"""
    r""")"""
)


def escaped(text: str) -> str:
    """Return the text as Slack stores it: https://docs.slack.dev/messaging/formatting-message-text#escaping"""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_sent(text: str) -> str:
    """Return a message's text as it was typed, the way Slack sends it."""
    sent, at = "", 0
    for match in _ADDRESS.finditer(text):
        sent += escaped(text[at : match.start()]) + _link(match)
        at = match.end()
    return sent + escaped(text[at:])


def _link(match: re.Match[str]) -> str:
    address = escaped(match.group())
    if match["url"]:
        return f"<{address}>"
    return f"<mailto:{address}|{address}>" if match["email"] else f"<http://{address}|{address}>"
