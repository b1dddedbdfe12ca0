"""Finds out who somebody is, where a listener may not ask Slack: the next thing that they do is answered.

The answer is the policy's (policy.py), which every job meets before its handler.
"""

from __future__ import annotations

from slack_app.model.jobs import Job
from slack_app.model.tasks import Permission, Reply, Task
from slack_app.ports.jobs import Progress

IDENTIFY = Task("person.identify", Permission.ANYBODY, reply=Reply.NONE)


class Identify:
    """The use case."""

    @IDENTIFY.handler
    def run(self, _job: Job, _progress: Progress) -> str:
        """Do nothing more: whoever is not one of ours does not come so far."""
        return "identified"
