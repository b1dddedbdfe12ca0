"""A Grid with an org-wide installation: what Slack sends of its people goes in, links come out.

The app is installed for the whole Grid E1, of which Maya is in T1 and in T9, her home. It is installed elsewhere, too:
in the Grid E2, of which Sam is, and in a workspace of no Grid.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet
from slack_bolt import BoltRequest
from slack_sdk import WebClient

from slack_app.adapters.people import SlackPeople
from slack_app.adapters.secrets.installations import RedisInstallations
from slack_app.adapters.secrets.vault import Vault
from slack_app.app.clients import build_installed_by
from slack_app.errors import Meaning, UpstreamError
from slack_app.job_runner import ACK_SECONDS
from slack_app.model.facts import MessageFact
from slack_app.model.messages import MessageRef
from slack_app.model.users import SlackUser
from slack_app.model.workspaces import Setup
from slack_app.views.ids import ActionId, CallbackId
from tests.listeners_harness import FORMS, Slack
from tests.sample_installations import installed
from tests.worker_harness import MessengerStub, WorkerHarness

MAYA, SAM = "U0MAYA", "U0SAM"
ORGANIZATIONS: Mapping[str, dict[str, Any]] = {
    MAYA: {"team_id": "T9", "enterprise_user": {"enterprise_id": "E1", "teams": ["T9", "T1"]}},
    SAM: {"team_id": "T2", "enterprise_user": {"enterprise_id": "E2", "teams": ["T2"]}},
}


class SlackStub(WebClient):
    """Answer for everybody where they are from, as Slack does of those who share a conversation with the app."""

    def users_info(self, *, user: str, **_: Any) -> Any:
        return {"user": {"id": user, **ORGANIZATIONS[user]}}


class World(WorkerHarness):
    """The app with its installations: without one, nobody is asked about, and nothing is posted."""

    def __init__(self, mapped: str) -> None:
        super().__init__(people=self._people)
        self.setups.save(Setup(mapped, "org_a"), "the operator's")
        self.setups.save(Setup("T2", "org_sam"), "the operator's")
        self.messenger.post_dm = self._post_dm  # type: ignore[method-assign]

    def _people(self, redis: Any) -> SlackPeople:
        self.tokens = RedisInstallations(
            redis, Vault([Fernet.generate_key().decode()]), lambda: self.now, lambda _: True
        )
        for place in (("E0", None), ("E1", None), ("E2", None), (None, "T7")):
            self.tokens.save(installed(*place))
        return SlackPeople(self._client_for, redis, *build_installed_by(self.tokens, lambda _: True))

    def _client_for(self, person: SlackUser) -> WebClient:
        if self.tokens.for_user(person) is None:
            raise UpstreamError("slack", meaning=Meaning.BROKEN_INSTALLATION, code="not_installed")
        return SlackStub()

    def _post_dm(self, person: SlackUser, fact: MessageFact, thread: MessageRef | None = None) -> MessageRef:
        self._client_for(person)
        return MessengerStub.post_dm(self.messenger, person, fact, thread)

    def send(self, body: dict[str, Any]) -> int:
        status = Slack(self)._app.dispatch(BoltRequest(body=body, mode="socket_mode")).status
        if body.get("type") == "view_submission":  # by then its acknowledgement has long been applied
            self.now += ACK_SECONDS
        self.run()
        assert self.is_idle
        return status


def interaction(kind: str, has_grid: bool, team: Any, person: str | None, there: str | None) -> dict[str, Any]:
    named = {"team_id": there, "app_installed_team_id": there} if there else {}
    view = {"id": "V1", "private_metadata": "1:", **named}
    where = {"type": "message", "channel_id": "C1", "message_ts": "1.1"}
    button = {"type": "button", "block_id": "b", "action_id": str(ActionId.CONNECT_SUGGESTED), "value": ":github"}
    of_kind: dict[str, dict[str, Any]] = {
        "press": {"container": where, "message": {"team": there, "ts": "1.1"}, "actions": [button]},
        "private press": {
            "container": {**where, "is_ephemeral": True},
            "response_url": "https://hooks.slack.com/x",
            "actions": [button],
        },
        "home press": {
            "container": {"type": "view", "view_id": "V1"},
            "view": {**view, "type": "home"},
            "actions": [button],
        },
        "submission": {
            "type": "view_submission",
            "view": {
                **view, "type": "modal", "callback_id": str(CallbackId.CHOOSE_TOOL), "blocks": [],
                "state": {"values": FORMS[CallbackId.CHOOSE_TOOL]},
            },
        },
    }  # fmt: skip
    user = {"id": MAYA, "team_id": person} if person else {"id": MAYA}
    about = {"team": team, "enterprise": {"id": "E1"} if has_grid else None, "user": user, "trigger_id": "1.2.3"}
    return {"type": "block_actions", **about, **of_kind[kind]}


def message(authorizations: Any, envelope: str | None, team: str | None, user_id: str = MAYA) -> dict[str, Any]:
    sent = {"type": "message", "channel_type": "im", "channel": "D1", "text": "github", "ts": "1.1", "user": user_id}
    about = {"type": "event_callback", "event_id": "Ev1", "event_time": 1, "authorizations": authorizations}
    return {**about, "team_id": envelope, "event": {**sent, "team": team}}
