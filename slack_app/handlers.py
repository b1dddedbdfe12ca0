"""Puts the use cases together, and says which handler does the jobs of which kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from slack_app.features.ask_admin import AskAdmin
from slack_app.features.change import Change
from slack_app.features.completion import CompletionCheck
from slack_app.features.connect import Connect
from slack_app.features.connections import with_ids
from slack_app.features.create_link import CreateLink
from slack_app.features.credentials import CredentialResolver
from slack_app.features.deliver_link import DeliverLink
from slack_app.features.dependencies import Dependencies
from slack_app.features.details import AskDetails
from slack_app.features.greet import Greet
from slack_app.features.help import HelpHandler
from slack_app.features.home import PublishHome, Refresh
from slack_app.features.identify import Identify
from slack_app.features.invite import InviteAdmin
from slack_app.features.key import ManageKey
from slack_app.features.link_actions import LinkActions
from slack_app.features.link_messages import LinkMessages
from slack_app.features.menu import Choice, ShowMenu
from slack_app.features.names import Names
from slack_app.features.ownership import OwnershipRules
from slack_app.features.pending_requests import PendingRequests
from slack_app.features.policy import Policy
from slack_app.features.poll import LinkPoller
from slack_app.features.remove_setup import RemoveSetup
from slack_app.features.setup import ManageSetup
from slack_app.features.setup_check import SetupCheck
from slack_app.features.setup_effect import SetupEffects
from slack_app.features.status import ShowStatus
from slack_app.features.understand import Understand
from slack_app.features.uninstall import Uninstall
from slack_app.features.whoami import ShowWhoami
from slack_app.model.jobs import Job
from slack_app.model.tasks import Task
from slack_app.ports.jobs import Progress

Handler = Callable[[Job[Any], Progress], str]
"""Does one job and returns its outcome; raises UserError, RetryLater or UpstreamError."""


def handlers(deps: Dependencies) -> tuple[Mapping[Task, Handler], LinkPoller]:
    """Return the handler of each task, and what polls the pending links."""
    credentials = CredentialResolver(deps.setups, deps.keys, deps.default_key)
    policy = Policy(deps.setups, deps.people, deps.limits)
    names = Names(deps.platform, deps.catalogue, deps.background)
    refresh = Refresh(deps.homes, deps.queue, deps.clock)
    read_ids = partial(with_ids, deps.platform, deps.catalogue)
    ownership = OwnershipRules(deps.owners, deps.people, read_ids, deps.clock)
    check = CompletionCheck(deps, credentials, ownership, policy)
    poller = LinkPoller(deps, LinkMessages(deps), check, refresh)
    pending_requests = PendingRequests(deps)
    create_link = CreateLink(deps, names, policy, ownership)
    details = AskDetails(deps)
    deliver_link = DeliverLink(deps, poller.tell)
    connect = Connect(
        deps, credentials, policy, create_link, deliver_link, names, details, refresh, poller.expire, poller.revoke
    )
    status = ShowStatus(deps, credentials, ownership, refresh)
    effects = SetupEffects(deps, credentials)
    setup = ManageSetup(deps, SetupCheck(deps), effects, pending_requests, names, refresh)
    use_cases = [
        connect,
        Understand(deps, credentials, names, connect),
        Change(deps, credentials, names, ownership, status),
        Greet(deps),
        details,
        LinkActions(poller, ownership),
        ShowMenu(deps, credentials, Choice(deps.setups, deps.catalogue), names, ownership),
        status,
        PublishHome(deps, credentials, policy, names, ownership),
        ManageKey(deps, refresh),
        ShowWhoami(deps),
        setup,
        RemoveSetup(deps, setup, pending_requests, refresh),
        InviteAdmin(deps),
        pending_requests,
        AskAdmin(deps, names, pending_requests),
        Uninstall(deps),
        HelpHandler(deps),
        Identify(),
    ]
    return {task: handler for use_case in use_cases for task, handler in _handlers_of(use_case)}, poller


def _handlers_of(use_case: object) -> list[tuple[Task, Handler]]:
    """Return the methods that were declared with `Task.handler`."""
    methods = (getattr(use_case, name) for name in dir(type(use_case)) if not name.startswith("_"))
    return [(method.task, method) for method in methods if hasattr(method, "task")]
