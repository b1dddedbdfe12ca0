"""Two people, one key, three connections, one admin: what each sees and can do, from wherever they ask.

Maya has connected GitHub, Leon GitHub and Notion; Linear was connected elsewhere. Ida is the admin, and has nothing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from slack_app.errors import UpstreamError
from slack_app.features.connect import ConnectedAlready
from slack_app.features.deliver_link import LinkReady
from slack_app.features.home import Home, HomeRequest
from slack_app.features.link_messages import Ended
from slack_app.features.menu import Menu
from slack_app.features.ownership import GONE_SECONDS
from slack_app.features.status import ConfirmDisconnect, NewName, RemovedByAdmin
from slack_app.model.facts import MessageFact
from slack_app.model.jobs import Job
from slack_app.model.links import Completion, Outcome
from slack_app.model.messages import Failure, HomeFilter
from slack_app.model.tools import Connection, Connector, Owner
from slack_app.model.users import Role, SlackUser
from slack_app.model.workspaces import KeyMode, Setup
from slack_app.views import render_home, render_message
from slack_app.views.menu import suggestions
from tests.listeners_harness import Slack
from tests.worker_harness import JOB, WorkerHarness

MAYA, LEON, IDA = (SlackUser("E1", "T1", user_id) for user_id in ("U1", "U2", "U7"))
OF_MAYA = Connection("tcred_m", "github", "GitHub", "maya@example.com", created_at="2026-11-01T09:00:00Z")
OF_LEON = Connection("tcred_l", "github", "GitHub", "leon@example.com", "Work", created_at="2026-11-02T09:00:00Z")
LEONS_NOTION = Connection("tcred_n", "notion", "Notion", "leon@example.com")
OUTSIDE = Connection("tcred_o", "linear", "Linear", "boss@example.com")
OTHERS_ACCOUNTS = ("leon@example.com", "Work", "boss@example.com", "tcred_l", "tcred_n", "tcred_o")
EVERYTHING = [OF_MAYA, OF_LEON, LEONS_NOTION, OUTSIDE]


@pytest.fixture(params=[KeyMode.OPERATOR, KeyMode.SHARED])
def stage(request: pytest.FixtureRequest) -> WorkerHarness:
    stage = WorkerHarness()
    if request.param is KeyMode.SHARED:
        setup = Setup("T1", "org_a", KeyMode.SHARED)
        stage.setups.save(setup, "set up", sealed_key=stage.keys.seal_shared(setup, "ak_shared_0123456789"))
    stage.people.roles = {"U7": Role.ADMIN}
    stage.platform.connectors = [Connector(key, name) for key, name in TOOLS.items()]
    stage.platform.connected = list(EVERYTHING)
    stage.own(OF_MAYA, person=MAYA)
    stage.own(OF_LEON, LEONS_NOTION, person=LEON)
    return stage


TOOLS = {"github": "GitHub", "notion": "Notion", "linear": "Linear", "figma": "Figma"}
SENT = iter(range(10_000))


def sent(person: SlackUser, kind: str, tool: str = "", credential_id: str = "", **more: Any) -> Job:
    job = replace(JOB, id=f"T1:{person.user_id}:{next(SENT)}", person=person, kind=kind, connector_type=tool)
    return replace(job, target_id=credential_id, trigger_id="1.2.3", **more)


def answer(stage: WorkerHarness, job: Job) -> Any:
    stage.enqueue(job)
    stage.run()
    return stage.messenger.answers[-1]


def home_of(stage: WorkerHarness, person: SlackUser, home_filter: HomeFilter | None = None) -> Home:
    opened = sent(person, "home.publish", response_url="", channel_id="", payload=HomeRequest(home_filter))
    stage.enqueue(opened)
    stage.run()
    [*_, (whose, home)] = stage.messenger.homes
    assert whose == person
    assert isinstance(home, Home)
    return home


def whose(connections: Sequence[Connection] | None) -> list[tuple[str, str, Owner]]:
    assert connections is not None
    return [(connection.id, connection.tool_key, connection.owner) for connection in connections]


AS_MAYA = [("tcred_m", "github", Owner.SELF), ("", "github", Owner.COLLEAGUE), ("", "notion", Owner.COLLEAGUE)]
AS_LEON = [
    ("tcred_l", "github", Owner.SELF),
    ("tcred_n", "notion", Owner.SELF),
    ("", "github", Owner.COLLEAGUE),
]
AS_IDA = [
    ("tcred_m", "github", Owner.COLLEAGUE),
    ("tcred_l", "github", Owner.COLLEAGUE),
    ("tcred_n", "notion", Owner.COLLEAGUE),
    ("tcred_o", "linear", Owner.UNKNOWN),
]


# What each sees


@pytest.mark.parametrize(("person", "seen"), [(MAYA, AS_MAYA), (LEON, AS_LEON)], ids=["Maya", "Leon"])
def test_people_see_their_own_and_of_a_colleagues_that_there_is_one(
    stage: WorkerHarness, person: SlackUser, seen: list[tuple[str, str, Owner]]
) -> None:
    assert whose(answer(stage, sent(person, "status.show")).connections) == seen
    assert whose(home_of(stage, person).connections) == seen


def test_an_admin_sees_all_of_them_and_whose_they_are(stage: WorkerHarness) -> None:
    listed = answer(stage, sent(IDA, "status.show"))

    assert sorted(whose(listed.connections)) == sorted(AS_IDA)
    assert sorted(whose(home_of(stage, IDA).connections)) == sorted(AS_IDA)
    text = render_message(listed, "/connect").text
    assert (
        "maya@example.com · since <!date^1793523600^{date_short}|1 Nov 2026> · on · working · connected by <@U1>"
        in text
    )
    assert "*Linear* as boss@example.com · on · working · connected outside Slack" in text


def test_nothing_that_a_member_is_shown_names_anothers_account(stage: WorkerHarness) -> None:
    """security.md 6: from the command, the menu, the App Home, its search, and every refusal."""
    facts = [
        answer(stage, sent(MAYA, "status.show")),
        answer(stage, sent(MAYA, "menu.show")),
        answer(stage, sent(MAYA, "disconnect.ask", "github")),
        answer(stage, sent(MAYA, "disconnect.ask", "notion")),
        answer(stage, sent(MAYA, "disconnect.ask", "linear")),
        answer(stage, sent(MAYA, "connection.turn_off", "notion", "tcred_n")),
        answer(stage, sent(MAYA, "connect", "notion")),
        home_of(stage, MAYA),
        home_of(stage, MAYA, HomeFilter("notion")),
        stage.choice.cached(MAYA),
        stage.choice.matching(MAYA, "o"),
        stage.choice.at_once(MAYA),
    ]

    said = [
        render_message(fact, "/connect") for fact in [*facts, *stage.messenger.dms] if isinstance(fact, MessageFact)
    ]
    homes = [render_home(fact, "/connect").to_dict() for fact in facts if isinstance(fact, Home)]
    assert [account for account in OTHERS_ACCOUNTS if account in repr([*said, *homes])] == []


@pytest.mark.parametrize("way", ["type", "say"])
@pytest.mark.parametrize(
    "text",
    """status|menu|home|notion|linear|github|disconnect all|disconnect notion|disconnect linear|disconnect zzzz
    |disconnect github leon@example.com|remove everything|off notion|on notion|rename notion|rename github""".split(
        "|"
    ),
)
def test_whatever_somebody_types_names_no_account_of_another_and_changes_nothing(
    stage: WorkerHarness, way: str, text: str
) -> None:
    """security.md 6"""
    stage.catalogue.save("org_a", stage.platform.connectors)
    stage.own(OF_MAYA, person=replace(MAYA, enterprise_id=None))
    slack = Slack(stage)

    getattr(slack, way)(text)
    stage.run()

    said = stage.messenger
    shown = [render_message(fact, "/connect") for fact in [*said.answers, *said.dms] if isinstance(fact, MessageFact)]
    assert shown or said.modals or slack.answer
    blocks = repr([*shown, *said.modals, slack.answer])
    assert [account for account in OTHERS_ACCOUNTS if account in blocks] == []
    assert stage.platform.connected == EVERYTHING


def test_the_menu_says_what_is_ones_own_and_what_is_somebody_elses(stage: WorkerHarness) -> None:
    menu = answer(stage, sent(MAYA, "menu.show"))

    assert isinstance(menu, Menu)
    shown = [option["text"]["text"] for group in suggestions(menu) for option in group["options"]]
    assert shown == ["Figma", "GitHub · connected as maya@example.com", "Linear", "Notion · connected by somebody else"]


def test_in_the_app_home_what_is_somebody_elses_has_no_button_and_can_be_connected(stage: WorkerHarness) -> None:
    home = home_of(stage, MAYA)

    assert [connector.tool_key for connector in home.connectors] == ["figma", "linear", "notion"]
    blocks = render_home(home, "/connect").to_dict()["blocks"]
    texts = [block["text"]["text"] for block in blocks if block["type"] in ("section", "header")]
    at = texts.index("Connected")
    assert texts[at + 2 : at + 4] == [
        "*GitHub* · connected by somebody else",
        "*Notion* · connected by somebody else",
    ]
    pressed = [e["action_id"] for b in blocks if b["type"] == "actions" for e in b["elements"] if "value" in e]
    assert pressed == ["status_remove", "status_turn_off", "status_rename", "status_connect_again"]


def test_whoever_has_nothing_is_told_so_and_what_others_have(stage: WorkerHarness) -> None:
    nobody = replace(MAYA, user_id="U3")

    status = answer(stage, sent(nobody, "status.show"))

    assert render_message(status, "/connect").text == (
        "You haven't connected anything yet.\n"
        "*Connected by others*\n"
        "*GitHub* · connected by somebody else\n"
        "*Notion* · connected by somebody else"
    )
    assert home_of(stage, nobody).is_first


def test_where_the_platform_is_down_the_app_home_shows_no_more_than_before(stage: WorkerHarness) -> None:
    home_of(stage, MAYA)
    stage.platform.tool_error = UpstreamError("platform", status=503, retryable=True)
    stage.platform.connected = [*EVERYTHING, replace(OF_LEON, id="tcred_new", account="other@example.com")]

    home = home_of(stage, MAYA)

    assert home.is_stale
    assert [connection.account for connection in home.connections] == ["maya@example.com", "", ""]
    assert {connection.id for connection in home.connections} == {""}


# What each can do


@pytest.mark.parametrize("credential_id", ["tcred_l", "tcred_n", "tcred_o"])
@pytest.mark.parametrize("kind", ["disconnect.confirm", "connection.turn_off", "connection.turn_on", "rename.open"])
@pytest.mark.parametrize("is_from_home", [True, False])
def test_a_forged_press_on_what_is_somebody_elses_changes_nothing(
    stage: WorkerHarness, kind: str, credential_id: str, is_from_home: bool
) -> None:
    """security.md 6"""
    tool = next(connection.tool_key for connection in EVERYTHING if connection.id == credential_id)

    failure = answer(stage, sent(MAYA, kind, tool, credential_id, is_from_home=is_from_home))

    assert isinstance(failure, Failure)
    assert (failure.reason, failure.facts) == ("connection_not_yours", {})
    assert stage.platform.connected == EVERYTHING
    assert stage.messenger.modals == []


def test_a_name_that_was_asked_for_is_not_given_to_what_is_somebody_elses_by_then(stage: WorkerHarness) -> None:
    """security.md 6"""
    answer_count = len(stage.messenger.modals)
    stage.enqueue(sent(MAYA, "rename.open", "github", "tcred_m"))
    stage.run()
    question: Any = stage.messenger.modals[answer_count]
    stage.own(OF_MAYA, person=LEON)

    stage.enqueue(sent(MAYA, "rename.save", "", question.draft_id, response_url="", payload=NewName("Mine")))
    stage.run()

    assert stage.platform.connected == EVERYTHING


@pytest.mark.parametrize("kind", ["connection.turn_off", "rename.open"])
def test_an_admin_changes_nothing_of_a_colleagues_but_its_being_there(stage: WorkerHarness, kind: str) -> None:
    failure = answer(stage, sent(IDA, kind, "github", "tcred_l"))

    assert failure.reason == "connection_not_yours"
    assert stage.platform.connected == EVERYTHING


def test_people_change_their_own(stage: WorkerHarness) -> None:
    off = answer(stage, sent(MAYA, "connection.turn_off", "github", "tcred_m"))
    removed = answer(stage, sent(MAYA, "disconnect.confirm", "github", "tcred_m"))

    assert off.changed.what == "off"
    assert removed.changed.what == "removed"
    assert stage.platform.disconnected == ["tcred_m"]
    assert not [fact for fact in stage.messenger.dms if isinstance(fact, RemovedByAdmin)]
    assert OF_MAYA.digest not in stage.owners.of("org_a")


def test_what_an_admin_removes_is_told_to_whose_it_was_and_noted(stage: WorkerHarness) -> None:
    status = answer(stage, sent(IDA, "disconnect.confirm", "github", "tcred_l"))

    assert status.changed.what == "removed"
    [told] = [fact for fact in stage.messenger.dms if isinstance(fact, RemovedByAdmin)]
    assert stage.messenger.dm_to == ["U2"]
    assert render_message(told, "/connect").text == (
        "<@U7>, an admin here, disconnected your *GitHub*, connected since "
        "<!date^1793610000^{date_short}|2 Nov 2026>. "
        "Your assistant can't use it anymore."
    )
    [change] = [change for change in stage.audit.last(10) if change.what == "disconnected"]
    assert (change.who, change.about) == ("U7", "github")
    assert OF_LEON.digest not in stage.owners.of("org_a")


def test_whose_it_was_hears_of_it_though_slack_does_not_take_messages_for_a_moment(stage: WorkerHarness) -> None:
    """security.md 15: no account waits in Redis with it."""
    stage.messenger.dm_error = UpstreamError("slack", status=503, retryable=True)
    answer(stage, sent(IDA, "disconnect.confirm", "github", "tcred_l"))

    waiting = [repr(_content(stage.redis, key)) for key in stage.redis.scan_iter("slack_app:{jobs}:*")]
    assert waiting
    assert not [word for word in ("leon@example.com", "Work") if word in str(waiting)]
    stage.messenger.dm_error = None
    stage.run_until(60)

    assert stage.messenger.dm_to == ["U2"]
    assert stage.is_idle


def test_an_admin_removes_what_was_connected_elsewhere_and_nobody_is_told(stage: WorkerHarness) -> None:
    answer(stage, sent(IDA, "disconnect.confirm", "linear", "tcred_o"))

    assert stage.platform.disconnected == ["tcred_o"]
    assert stage.messenger.dms == []


def test_whoever_is_no_admin_any_more_removes_nothing(stage: WorkerHarness) -> None:
    """security.md 6: Slack is asked at that moment."""
    answer(stage, sent(IDA, "status.show"))
    stage.people.roles = {}

    failure = answer(stage, sent(IDA, "disconnect.confirm", "github", "tcred_l"))

    assert failure.reason == "connection_not_yours"
    assert stage.platform.connected == EVERYTHING


def test_disconnecting_by_name_asks_of_ones_own_alone(stage: WorkerHarness) -> None:
    stage.catalogue.save("org_a", stage.platform.connectors)
    own = answer(stage, sent(MAYA, "disconnect.ask", "github"))
    none = answer(stage, sent(MAYA, "disconnect.ask", "notion"))
    outside = answer(stage, sent(MAYA, "disconnect.ask", "linear"))
    of_admin = answer(stage, sent(IDA, "disconnect.ask", "github"))

    assert isinstance(own, ConfirmDisconnect)
    assert [b["value"] for b in render_message(own, "/connect").blocks[1]["elements"]] == [
        "tcred_m:github",
        "tcred_m:github",
    ]
    assert render_message(none, "/connect").text == (
        "You haven't connected Notion; somebody else has. Only they and admins can disconnect it."
    )
    [way_on] = render_message(none, "/connect").blocks[1]["elements"]
    assert way_on["text"]["text"] == "What I have"
    of_nobody = answer(stage, sent(IDA, "disconnect.ask", "zzzz"))
    assert render_message(of_nobody, "/connect").text.startswith(
        "I don't know a tool called “zzzz”. This is what is connected:\n*GitHub*"
    )
    assert render_message(outside, "/connect").text.startswith("You haven't connected *Linear*.")
    assert [connection.owner_id for connection in of_admin.connections] == ["U1", "U2"]


# What is remembered, and for how long


def test_who_connects_is_remembered_until_it_is_gone_and_no_account_with_it(stage: WorkerHarness) -> None:
    """security.md 15"""
    stage.platform.connected = []
    answer(stage, sent(MAYA, "connect", "figma"))
    figma = Connection("tcred_f", "figma", "Figma", "maya.private@example.com", "Private")
    stage.platform.connected, stage.platform.completion = [figma], Completion(Outcome.CONNECTED, figma)
    stage.run_until(10)

    assert stage.owners.of("org_a")[figma.digest].person == MAYA
    kept = repr(stage.redis.hgetall("slack_app:owners:org_a"))
    assert not [word for word in ("maya.private", "Private", "tcred_f") if word in kept]
    assert whose(answer(stage, sent(MAYA, "status.show")).connections) == [("tcred_f", "figma", Owner.SELF)]


def test_what_a_colleagues_own_link_brought_is_not_given_back_by_whom_it_was_shown_to_first(
    stage: WorkerHarness,
) -> None:
    """security.md 6: of two links at once the list may show the one's account to the other, until the state says."""
    stage.platform.connected = []
    answer(stage, sent(MAYA, "connect", "figma"))
    figma = Connection("tcred_f", "figma", "Figma", "leon@example.com")
    stage.platform.connected, stage.platform.completion = [figma], Completion(Outcome.CONNECTED, figma)
    stage.run_until(10)
    [*_, ended] = [fact for _, fact in stage.messenger.edits if isinstance(fact, Ended)]
    stage.own(figma, person=LEON)

    told = answer(stage, sent(MAYA, "link.wrong_account", credential_id=ended.live.id))

    assert told.reason == "connection_not_yours"
    assert stage.platform.disconnected == []
    assert stage.owners.of("org_a")[figma.digest].person == LEON


def test_whoever_is_found_late_in_the_list_is_remembered_too(stage: WorkerHarness) -> None:
    stage.platform.connected = []
    answer(stage, sent(MAYA, "connect", "figma"))
    stage.platform.completion = Completion(Outcome.DECLINED)
    stage.run_until(20)

    figma = Connection("tcred_f", "figma", "Figma", "maya@example.com")
    stage.platform.connected = [figma]
    stage.run_until(120)

    assert [fact.live.outcome for _, fact in stage.messenger.edits if isinstance(fact, Ended)][-1] is Outcome.CONNECTED
    assert stage.owners.of("org_a")[figma.digest].person == MAYA


def test_an_account_that_the_list_shows_only_after_the_end_is_named_and_remembered(stage: WorkerHarness) -> None:
    """upstream-api.md: `connection` is optional in the answer that says connected."""
    stage.platform.connected = []
    answer(stage, sent(MAYA, "connect", "figma"))
    stage.platform.completion = Completion(Outcome.CONNECTED)
    stage.run_until(8)
    [ended] = [fact for _, fact in stage.messenger.edits if isinstance(fact, Ended)]

    figma = Connection("tcred_f", "figma", "Figma", "maya@example.com")
    stage.platform.connected = [figma]
    stage.run_until(100)

    assert ended.live.connection is None
    named = [fact.live.connection for _, fact in stage.messenger.edits if isinstance(fact, Ended)][-1]
    assert named == figma
    assert stage.owners.of("org_a")[figma.digest].person == MAYA
    assert stage.links.ended() == {"connected": 1}


def test_one_that_is_not_listed_is_remembered_for_a_week(stage: WorkerHarness) -> None:
    """A list may be cut short, and a key be changed and changed back."""

    def look() -> None:
        stage.now += 3600
        answer(stage, sent(MAYA, "status.show"))

    stage.platform.connected = [OF_LEON, LEONS_NOTION]
    look()
    stage.now += GONE_SECONDS - 7200
    look()
    assert OF_MAYA.digest in stage.owners.of("org_a")

    stage.platform.connected = list(EVERYTHING)
    look()
    assert stage.owners.of("org_a")[OF_MAYA.digest].gone_at is None

    stage.platform.connected = [OF_LEON, LEONS_NOTION]
    look()
    stage.now += GONE_SECONDS
    look()
    assert set(stage.owners.of("org_a")) == {OF_LEON.digest, LEONS_NOTION.digest}


def test_an_outage_forgets_nobody(stage: WorkerHarness) -> None:
    before = stage.owners.of("org_a")
    stage.platform.accounts_error = stage.platform.tool_error = UpstreamError("platform", status=403)
    for _ in range(3):
        stage.now += GONE_SECONDS
        answer(stage, sent(MAYA, "status.show"))
        stage.enqueue(sent(IDA, "home.publish", response_url="", channel_id="", payload=HomeRequest()))
        stage.run()

    assert stage.owners.of("org_a") == before


def test_a_new_key_of_the_organization_makes_nobody_a_stranger_to_their_own(stage: WorkerHarness) -> None:
    setup = replace(stage.setups.get("T1") or Setup("T1", "org_a"), key_mode=KeyMode.SHARED, configured_by="")
    stage.setups.save(setup, "new key", sealed_key=stage.keys.seal_shared(setup, "ak_other_0123456789"), is_forced=True)

    assert whose(answer(stage, sent(MAYA, "status.show")).connections) == AS_MAYA


def test_with_a_key_of_ones_own_everything_is_ones_own_and_nothing_is_remembered() -> None:
    stage = WorkerHarness()
    stage.setups.save(Setup("T1", "org_a", KeyMode.PER_USER), "set up")
    stage.keys.save(MAYA, stage.keys.seal(MAYA, "ak_maya_0123456789"))
    stage.platform.connected = [OF_MAYA, OUTSIDE]

    listed = answer(stage, sent(MAYA, "status.show"))
    answer(stage, sent(MAYA, "connect", "linear"))
    new = Connection("tcred_g", "gitlab", "GitLab", "maya@example.com")
    stage.platform.connected, stage.platform.completion = [OF_MAYA, OUTSIDE, new], Completion(Outcome.CONNECTED, new)
    stage.run_until(10)

    assert [connection.owner for connection in listed.connections] == [Owner.SELF] * 2
    assert stage.owners.of("org_a") == {}


def test_no_account_stands_in_redis_where_none_stood_before(stage: WorkerHarness) -> None:
    """security.md 15: the lists that are kept for minutes, and links, name accounts; nothing else does."""
    stage.platform.connected = []
    answer(stage, sent(MAYA, "connect", "github"))
    stage.platform.connected = list(EVERYTHING)
    stage.platform.completion = Completion(Outcome.CONNECTED, OF_MAYA)
    stage.run_until(10)
    for person in (MAYA, LEON, IDA):
        answer(stage, sent(person, "status.show"))
        answer(stage, sent(person, "menu.show"))
        answer(stage, sent(person, "disconnect.ask", "github"))
        answer(stage, sent(person, "connect", "github"))
        home_of(stage, person)
    answer(stage, sent(IDA, "disconnect.confirm", "github", "tcred_l"))

    named = [key for key in stage.redis.scan_iter() if "@example.com" in repr(_content(stage.redis, key))]
    before = ("slack_app:connected:", "slack_app:connections:", "slack_app:{links}:link:")
    assert [key for key in named if not key.startswith(before)] == []


def _content(redis: Any, key: str) -> object:
    kinds = {"string": redis.get, "hash": redis.hgetall, "set": redis.smembers, "stream": redis.xrange}
    lists = {"zset": lambda key: redis.zrange(key, 0, -1), "list": lambda key: redis.lrange(key, 0, -1)}
    return {**kinds, **lists}[redis.type(key)](key)


def test_a_link_that_the_version_before_made_ends_rightly_and_is_its_persons(stage: WorkerHarness) -> None:
    stage.platform.connected = []
    answer(stage, sent(MAYA, "connect", "figma"))
    [key] = stage.redis.keys("slack_app:{links}:link:*")
    made = json.loads(stage.redis.hget(key, "made"))
    del made["explains_key"]
    stage.redis.hset(key, "made", json.dumps(made))

    figma = Connection("tcred_f", "figma", "Figma", "maya@example.com")
    stage.platform.connected, stage.platform.completion = [figma], Completion(Outcome.CONNECTED, figma)
    stage.run_until(10)

    assert stage.owners.of("org_a")[figma.digest].person == MAYA


# Told once that the key is shared


def test_everybody_is_told_once_that_the_key_is_shared(stage: WorkerHarness) -> None:
    told = "Everyone here connects with one key"
    answer(stage, sent(MAYA, "connect", "figma"))
    answer(stage, sent(LEON, "connect", "figma"))
    answer(stage, sent(MAYA, "connect", "linear"))

    links = [fact for fact in stage.messenger.dms if isinstance(fact, LinkReady)]
    assert [told in render_message(fact, "/connect").text for fact in links] == [True, True, False]
    assert [told in str(render_message(fact, "/connect").blocks) for fact in links] == [True, True, False]


def test_whoever_was_not_reached_is_told_with_the_next_link(stage: WorkerHarness) -> None:
    stage.messenger.dm_error = stage.messenger.answer_error = UpstreamError("slack", status=200, code="x")
    stage.enqueue(sent(MAYA, "connect", "figma"))
    stage.run()
    stage.messenger.dm_error = stage.messenger.answer_error = None

    answer(stage, sent(MAYA, "connect", "figma"))

    [link] = [fact for fact in stage.messenger.dms if isinstance(fact, LinkReady)]
    assert link.live.explains_key


# Connected already


def test_whoever_has_connected_a_tool_is_asked_whether_they_want_another(stage: WorkerHarness) -> None:
    already = answer(stage, sent(MAYA, "connect", "github"))

    assert isinstance(already, ConnectedAlready)
    message = render_message(already, "/connect")
    assert message.text == (
        "*GitHub is already connected.*\n"
        "• *GitHub* as maya@example.com · since <!date^1793523600^{date_short}|1 Nov 2026> · on · working"
    )
    assert [button["text"]["text"] for button in message.blocks[1]["elements"]] == ["Add another account", "Never mind"]
    assert not [fact for fact in stage.messenger.dms if isinstance(fact, LinkReady)]


def test_one_that_does_not_work_is_offered_once_more(stage: WorkerHarness) -> None:
    stage.platform.health = False

    message = render_message(answer(stage, sent(MAYA, "connect", "github")), "/connect")

    labels = [button["text"]["text"] for button in message.blocks[1]["elements"]]
    assert labels == ["Reconnect", "Add another account", "Never mind"]
    assert len({button["action_id"] for button in message.blocks[1]["elements"]}) == 3


def test_another_account_gets_its_link_at_once(stage: WorkerHarness) -> None:
    answer(stage, sent(MAYA, "connect", "github", "tcred_m"))

    assert [type(fact) for fact in stage.messenger.dms] == [LinkReady]


def test_what_a_colleague_has_connected_does_not_stand_in_ones_way(stage: WorkerHarness) -> None:
    answer(stage, sent(MAYA, "connect", "notion"))

    assert [type(fact) for fact in stage.messenger.dms] == [LinkReady]


def test_asked_again_and_again_no_link_is_made_in_vain(stage: WorkerHarness) -> None:
    """security.md 27"""
    for _ in range(3):
        answer(stage, sent(MAYA, "connect", "github"))

    assert stage.platform.links <= 1


def test_where_nobody_can_say_what_is_connected_the_link_comes(stage: WorkerHarness) -> None:
    stage.platform.tool_error = UpstreamError("platform", status=503, retryable=True)

    answer(stage, sent(MAYA, "connect", "github"))

    assert [type(fact) for fact in stage.messenger.dms] == [LinkReady]


def test_with_a_key_of_ones_own_whatever_is_connected_counts() -> None:
    stage = WorkerHarness()
    stage.setups.save(Setup("T1", "org_a", KeyMode.PER_USER), "set up")
    stage.keys.save(MAYA, stage.keys.seal(MAYA, "ak_maya_0123456789"))
    stage.platform.connected = [OF_MAYA, replace(OF_MAYA, id="tcred_2", label="Work")]

    already = answer(stage, sent(MAYA, "connect", "github"))
    answer(stage, sent(MAYA, "connect", "github", "tcred_m"))

    assert isinstance(already, ConnectedAlready)
    assert [connection.id for connection in already.connections] == ["tcred_m", "tcred_2"]
    [link] = [fact for fact in stage.messenger.dms if isinstance(fact, LinkReady)]
    assert not link.live.explains_key


def test_a_first_link_does_not_wait_for_the_list(stage: WorkerHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    authorize, connections_of = stage.platform.authorize, stage.platform.connections_of
    is_asked = threading.Event()

    def listed_late(*args: Any, **more: Any) -> Any:
        is_asked.wait(5)
        order.append("listed")
        return connections_of(*args, **more)

    def authorized(*args: Any) -> Any:
        order.append("authorized")
        is_asked.set()
        return authorize(*args)

    monkeypatch.setattr(stage.platform, "connections_of", listed_late)
    monkeypatch.setattr(stage.platform, "authorize", authorized)
    stage.enqueue(sent(MAYA, "connect", "figma"))
    stage.run()

    assert order[:2] == ["authorized", "listed"]


@pytest.mark.parametrize(
    ("account", "is_twice"), [("Maya@example.com", True), ("leon@example.com", False), ("", False)]
)
def test_the_same_account_connected_twice_is_told(stage: WorkerHarness, account: str, is_twice: bool) -> None:
    answer(stage, sent(MAYA, "connect", "github", "tcred_m"))
    new = Connection("tcred_2", "github", "GitHub", account, created_at="2026-11-26T09:00:00Z")
    stage.platform.connected, stage.platform.completion = [*EVERYTHING, new], Completion(Outcome.CONNECTED, new)
    stage.run_until(10)

    [ended] = [fact for _, fact in stage.messenger.edits if isinstance(fact, Ended)]
    text = render_message(ended, "/connect").text
    assert ("You had already connected this account, so it is there twice." in text) is is_twice


# Two that are called the same


@pytest.mark.parametrize("account", ["maya@example.com", ""])
def test_two_of_one_tool_are_told_apart_wherever_they_are_named(stage: WorkerHarness, account: str) -> None:
    twins = [replace(OF_MAYA, id=f"tcred_{n}", account=account) for n in ("b", "a")]
    stage.platform.connected = twins
    stage.own(*twins)

    status = render_message(answer(stage, sent(MAYA, "status.show")), "/connect")
    asked = render_message(answer(stage, sent(MAYA, "disconnect.ask", "github")), "/connect")
    removed = render_message(answer(stage, sent(MAYA, "disconnect.confirm", "github", "tcred_b")), "/connect")

    name = f"{account}, " if account else ""
    assert f"as {name}no. 1 ·" in status.text
    assert f"as {name}no. 2 ·" in status.text
    dialogs = [
        e["confirm"]["text"]["text"]
        for b in status.blocks
        if b["type"] == "actions"
        for e in b["elements"]
        if "confirm" in e
    ]
    assert len({*dialogs}) == 2
    assert [button["text"]["text"] for button in asked.blocks[1]["elements"][:2]] == [
        f"Disconnect {name}no. 2",
        f"Disconnect {name}no. 1",
    ]
    assert removed.text.startswith(f"*GitHub* ({name}no. 2) is disconnected.")
