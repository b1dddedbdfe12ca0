"""Which words of the command are our own, and which are about a tool; and the help, by who asks for it."""

from __future__ import annotations

import pytest

from slack_app.adapters.known import KnownPeople
from slack_app.errors import UserError
from slack_app.features.help import AdminHelp, Help
from slack_app.listeners.command import own_word_of
from slack_app.listeners.text import parse
from slack_app.model.users import Known, Role, SlackUser
from slack_app.model.workspaces import Setup
from slack_app.views import render_message
from tests.listeners_harness import Slack
from tests.worker_harness import WorkerHarness


@pytest.mark.parametrize("text", ["help", "Help", "HELP me", "?", "-h", "--help", "—help", "–help", "version"])
def test_help_is_given_for_the_word(text: str) -> None:
    assert own_word_of(parse(text).words) == "help"


@pytest.mark.parametrize("text", ["github", "helpscout", '"" github', "help me connect github"])
def test_a_tool_is_not_taken_for_a_cry_for_help(text: str) -> None:
    assert own_word_of(parse(text).words) == ""


GUESTS_MAY_NOT = Setup("T1", "org_a", guests_allowed=False)
ROLES = {
    "an owner": (Role.OWNER, None, Role.ADMIN),
    "an admin": (Role.ADMIN, GUESTS_MAY_NOT, Role.ADMIN),
    "a member": (Role.MEMBER, GUESTS_MAY_NOT, Role.MEMBER),
    "a guest": (Role.GUEST, None, Role.MEMBER),
    "a guest who may not connect": (Role.GUEST, GUESTS_MAY_NOT, Role.GUEST),
}


def known_as(slack: Slack, role: Role, setup: Setup | None) -> None:
    slack.worker.people.roles["U1"] = role
    if setup:
        slack.worker.setups.save(setup, "set up")


@pytest.mark.parametrize("who", ROLES)
def test_the_help_to_a_command_is_there_at_once_by_the_role_that_is_known(who: str) -> None:
    """wording.md, help."""
    slack, (role, setup, read_as) = Slack(WorkerHarness()), ROLES[who]
    known_as(slack, role, setup)
    KnownPeople(slack.worker.redis).save(SlackUser(None, "T1", "U1"), Known(None, role))

    slack.type("help")

    assert slack.answer["text"] == render_message(Help(read_as), "/connect").text
    slack.worker.run()
    assert slack.worker.messenger.answers == []


@pytest.mark.parametrize("who", ROLES)
def test_who_is_not_known_yet_reads_the_members_help_and_an_admin_the_rest_below(who: str) -> None:
    slack, (role, setup, read_as) = Slack(WorkerHarness()), ROLES[who]
    known_as(slack, role, setup)

    slack.type("help")

    assert slack.answer["text"] == render_message(Help(), "/connect").text
    slack.worker.run()
    assert slack.worker.messenger.answers == [AdminHelp()] * (read_as is Role.ADMIN)


@pytest.mark.parametrize("who", ROLES)
def test_help_that_was_written_to_the_app_is_by_role(who: str) -> None:
    slack, (role, setup, read_as) = Slack(WorkerHarness()), ROLES[who]
    known_as(slack, role, setup)

    slack.say("help")
    slack.worker.run()

    assert slack.worker.messenger.dms == [Help(read_as)]


def test_where_slack_does_not_say_who_somebody_is_they_get_the_members_help() -> None:
    slack = Slack(WorkerHarness())
    slack.worker.people.error = UserError("people_unseen")

    slack.say("help")
    slack.type("help")
    slack.worker.run()

    assert slack.worker.messenger.dms == [Help()]
    assert slack.answer["text"] == render_message(Help(), "/connect").text
    assert slack.worker.messenger.answers == []
