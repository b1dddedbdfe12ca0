"""An Enterprise Grid as Slack tells of it: who, where, in which role (slack-truth.md 1.4, 1.5, section 5)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from slack_app.stand_ins.slack import Person, Slack, Workspace
from slack_app.stand_ins.slack.installations import Grant
from tests.serving import serving

MAYA = Person("U0MAYA", "Maya", "Maya Lindqvist")
IDA = Person("U0IDA", "Ida", "Ida Holm", "admin")
BOSS = Person("U0BOSS", "Bo", "Bo Boss", org_role="owner")
SAM = Person("U0SAM", "Sam", "Sam Stranger", home="T0OTHER", home_org="E0OTHER")


@pytest.fixture
def slack() -> Iterator[Slack]:
    people = {"T0ONE": [MAYA, IDA, BOSS, SAM], "T0TWO": [MAYA]}
    workspaces = [
        Workspace(signing_secret="s", bot_token="", people=list(who), team_id=team_id, enterprise_id="E0GRID")
        for team_id, who in people.items()
    ]
    slack = Slack(workspaces, client_id="1.2", client_secret="c")
    with serving(slack.app) as slack.base_url:
        yield slack


def client_of(slack: Slack, grant: Grant) -> WebClient:
    for workspace in slack.workspaces:
        workspace.install(grant)
    return WebClient(grant.token, base_url=f"{slack.base_url}/api/")


def test_the_token_of_an_organization_is_told_the_roles_in_the_organization(slack: Slack) -> None:
    client = client_of(slack, Grant("xoxb-org", is_org_wide=True))

    users = {who.id: client.users_info(user=who.id)["user"] for who in (MAYA, IDA, BOSS)}

    assert {id_: (user["is_admin"], user["is_owner"]) for id_, user in users.items()} == {
        MAYA.id: (False, False),
        IDA.id: (False, False),
        BOSS.id: (True, True),
    }
    assert users[MAYA.id]["enterprise_user"]["teams"] == ["T0ONE", "T0TWO"]
    assert users[BOSS.id]["enterprise_user"]["is_owner"] is True


def test_a_stranger_of_a_shared_channel_comes_with_their_own_ids(slack: Slack) -> None:
    client = client_of(slack, Grant("xoxb-org", is_org_wide=True))

    user = client.users_info(user=SAM.id)["user"]

    assert (user["team_id"], user["enterprise_user"]["enterprise_id"], user["is_stranger"]) == (
        "T0OTHER",
        "E0OTHER",
        False,
    )


@pytest.mark.parametrize("lists_roles", [True, False])
def test_whether_the_list_tells_the_roles_in_the_workspace_is_played_both_ways(slack: Slack, lists_roles: bool) -> None:
    client = client_of(slack, Grant("xoxb-org", is_org_wide=True))
    for workspace in slack.workspaces:
        workspace.store.lists_roles = lists_roles

    members = client.users_list(team_id="T0ONE")["members"]

    assert [user["id"] for user in members if user.get("is_admin")] == (["U0IDA"] if lists_roles else ["U0BOSS"])
    with pytest.raises(SlackApiError, match="missing_argument"):
        client.users_list()


def test_a_workspace_to_which_the_app_was_not_added_is_closed_to_the_organizations_token(slack: Slack) -> None:
    client = client_of(slack, Grant("xoxb-org", is_org_wide=True, teams=frozenset(["T0TWO"])))

    assert client.users_list(team_id="T0TWO")["ok"]
    with pytest.raises(SlackApiError, match="team_access_not_granted"):
        client.users_list(team_id="T0ONE")
