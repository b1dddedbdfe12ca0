"""A stand-in for Slack: workspaces with a page to type in, the Web API, response URLs, Socket Mode and OAuth.

It keeps its state in memory; tests/contract holds it against slack_sdk's own clients.
"""

from slack_app.demo.workspace.events import revoked_event, uninstalled_event
from slack_app.demo.workspace.room import Ack, Call, Message, Person, Shortcut, SlackTrouble, TroubleChoice
from slack_app.demo.workspace.slack import Slack
from slack_app.demo.workspace.stand_in import Workspace

__all__ = [
    "Ack",
    "Call",
    "Message",
    "Person",
    "Shortcut",
    "Slack",
    "SlackTrouble",
    "TroubleChoice",
    "Workspace",
    "revoked_event",
    "uninstalled_event",
]
