"""What keeps people from their link: from facts about an installation to findings, each with its next step.

A file for each outside. Nothing here asks anybody: what was looked at comes from adapters/probes/. A check that cannot
be made is said as such; only what is wrong makes the exit status 1.
"""

from slack_app.doctor.finding import Finding, is_good, note, to_do, unfinished, wrong

__all__ = ["Finding", "is_good", "note", "to_do", "unfinished", "wrong"]
