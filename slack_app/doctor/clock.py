"""Do the clocks agree: this machine's, Redis's and Slack's?"""

from __future__ import annotations

from slack_app.doctor.finding import Finding, is_good, note, wrong

SUBJECT = "Clock"
FAR_OFF_SECONDS = 30.0
"""Slack's requests are refused from 300 s on; a clock that is so far off goes on to run away, or was set by hand."""


def check_clock(before_redis: float | None, before_slack: float | None) -> list[Finding]:
    """Each is how many seconds this machine's clock is before the other; None where the other told no time."""
    if before_redis is None and before_slack is None:
        return [note(SUBJECT, "was not compared: neither Redis nor Slack told the time")]
    found = []
    if before_slack is not None and abs(before_slack) > FAR_OFF_SECONDS:
        text = f"this machine's is {_off(before_slack)} Slack's: at five minutes every request of Slack's is refused"
        found.append(wrong(SUBJECT, text, "Switch on time synchronization here: timedatectl set-ntp true"))
    if before_redis is not None and abs(before_redis) > FAR_OFF_SECONDS:
        is_ours = before_slack is not None and abs(before_slack) > FAR_OFF_SECONDS
        whose = "here" if is_ours else "on Redis's machine (or here)"
        text = f"this machine's is {_off(before_redis)} Redis's, by which links expire and jobs wait"
        found.append(wrong(SUBJECT, text, f"Switch on time synchronization {whose}: timedatectl set-ntp true"))
    compared = [name for name, off in (("Redis's", before_redis), ("Slack's", before_slack)) if off is not None]
    return found or [is_good(SUBJECT, f"agrees with {' and '.join(compared)}")]


def _off(seconds: float) -> str:
    size = abs(round(seconds))
    shown = f"{size} s" if size < 120 else f"{size // 60} minutes"
    return f"{shown} {'ahead of' if seconds > 0 else 'behind'}"
