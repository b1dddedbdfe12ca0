"""Whatever ids Slack names on an Enterprise Grid: its own people are served, strangers are not (slack-truth.md 1.4).

Maya is of T1, where the app is, and of T9, which is her home. Sam is of another Grid, Sia of a workspace of no Grid;
both see our messages in a shared channel. https://github.com/slackapi/bolt-js/issues/1875,
https://docs.slack.dev/enterprise/developing-for-enterprise-orgs,
https://docs.slack.dev/apis/slack-connect/using-slack-connect-with-apps
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from slack_bolt import BoltRequest
from slack_sdk import WebClient

from slack_app.adapters.known import KnownPeople
from slack_app.adapters.people import SlackPeople
from slack_app.errors import UpstreamError
from slack_app.features.deliver_link import LinkReady
from slack_app.job_runner import ACK_SECONDS
from slack_app.listeners.requests import enterprise_of, membership_in, place_of
from slack_app.listeners.shapes import check_command, check_payload
from slack_app.model.messages import Failure
from slack_app.model.users import Membership, SlackUser
from slack_app.model.workspaces import Setup
from slack_app.views.ids import ActionId, CallbackId
from tests.listeners_harness import FORMS, Slack
from tests.worker_harness import WorkerHarness

CONFLICTING, UNSTATED = Membership.CONFLICTING, Membership.UNSTATED
MAYA, SAM, SIA = "U0MAYA", "U0SAM", "U0SIA"
ORGANIZATIONS: Mapping[str, dict[str, Any]] = {
    MAYA: {"team_id": "T9", "enterprise_user": {"enterprise_id": "E1", "teams": ["T9", "T1"]}},
    SAM: {"team_id": "T2", "enterprise_user": {"enterprise_id": "E2", "teams": ["T2"]}},
    SIA: {"team_id": "T3"},
}
PERSON = {"its own": "T1", "her home": "T9", "the Grid": "E1", "none": None}
TEAM: Mapping[str, tuple[Any, Any]] = {
    "team and Grid": ({"id": "T1", "enterprise_id": "E1"}, {"id": "E1"}),
    "team without its Grid": ({"id": "T1"}, {"id": "E1"}),
    "no Grid at all": ({"id": "T1"}, None),
    "no team": (None, {"id": "E1"}),
    "an empty team": ({"id": "", "enterprise_id": ""}, {"id": "E1"}),
    "an empty Grid": ({"id": "T1", "enterprise_id": ""}, {"id": ""}),
}
KINDS = ["press", "private press", "home search", "submission", "shortcut", "suggestion"]
CALLS: list[str] = []


class SlackStub(WebClient):
    """Knows the three; `code` is what it says instead."""

    code = ""

    def users_info(self, *, user: str, **_: Any) -> Any:
        CALLS.append(user)
        if self.code:
            raise UpstreamError("slack", code=self.code, retryable=self.code == "internal_error")
        return {"user": {"id": user, **ORGANIZATIONS[user]}}


@pytest.fixture
def worker() -> WorkerHarness:
    """A Grid that is set up by the operator; Maya has typed the command once."""
    CALLS.clear()
    SlackStub.code = ""
    worker = WorkerHarness(
        people=lambda redis: SlackPeople(lambda _: SlackStub(), redis, lambda _: ("E1", None), lambda _: None)
    )
    worker.setups.save(Setup("E1", "org_a"), "the operator's")
    worker.catalogue.save("org_a", worker.platform.connectors)
    return worker


def interaction(kind: str, user_id: str, person: str | None, team: Any, enterprise: Any) -> dict[str, Any]:
    """Return what Slack sends of what a person does; the ids of its view and message are those of T1."""
    user = {"id": user_id, "team_id": person} if person else {"id": user_id}
    about = {"team": team, "enterprise": enterprise, "user": user, "trigger_id": "1.2.3"}
    installed = "T1" if team else "E1"
    view = {"id": "V1", "type": "modal", "private_metadata": "1:", "team_id": "T1", "app_installed_team_id": installed}
    message = {"type": "message", "channel_id": "C1", "message_ts": "1.1"}
    button = {"type": "button", "block_id": "b", "action_id": str(ActionId.CONNECT_SUGGESTED), "value": ":github"}
    of_kind: dict[str, dict[str, Any]] = {
        "press": {"container": message, "message": {"team": "T1", "ts": "1.1"}, "actions": [button]},
        "private press": {"container": {**message, "is_ephemeral": True}, "response_url": "x", "actions": [button]},
        "home search": {
            "container": {"type": "view", "view_id": "V1"},
            "view": {**view, "type": "home"},
            "actions": [{**button, "action_id": str(ActionId.RELOAD_HOME)}],
        },
        "submission": {
            "view": {
                **view, "callback_id": str(CallbackId.CHOOSE_TOOL), "blocks": [],
                "state": {"values": FORMS[CallbackId.CHOOSE_TOOL]},
            }
        },
        "shortcut": {"callback_id": str(CallbackId.OPEN_MENU)},
        "suggestion": {"action_id": str(ActionId.CHOOSE_TOOL), "block_id": "b", "value": "git", "view": view},
    }  # fmt: skip
    types = {"submission": "view_submission", "shortcut": "shortcut", "suggestion": "block_suggestion"}
    return {"type": types.get(kind, "block_actions"), **about, **of_kind[kind]}


def send(worker: WorkerHarness, body: dict[str, Any]) -> Any:
    """Send it, and do what comes of it; return the acknowledgement."""
    check_command(body) if "command" in body else check_payload(body)
    ack = Slack(worker)._app.dispatch(BoltRequest(body=body, mode="socket_mode"))
    assert ack.status == 200
    if body.get("type") == "view_submission":  # by then its acknowledgement has long been applied
        worker.now += ACK_SECONDS
    worker.run()
    assert worker.is_idle
    return ack.body


def said(worker: WorkerHarness) -> list[object]:
    """Return what anybody was told."""
    told = worker.messenger
    posted = [*told.dms, *told.answers, *told.modals]
    return [*posted, *(fact for _, fact in [*told.edits, *told.updates, *told.homes])]


def type_command(worker: WorkerHarness) -> None:
    form = {"team_id": "T1", "enterprise_id": "E1", "user_id": MAYA, "channel_id": "C1", "trigger_id": "9.9"}
    worker.setups.save(Setup("T1", "org_a"), "the operator's")
    send_command = {**form, "command": "/connect", "text": "status", "response_url": "https://hooks.slack.com/x"}
    send(worker, send_command)
    worker.messenger.answers.clear()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("team", TEAM)
@pytest.mark.parametrize("person", PERSON)
def test_somebody_of_the_grid_is_served(worker: WorkerHarness, kind: str, team: str, person: str) -> None:
    """reports.md A6"""
    if kind == "suggestion":
        type_command(worker)

    ack = send(worker, interaction(kind, MAYA, PERSON[person], *TEAM[team]))

    if kind == "suggestion":
        assert "github" in str(ack)
    else:
        assert [fact for fact in said(worker) if isinstance(fact, Failure)] == []
        assert said(worker) != []


@pytest.mark.parametrize("team_id", ["", None])
def test_a_command_that_names_no_workspace_but_the_grid_is_served(worker: WorkerHarness, team_id: str | None) -> None:
    """slack-truth.md 1.4: of an org-wide installation `team` may be null."""
    form = {"enterprise_id": "E1", "user_id": MAYA, "channel_id": "C1", "trigger_id": "9.9", "command": "/connect"}
    named = form if team_id is None else {**form, "team_id": team_id}
    asked = {**named, "text": "github", "response_url": "https://hooks.slack.com/x", "is_enterprise_install": "true"}

    send(worker, asked)

    assert [type(fact) for fact in worker.messenger.dms] == [LinkReady]
    assert worker.platform.asked[0][0] == "org_a"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("team", TEAM)
@pytest.mark.parametrize(
    ("stranger", "person"), [(SAM, "T2"), (SAM, "E2"), (SIA, "T3"), (SIA, None)], ids=["Sam", "Sam's", "Sia", "Sia's"]
)
def test_a_stranger_is_not_served(
    worker: WorkerHarness, kind: str, team: str, stranger: str, person: str | None
) -> None:
    """security.md 25"""
    for _ in range(2):
        ack = send(worker, interaction(kind, stranger, person, *TEAM[team]))

    assert "git" not in str(ack)
    assert said(worker) == []
    assert worker.platform.asked == []
    assert len(CALLS) == 1, "once an hour"


@pytest.mark.parametrize("kind", KINDS)
def test_a_stranger_who_names_their_own_grid_as_the_place_is_not_served(worker: WorkerHarness, kind: str) -> None:
    """security.md 25: in some payloads the Grid is the person's."""
    ack = send(worker, interaction(kind, SAM, "T2", {"id": "T1", "enterprise_id": "E2"}, {"id": "E2"}))

    assert "git" not in str(ack)
    assert said(worker) == []


@pytest.mark.parametrize("kind", ["press", "home search", "submission", "suggestion"])
def test_a_person_of_another_grid_with_the_same_id_is_not_served(worker: WorkerHarness, kind: str) -> None:
    """security.md 7, 25: our view or message, but in E2, where that id is somebody else's."""
    for _ in range(2):
        ack = send(worker, interaction(kind, MAYA, "T2", {"id": "T2", "enterprise_id": "E2"}, {"id": "E2"}))

    assert "git" not in str(ack)
    assert said(worker) == []
    assert worker.platform.asked == []


EVENTS: Mapping[str, dict[str, Any]] = {
    "one workspace": {},
    "the Grid as the sender's": {"team": "E1"},
    "her home as the sender's": {"team": "T9"},
    "her home and the Grid": {"team": "T9", "user_team": "E1"},
    "no sender's workspace": {"team": None},
    "an org-wide installation": {"granted": None},
    "an org-wide installation and her home": {"granted": None, "envelope": "T9", "team": "T9"},
    "the Grid as the place": {"granted": None, "envelope": "E1", "team": "E1"},
    "another place in the envelope": {"envelope": "T9"},
    "another context": {"context": "T9", "team": "T9"},
    "a conversation that may be shared": {"is_ext_shared_channel": True, "team": None},
    "no envelope's workspace": {"envelope": None},
    "the installation of a workspace beside it": {"before": {"team_id": "T9", "enterprise_id": "E1"}},
    "the installation of another Grid beside it": {"before": {"team_id": "T2", "enterprise_id": "E2"}},
    "one beside an org-wide installation": {"before": {"team_id": "T2", "enterprise_id": "E2"}, "granted": None},
}


def event(name: str, user_id: str, shape: Mapping[str, Any]) -> dict[str, Any]:
    named = {"granted": "T1", "envelope": "T1", "context": "T1", "team": "T1", "user_team": None, **shape}
    granted = {"team_id": named["granted"], "enterprise_id": "E1", "is_enterprise_install": named["granted"] is None}
    sender = {key: named[key] for key in ("team", "user_team") if named[key]}
    of_kind: dict[str, dict[str, Any]] = {
        "message": {"channel_type": "im", "channel": "D1", "text": "github", "ts": "1.1", **sender},
        "app_home_opened": {"tab": "home", "channel": "D1"},
    }
    return {
        "type": "event_callback",
        "team_id": named["envelope"],
        "context_team_id": named["context"],
        "context_enterprise_id": named.get("context_enterprise_id", "E1"),
        "authorizations": [*([named["before"]] if "before" in named else []), granted],
        "is_ext_shared_channel": named.get("is_ext_shared_channel", False),
        "event_id": "Ev1",
        "event_time": 1,
        "event": {"type": name, "user": user_id, **of_kind[name]},
    }


@pytest.mark.parametrize("name", ["message", "app_home_opened"])
@pytest.mark.parametrize("shape", EVENTS)
def test_an_event_of_somebody_of_the_grid_is_answered(worker: WorkerHarness, name: str, shape: str) -> None:
    """reports.md A11"""
    send(worker, event(name, MAYA, EVENTS[shape]))

    assert [fact for fact in said(worker) if isinstance(fact, Failure)] == []
    assert said(worker) != []


@pytest.mark.parametrize("name", ["message", "app_home_opened"])
@pytest.mark.parametrize(
    "shape", [shape for shape in EVENTS if shape not in ("one workspace", "her home and the Grid")]
)
@pytest.mark.parametrize("stranger", [SAM, SIA])
def test_an_event_of_a_stranger_is_not_answered(worker: WorkerHarness, name: str, shape: str, stranger: str) -> None:
    """security.md 25"""
    theirs = {"T9": "T2", "E1": "E2"}
    named = {key: theirs.get(value, value) if key == "team" else value for key, value in EVENTS[shape].items()}
    if name == "message" and named.get("team", "T1") == "T1":
        named["team"] = "T2"

    send(worker, event(name, stranger, named))

    assert said(worker) == []
    assert worker.platform.asked == []


def test_a_command_costs_no_question_and_whatever_else_one_an_hour(worker: WorkerHarness) -> None:
    """Only the workspace's own people can type a command: https://github.com/slackapi/bolt-python/issues/767"""
    type_command(worker)
    assert CALLS == []

    for _ in range(2):
        send(worker, interaction("press", MAYA, "T1", *TEAM["team and Grid"]))
        send(worker, event("message", MAYA, {}))

    assert CALLS == [MAYA]


@pytest.mark.parametrize("kind", [*KINDS, "message", "app_home_opened"])
@pytest.mark.parametrize("stranger", [SAM, SIA])
def test_a_stranger_whose_request_names_our_workspace_alone_is_not_served(
    worker: WorkerHarness, kind: str, stranger: str
) -> None:
    """security.md 25: with any ids."""
    of_ours = interaction(kind, stranger, "T1", *TEAM["team and Grid"]) if kind in KINDS else event(kind, stranger, {})
    for _ in range(2):
        ack = send(worker, of_ours)

    assert "git" not in str(ack)
    assert said(worker) == []
    assert worker.platform.asked == []


def test_the_first_letter_of_somebody_who_names_our_workspace_alone_is_answered(worker: WorkerHarness) -> None:
    """It is answered with the names of tools alone, and who they are is asked behind the answer."""
    assert "github" in str(send(worker, interaction("suggestion", MAYA, "T1", *TEAM["team and Grid"])))

    assert CALLS == [MAYA]


@pytest.mark.parametrize(("code", "is_served"), [("missing_scope", True), ("internal_error", False)])
def test_a_slack_that_does_not_say_who_somebody_is_locks_nobody_out_whom_the_request_names(
    worker: WorkerHarness, code: str, is_served: bool
) -> None:
    """An ordinary workspace that installed the app before it asked for `users:read`."""
    SlackStub.code = code
    opened = event("app_home_opened", MAYA, {})

    Slack(worker)._app.dispatch(BoltRequest(body=opened, mode="socket_mode"))
    worker.run()

    assert (said(worker) != []) is is_served
    assert worker.is_idle is is_served, "an outage is waited for"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", ["missing_scope", "user_not_found"])
def test_whoever_is_unknown_is_out_where_another_workspace_is_named(
    worker: WorkerHarness, kind: str, code: str
) -> None:
    SlackStub.code = code

    ack = send(worker, interaction(kind, SAM, "T2", *TEAM["team and Grid"]))

    assert "git" not in str(ack)
    assert said(worker) == []


def test_the_second_letter_of_somebody_whom_nobody_knew_is_answered(worker: WorkerHarness) -> None:
    typed = interaction("suggestion", MAYA, "T9", *TEAM["team and Grid"])
    assert "github" not in str(send(worker, typed))

    assert "github" in str(send(worker, typed))


@pytest.mark.parametrize(
    ("guests_allowed", "is_restricted", "letters"),
    [(False, True, ["", ""]), (False, False, ["", "github"]), (True, True, ["github", "github"])],
)
def test_nothing_is_offered_to_a_guest_who_may_not_connect_while_they_type(
    worker: WorkerHarness,
    monkeypatch: pytest.MonkeyPatch,
    guests_allowed: bool,
    is_restricted: bool,
    letters: list[str],
) -> None:
    """security.md 23: nor to somebody of whom nobody knows yet whether they are one; a member has it from then on."""
    monkeypatch.setitem(ORGANIZATIONS, MAYA, {**ORGANIZATIONS[MAYA], "is_restricted": is_restricted})
    for place in ("T1", "E1"):
        worker.setups.save(Setup(place, "org_a", guests_allowed=guests_allowed), "set up")

    for field in (ActionId.CHOOSE_TOOL, ActionId.ALLOWED_CONNECTORS):
        worker.redis.delete("slack_app:known:T1:U0MAYA", "slack_app:known:E1:U0MAYA")
        for offered in letters:
            worker.now += 60
            typed = {**interaction("suggestion", MAYA, "T1", *TEAM["team and Grid"]), "action_id": str(field)}
            assert ("github" in str(send(worker, typed))) is bool(offered)


def test_whose_role_only_slack_can_say_is_looked_up_behind_the_first_letter(worker: WorkerHarness) -> None:
    """A command on a Grid says that they are of it, and not that they are no guest."""
    KnownPeople(worker.redis).note(SlackUser("E1", "T1", MAYA))
    worker.setups.save(Setup("T1", "org_a", guests_allowed=False), "set up")
    typed = interaction("suggestion", MAYA, "T1", *TEAM["team and Grid"])

    assert "github" not in str(send(worker, typed))
    assert "github" in str(send(worker, typed))


PLACES: list[tuple[Callable[[dict[str, Any]], object], str, str | None, Membership]] = [
    (lambda _: None, "T1", "E1", UNSTATED),
    (lambda body: body["user"].update(team_id="T9"), "T1", "E1", CONFLICTING),
    (lambda body: body.update(team=None), "T1", "E1", UNSTATED),
    (lambda body: body.update(team=None, view={"team_id": "T5"}), "T5", "E1", CONFLICTING),
    (lambda body: body.update(team=None, view={"app_installed_team_id": "T5"}), "T5", "E1", CONFLICTING),
    (
        lambda body: body.update(team=None, view={}, user={"id": MAYA, "team_id": "T9"}),
        "T9",
        "E1",
        CONFLICTING,
    ),
    (
        lambda body: body.update(team=None, view={}, user={"id": MAYA, "team_id": "E1"}),
        "E1",
        "E1",
        CONFLICTING,
    ),
    (lambda body: body.update(team={"id": "E1"}, enterprise=None), "T1", "E1", UNSTATED),
    (lambda body: body.update(enterprise=None, user={"id": MAYA, "team_id": "E1"}), "T1", "E1", CONFLICTING),
    (lambda body: body.update(enterprise=None), "T1", None, UNSTATED),
    (lambda body: body["team"].update(enterprise_id="E2"), "T1", "E2", CONFLICTING),
]


@pytest.mark.parametrize(("change", "place", "grid", "membership"), PLACES)
def test_where_something_happened(
    change: Callable[[dict[str, Any]], object], place: str, grid: str | None, membership: Membership
) -> None:
    body: dict[str, Any] = copy.deepcopy(
        {
            "team": {"id": "T1"},
            "enterprise": {"id": "E1"},
            "view": {"team_id": "T1"},
            "user": {"id": MAYA, "team_id": "T1"},
        }
    )

    change(body)

    assert (place_of(body), enterprise_of(body), membership_in(body)) == (place, grid, membership)
