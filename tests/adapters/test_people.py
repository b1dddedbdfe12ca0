"""Who is who in Slack: through the real SDK on the stand-in, and as many calls as Slack allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from slack_app.adapters.http import Http
from slack_app.adapters.people import MOST_PAGES, SlackPeople
from slack_app.adapters.slack import PooledWebClient
from slack_app.errors import UpstreamError, UserError
from slack_app.model.users import Role, SlackUser
from slack_app.stand_ins.slack import Person as Somebody
from slack_app.stand_ins.slack import Workspace
from slack_app.stand_ins.slack.installations import Grant
from tests.serving import serving

TOKEN = "xoxb-1"
PEOPLE = [
    Somebody("U0TOM", "Tom", "Tom Berg"),
    Somebody("U0ADA", "Ada", "Ada Admin", "admin"),
    Somebody("U0OWN", "Own", "Ona Owner", "owner"),
    Somebody("U0GUS", "Gus", "Gus Guest", "guest"),
]


BY_TOM = (lambda _person: (None, "T0DEMO")), (lambda _person: "U0TOM")
"""Where the app is installed, and by whom."""


def somebody(user_id: str) -> SlackUser:
    return SlackUser(None, "T0DEMO", user_id)


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    workspace = Workspace(signing_secret="s", bot_token=TOKEN, people=PEOPLE)
    with serving(workspace.app) as workspace.base_url:
        yield workspace


@pytest.fixture
def people_with(workspace: Workspace, client: Any) -> Callable[[str], SlackPeople]:
    def people(token: str) -> SlackPeople:
        http = Http("slack", connections=1, deadline=5)
        made = PooledWebClient(http, token=token, base_url=f"{workspace.base_url}/api/")
        return SlackPeople(lambda _person: made, client, *BY_TOM)

    return people


def test_what_is_shown_to_whom_depends_on_what_is_known_at_once(people_with: Callable[[str], SlackPeople]) -> None:
    people = people_with(TOKEN)

    shown = [people.can_set_up(somebody(user_id)) for user_id in ("U0TOM", "U0ADA", "U0OWN", "U0GUS", "U0NOBODY")]

    assert shown == [False, True, True, False, False]


def test_everybody_is_what_slack_says(people_with: Callable[[str], SlackPeople]) -> None:
    people = people_with(TOKEN)

    roles = [people.role_of(somebody(user_id)) for user_id in ("U0TOM", "U0ADA", "U0OWN", "U0GUS", "U0NOBODY")]

    assert roles == [Role.MEMBER, Role.ADMIN, Role.OWNER, Role.GUEST, Role.NONE]
    assert people.admins_of(somebody("U0TOM")) == ["U0OWN", "U0ADA"]


@pytest.mark.parametrize("code", ["user_not_found", "user_not_visible"])
def test_of_whom_slack_knows_nothing_the_log_says_so_in_slacks_word(
    workspace: Workspace, people_with: Callable[[str], SlackPeople], code: str
) -> None:
    """slack-truth.md 4: whoever is nobody of ours is told nothing, not even after a command."""
    workspace.refusals.play("users.info", code)

    with capture_logs() as lines:
        assert people_with(TOKEN).role_of(somebody("U0TOM")) is Role.NONE

    assert [(line["event"], line["code"]) for line in lines] == [("person.unknown", code)]


def test_where_slack_does_not_let_us_look_the_person_can_be_told(
    workspace: Workspace, people_with: Callable[[str], SlackPeople]
) -> None:
    """A workspace that installed the app before it asked for `users:read`."""
    workspace.install(Grant("xoxb-before", scopes="commands,chat:write"))
    people = people_with("xoxb-before")

    for look in (people.role_of, people.admins_of):
        with pytest.raises(UserError, match="people_unseen"):
            look(somebody("U0TOM"))


class Limited:
    """users.list as Slack limits it: so many calls a minute (tier 2), and the admin stands on the last page."""

    def __init__(self, pages: int) -> None:
        self.pages, self.calls = pages, 0

    def users_list(self, *, limit: int, cursor: str, team_id: str) -> Any:
        self.calls += 1
        if self.calls > 20:
            raise UpstreamError("slack", status=429, retryable=True, retry_after=30.0, code="ratelimited")
        number = int(cursor or 0)
        is_last = number == self.pages - 1
        admin = [{"id": "U0ADM", "is_admin": True}] if is_last else []
        following = "" if is_last else str(number + 1)
        return {"members": [{"id": f"U{number}"}, *admin], "response_metadata": {"next_cursor": following}}


@pytest.fixture
def limited(client: Any) -> Callable[[int], tuple[Limited, SlackPeople]]:
    def make(pages: int) -> tuple[Limited, SlackPeople]:
        slack: Any = Limited(pages)
        return slack, SlackPeople(lambda _person: slack, client, *BY_TOM)

    return make


def test_a_large_workspace_is_read_in_as_many_calls_as_slack_allows_in_a_minute(
    limited: Callable[[int], tuple[Limited, SlackPeople]],
) -> None:
    slack, people = limited(20)

    assert people.admins_of(somebody("U0TOM")) == ["U0ADM"]
    assert slack.calls == MOST_PAGES


def test_a_list_that_was_cut_short_is_read_on_and_never_taken_for_no_admins(
    limited: Callable[[int], tuple[Limited, SlackPeople]],
) -> None:
    """reports.md A16"""
    slack, people = limited(70)

    for _ in range(3):
        with pytest.raises(UpstreamError) as unread:
            people.admins_of(somebody("U0TOM"))
        assert (unread.value.retryable, unread.value.retry_after) == (True, 60.0)
        slack.calls = 0  # a minute later

    assert people.admins_of(somebody("U0TOM")) == ["U0ADM"]
    assert slack.calls == 10


def test_a_pause_that_slack_asks_for_loses_nothing_of_what_was_read(
    limited: Callable[[int], tuple[Limited, SlackPeople]],
) -> None:
    """reports.md A16"""
    slack, people = limited(30)
    slack.calls = 5  # somebody else has asked, too

    with pytest.raises(UpstreamError):
        people.admins_of(somebody("U0TOM"))
    slack.calls = 0

    assert people.admins_of(somebody("U0TOM")) == ["U0ADM"]
    assert slack.calls == 15


GRID_PEOPLE = [
    Somebody("U0TOM", "Tom", "Tom Berg"),
    Somebody("U0ADA", "Ada", "Ada Admin", "admin"),
    Somebody("U0ORG", "Olga", "Olga Owner", org_role="owner"),
    Somebody("U0DAN", "Dan", "Dan Deputy", org_role="admin"),
    Somebody("U0SAM", "Sam", "Sam Stranger", "owner", home="T0OTHER", home_org="E0OTHER"),
    Somebody("U0SIA", "Sia", "Sia Solo", home="T0SOLO"),
    Somebody("U0OUT", "Out", "Ole Out", is_deleted=True),
]


class Grid:
    """A workspace of a Grid with an app for all of it; counts what is asked."""

    def __init__(self, workspace: Workspace, client: Any) -> None:
        self.workspace = workspace
        self.installer = ""
        http = Http("slack", connections=1, deadline=5)
        made = PooledWebClient(http, token="xoxb-org", base_url=f"{workspace.base_url}/api/")
        self.people = SlackPeople(lambda _p: made, client, lambda _p: ("E0GRID", None), lambda _p: self.installer)

    def asked(self, method: str) -> int:
        return len([call for call in self.workspace.calls if call.method == method])


def in_grid(user_id: str, enterprise_id: str | None = "E0GRID") -> SlackUser:
    return SlackUser(enterprise_id, "T0DEMO", user_id)


@pytest.fixture
def grid(client: Any) -> Iterator[Grid]:
    workspace = Workspace(signing_secret="s", bot_token="", people=GRID_PEOPLE, enterprise_id="E0GRID")
    workspace.install(Grant("xoxb-org", is_org_wide=True))
    with serving(workspace.app) as workspace.base_url:
        yield Grid(workspace, client)


def test_with_the_token_of_a_whole_grid_its_admins_and_those_of_the_workspace_are_found(grid: Grid) -> None:
    """slack-truth.md 1.5, reports.md A10"""
    roles = [grid.people.role_of(in_grid(id_)) for id_ in ("U0TOM", "U0ADA", "U0ORG", "U0DAN", "U0SAM", "U0OUT")]

    assert roles == [Role.MEMBER, Role.ADMIN, Role.OWNER, Role.ADMIN, Role.NONE, Role.NONE]
    assert grid.people.admins_of(in_grid("U0TOM")) == ["U0ADA", "U0ORG", "U0DAN"]
    assert grid.asked("users.list") == 1


def test_of_a_grids_people_nobody_reads_a_list_to_know_what_to_show(grid: Grid) -> None:
    """slack-truth.md 1.5: users.info tells who is an admin of the Grid, and not who is one of the workspace."""
    people = ("U0TOM", "U0ADA", "U0ORG")
    first = [grid.people.can_set_up(in_grid(user_id)) for user_id in people]
    assert grid.asked("users.list") == 0

    grid.people.role_of(in_grid("U0TOM"))
    then = [grid.people.can_set_up(in_grid(user_id)) for user_id in people]

    assert (first, then) == ([None, None, True], [False, True, True])


@pytest.mark.parametrize("has_list", [True, False])
def test_where_nothing_says_who_is_an_admin_the_installer_may_set_up(grid: Grid, has_list: bool) -> None:
    """slack-truth.md 1.5: whether users.list tells the roles in the workspace is unknown."""
    grid.workspace.store.lists_roles = has_list
    grid.installer = "U0TOM"

    assert grid.people.role_of(in_grid("U0TOM")) is (Role.MEMBER if has_list else Role.ADMIN)


def test_who_is_ours_is_what_slack_says_and_not_what_the_request_claims(grid: Grid) -> None:
    """slack-truth.md 3.2: strangers of another Grid, of a workspace alone, and whoever names another Grid."""
    claims = [("U0TOM", None), ("U0TOM", "E0OTHER"), ("U0SAM", "E0OTHER"), ("U0SAM", None), ("U0SIA", "E0GRID")]

    known = [grid.people.known(in_grid(user_id, claimed)) for user_id, claimed in claims]

    assert [who.role for who in known] == [Role.MEMBER, Role.MEMBER, Role.NONE, Role.NONE, Role.NONE]
    assert known[0].enterprise_id == "E0GRID"


def test_slack_is_asked_once_an_hour_who_somebody_is(grid: Grid, client: Any) -> None:
    for _ in range(3):
        grid.people.known(in_grid("U0TOM"))
        grid.people.known(in_grid("U0SAM"))

    assert grid.asked("users.info") == 2
    assert {0 < client.ttl(key) <= 3600 for key in client.keys("slack_app:known:*")} == {True}


def test_what_a_request_said_does_not_hide_what_slack_says(grid: Grid) -> None:
    grid.people.note(in_grid("U0SAM"))
    assert grid.people.known(in_grid("U0SAM")).role is Role.NONE

    grid.people.note(in_grid("U0SAM"))
    assert grid.people.known(in_grid("U0SAM")).role is Role.NONE
