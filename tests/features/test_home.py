"""The App Home: what stands in it, and that it stays true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slack_app.adapters.jobs import DEAD
from slack_app.adapters.setups import RedisSetups
from slack_app.errors import BUDGET_SPENT, Meaning, UpstreamError
from slack_app.features.home import Home, HomeRequest, Welcome
from slack_app.features.status import Changed, Status
from slack_app.model.facts import HomeFact
from slack_app.model.jobs import Job
from slack_app.model.links import Completion, Outcome
from slack_app.model.messages import Failure, HomeFilter
from slack_app.model.tools import Connection, Connector
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import KeyMode, Setup
from tests.worker_harness import DOWN, JOB, WorkerHarness

GITHUB = Connection("tcred_1", "github", "GitHub", "dev@example.com")
OPENED = replace(JOB, kind="home.publish", connector_type="", response_url="", channel_id="", payload=HomeRequest())


@pytest.fixture
def stage() -> WorkerHarness:
    stage = WorkerHarness()
    stage.platform.connectors = [
        Connector("notion", "Notion", "knowledge"),
        Connector("github", "GitHub", "development"),
        Connector("gitlab", "GitLab", "development"),
    ]
    stage.platform.connected = [GITHUB]
    stage.own(GITHUB)
    return stage


def opened(stage: WorkerHarness, job: Job = OPENED) -> Home:
    stage.enqueue(job)
    stage.run()
    return shown(stage)


def shown(stage: WorkerHarness) -> Home:
    person, home = stage.messenger.homes[-1]
    assert person == JOB.person
    assert isinstance(home, Home)
    return home


def test_what_another_process_has_just_saved_is_shown(stage: WorkerHarness) -> None:
    """It came up to date with what its process remembered of a moment before, and stayed so."""
    assert len(tools(opened(stage))) == 2
    saved = Setup("T1", "org_a", allowed_connectors=("gitlab",))
    RedisSetups(stage.redis, {"T1": "org_a"}).save(saved, "of an admin")

    home = opened(stage, replace(OPENED, id="T1:U1:refreshed"))

    assert tools(home) == ["GitLab"]


def pressed(kind: str, number: str, credential_id: str = "") -> Job:
    """A press on a button of the App Home."""
    pressed = replace(OPENED, id=f"T1:U1:{number}", kind=kind, connector_type="github", payload=None)
    return replace(pressed, is_from_home=True, target_id=credential_id)


def tools(home: Home) -> list[str]:
    return [connector.name for connector in home.connectors]


def test_opening_shows_what_is_connected_and_what_is_not(stage: WorkerHarness) -> None:
    home = opened(stage)

    assert home.connections == [GITHUB]
    assert tools(home) == ["GitLab", "Notion"]
    assert home.categories == ["development", "knowledge"]
    assert not home.is_first


def test_whoever_comes_for_the_first_time_is_welcomed_at_once(stage: WorkerHarness) -> None:
    stage.platform.connected = []

    home = opened(stage)

    assert [type(fact) for _, fact in stage.messenger.homes] == [Welcome, Home]
    assert home.is_first


@pytest.mark.parametrize(
    ("home_filter", "connected", "others"),
    [
        (HomeFilter("git"), ["GitHub"], ["GitLab"]),
        (HomeFilter("notion"), [], ["Notion"]),
        (HomeFilter("", "development"), ["GitHub"], ["GitLab"]),
        (HomeFilter("notion", "development"), [], []),
        (HomeFilter("gitlub"), ["GitHub"], ["GitLab"]),
    ],
)
def test_search_and_categories_narrow_what_is_shown(
    stage: WorkerHarness, home_filter: HomeFilter, connected: list[str], others: list[str]
) -> None:
    home = opened(stage, replace(OPENED, payload=HomeRequest(home_filter)))

    assert [connection.name for connection in home.connections] == connected
    assert tools(home) == others
    assert home.home_filter == home_filter


def test_what_the_person_looks_for_stays_when_something_else_changes(stage: WorkerHarness) -> None:
    opened(stage, replace(OPENED, payload=HomeRequest(HomeFilter("git"))))

    stage.enqueue(pressed("connection.turn_off", "2", credential_id="tcred_1"))
    stage.run()
    stage.run()

    assert shown(stage).home_filter == HomeFilter("git")
    assert tools(shown(stage)) == ["GitLab"]


def test_whoever_comes_back_sees_what_they_looked_for(stage: WorkerHarness) -> None:
    """slack-truth.md 2.3: an opening does not say what stands in the search."""
    opened(stage, replace(OPENED, payload=HomeRequest(HomeFilter("git"))))
    stage.redis.expire(stage.redis.keys("slack_app:home:*")[0], 60)

    home = opened(stage, replace(OPENED, id="T1:U1:2"))

    assert (home.home_filter, tools(home)) == (HomeFilter("git"), ["GitLab"])
    assert stage.redis.ttl(stage.redis.keys("slack_app:home:*")[0]) > 3600


def test_a_tool_whose_link_is_out_says_so_and_is_connected_when_the_person_is_through(stage: WorkerHarness) -> None:
    opened(stage)
    stage.enqueue(replace(pressed("connect", "2"), connector_type="notion"))
    stage.run()
    stage.run()
    assert shown(stage).waiting.keys() == {"notion"}
    assert shown(stage).waiting["notion"].link.url == "https://github.com/?state=s1"

    notion = Connection("tcred_2", "notion", "Notion", "dev@example.com")
    stage.platform.connected.append(notion)
    stage.platform.completion = Completion(Outcome.CONNECTED, notion)
    stage.run_until(5)

    assert shown(stage).connections == [GITHUB, notion]
    assert shown(stage).waiting == {}


def test_a_link_is_on_its_row_until_it_ends(stage: WorkerHarness) -> None:
    opened(stage)
    stage.enqueue(replace(pressed("connect", "2"), connector_type="notion"))
    stage.run()
    stage.run()
    assert shown(stage).waiting.keys() == {"notion"}

    stage.run_until(605)

    assert shown(stage).waiting == {}


def test_a_link_that_was_made_with_another_key_is_not_on_its_row(stage: WorkerHarness) -> None:
    opened(stage)
    stage.enqueue(replace(pressed("connect", "2"), connector_type="notion"))
    stage.run()
    stage.run()

    stage.setups.save(Setup("T1", "org_b"), "1")

    assert opened(stage, replace(OPENED, id="T1:U1:9")).waiting == {}


@pytest.mark.parametrize(
    ("kind", "what", "left"),
    [("remove", "removed", []), ("turn_off", "off", [replace(GITHUB, is_active=False)])],
)
def test_what_is_changed_in_the_app_home_is_said_there_and_nowhere_else(
    stage: WorkerHarness, kind: str, what: str, left: list[Connection]
) -> None:
    opened(stage)

    stage.enqueue(pressed(kind, "2", credential_id="tcred_1"))
    stage.run()
    stage.run()

    assert shown(stage).changed == Changed(GITHUB, what)
    assert shown(stage).connections == left
    assert stage.messenger.dms == stage.messenger.answers == []


def test_what_is_changed_elsewhere_is_seen_in_the_app_home(stage: WorkerHarness) -> None:
    opened(stage)

    job = replace(JOB, id="T1:U1:2", kind="disconnect.confirm", target_id="tcred_1")
    stage.enqueue(job)
    stage.run()
    stage.run()

    assert isinstance(stage.messenger.answers[-1], Status)
    assert shown(stage).connections == []
    assert shown(stage).changed is None


def test_nothing_is_published_for_people_who_do_not_look_at_it(stage: WorkerHarness) -> None:
    stage.enqueue(replace(JOB, kind="disconnect.confirm", target_id="tcred_1"))
    stage.run()
    stage.run()

    assert stage.messenger.homes == []


@pytest.mark.parametrize("call", ["accounts_error", "tool_error"])
def test_a_platform_that_is_down_leaves_what_was_known_and_says_so(stage: WorkerHarness, call: str) -> None:
    opened(stage)
    setattr(stage.platform, call, DOWN)
    stage.redis.delete(*stage.redis.keys("slack_app:connections:*"))  # they were kept for five minutes

    home = opened(stage, replace(OPENED, id="T1:U1:2"))

    assert home.is_stale
    assert home.connections == [replace(GITHUB, id="")]
    assert tools(home) == ["GitLab", "Notion"]
    assert stage.is_idle


@pytest.mark.parametrize("call", ["accounts_error", "tool_error"])
def test_while_others_use_up_the_budget_the_home_waits_as_it_is(stage: WorkerHarness, call: str) -> None:
    """security.md 27"""
    opened(stage)
    stage.redis.delete(*stage.redis.keys("slack_app:connections:*"))
    setattr(
        stage.platform, call, UpstreamError("platform", status=429, retryable=True, retry_after=9, code=BUDGET_SPENT)
    )
    before = len(stage.messenger.homes)

    opened(stage, replace(OPENED, id="T1:U1:2"))

    assert len(stage.messenger.homes) == before
    setattr(stage.platform, call, None)
    stage.now += 12
    stage.run()
    assert not shown(stage).is_stale


@pytest.mark.parametrize("connected", [[], [replace(GITHUB, id="")]], ids=["never read", "read within the hour"])
def test_whoever_opens_it_then_can_choose_a_tool_at_once(stage: WorkerHarness, connected: list[Connection]) -> None:
    """security.md 27: links come first in the budget, so nobody who wants one waits for what others look up."""
    stage.catalogue.save("org_a", stage.platform.connectors)
    if connected:
        stage.catalogue.save_accounts(JOB.person, connected)
    stage.platform.accounts_error = UpstreamError(
        "platform", status=429, retryable=True, retry_after=40, code=BUDGET_SPENT
    )

    early = opened(stage)

    assert (early.is_early, early.is_stale, early.is_first) == (True, False, not connected)
    assert early.connections == connected
    assert tools(early) == (["GitLab", "Notion"] if connected else ["GitHub", "GitLab", "Notion"])
    stage.platform.accounts_error = None
    stage.now += 45
    stage.run()
    assert not shown(stage).is_early
    assert shown(stage).connections == [GITHUB]


def test_a_platform_that_is_down_from_the_beginning_is_told_too(stage: WorkerHarness) -> None:
    stage.platform.catalogue_error = DOWN

    home = opened(stage)

    assert home.is_stale
    assert (home.connections, home.connectors) == ([], [])
    assert not home.is_first


@pytest.mark.parametrize(("status", "reason"), [(401, "account_unauthorized"), (403, "account_forbidden")])
def test_a_refusal_is_told_in_the_app_home_not_by_message(stage: WorkerHarness, status: int, reason: str) -> None:
    stage.platform.accounts_error = UpstreamError("platform", status=status)

    stage.enqueue(OPENED)
    stage.run()

    _, fact = stage.messenger.homes[-1]
    assert isinstance(fact, Failure)
    assert fact.reason == reason
    assert stage.messenger.dms == []


def test_a_workspace_that_is_not_set_up_is_told_so(stage: WorkerHarness) -> None:
    stage.enqueue(replace(OPENED, person=replace(JOB.person, team_id="T2", enterprise_id=None)))
    stage.run()

    _, fact = stage.messenger.homes[-1]
    assert isinstance(fact, Failure)
    assert fact.reason == "workspace_unmapped"


def test_a_home_that_slack_does_not_take_is_told_there_and_not_in_a_message_of_its_own(
    stage: WorkerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """slack-truth.md 4: view_too_large"""
    publish = stage.messenger.publish_home

    def refuse_homes(person: SlackUser, fact: HomeFact) -> None:
        if isinstance(fact, Home):
            raise UpstreamError("slack", meaning=Meaning.DEFECT, code="view_too_large")
        publish(person, fact)

    monkeypatch.setattr(stage.messenger, "publish_home", refuse_homes)

    stage.enqueue(OPENED)
    stage.run()

    assert [type(fact) for _, fact in stage.messenger.homes] == [Welcome, Failure]
    assert stage.messenger.dms == []


def test_where_each_person_needs_a_key_the_app_home_asks_for_it(stage: WorkerHarness) -> None:
    stage.setups.save(Setup("T1", "org_a", KeyMode.PER_USER), "1")

    stage.enqueue(OPENED)
    stage.run()

    failure = stage.messenger.homes[-1][1]
    assert isinstance(failure, Failure)
    assert (failure.reason, bool(failure.draft_id)) == ("key_needed", True)


def test_only_what_the_admins_offer_can_be_connected_from_the_app_home(stage: WorkerHarness) -> None:
    stage.setups.save(Setup("T1", "org_a", allowed_connectors=("notion",)), "1")

    home = opened(stage)

    assert (tools(home), home.connections) == (["Notion"], [GITHUB])


def test_where_the_app_home_is_turned_off_slack_hears_of_it_once_an_hour_and_the_log_once(
    stage: WorkerHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    """slack-truth.md 4: not_enabled"""
    asked: list[SlackUser] = []

    def refuse(person: SlackUser, _fact: HomeFact) -> None:
        asked.append(person)
        raise UpstreamError("slack", meaning=Meaning.OTHER_WAY, code="not_enabled")

    stage.messenger.publish_home = refuse  # type: ignore[assignment, method-assign]
    for number in range(3):
        stage.enqueue(replace(OPENED, id=f"T1:U1:{number}"))
        stage.run()

    assert len(asked) == 1
    assert capsys.readouterr().out.count("home.not_enabled") == 1
    assert stage.is_idle
    assert stage.messenger.dms == []
    assert stage.redis.xlen(DEAD) == 0
