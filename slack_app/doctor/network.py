"""Where nobody outside is reached, the reason is here, and is said once."""

from __future__ import annotations

from collections.abc import Sequence

from slack_app.doctor.finding import Finding, wrong
from slack_app.doctor.reach import NOBODY

SUBJECT = "Network"
_OUTSIDE = ("Slack", "Platform")
_ALL = (*_OUTSIDE, "Socket Mode", "Address", "Message")


def told_once(found: Sequence[Finding]) -> list[Finding]:
    """Return the findings with one in the place of all that say that nobody was reached, where that is everybody."""
    unreached = [finding for finding in found if finding.subject in _ALL and NOBODY in finding.text]
    if not {*_OUTSIDE} <= {finding.subject for finding in unreached}:
        return list(found)
    text = "reaches nobody from here: neither Slack nor the platform answers; no link can be made"
    step = "Look at DNS, firewall and HTTPS_PROXY; slack-app doctor --offline checks the rest."
    at = found.index(unreached[0])
    left = [finding for finding in found if finding not in unreached]
    return [*left[:at], wrong(SUBJECT, text, step), *left[at:]]
