"""A stand-in for Slack: workspaces with a page to type in, the Web API, response URLs, Socket Mode and OAuth.

It keeps its state in memory; tests/contract holds it against slack_sdk's own clients. From the bottom up: `store`
remembers, `app_client` and `response_urls` reach the app and are reached by it, `user_actions` and `user_messages` are
what people do, `page`, `web_api` and their neighbours speak HTTP, `workspace` and `slack` put it all together.
"""

from slack_app.stand_ins.slack.events import revoked_event, uninstalled_event
from slack_app.stand_ins.slack.model import Ack, Call, FaultChoice, Message, Person, Shortcut, SlackFault
from slack_app.stand_ins.slack.slack import Slack
from slack_app.stand_ins.slack.workspace import Workspace

__all__ = [
    "Ack",
    "Call",
    "FaultChoice",
    "Message",
    "Person",
    "Shortcut",
    "Slack",
    "SlackFault",
    "Workspace",
    "revoked_event",
    "uninstalled_event",
]
