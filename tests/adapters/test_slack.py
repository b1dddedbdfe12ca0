"""The seam in slack_sdk that the pooled client hangs on, and how Slack's errors count."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View

from slack_app import views
from slack_app.adapters.http import Http
from slack_app.adapters.slack import PooledWebClient, SlackMessenger, is_token_good
from slack_app.errors import Meaning, UpstreamError
from slack_app.features.home import Welcome
from slack_app.features.key import KeyChecking
from slack_app.model.facts import HomeFact, MessageFact, ModalFact
from slack_app.model.jobs import Job
from slack_app.model.messages import Message, MessageRef
from slack_app.model.users import SlackUser
from slack_app.stand_ins.slack import SlackFault, Workspace
from slack_app.stand_ins.slack.installations import Grant
from tests.serving import serving

TOKEN = "xoxb-1"
MAYA = SlackUser(None, "T0DEMO", "U0MAYA")


class Greeting(MessageFact):
    """Something to tell."""


HELLO = Greeting()


class AsText(views.Renderer):
    """Renders every fact as the same text."""

    def message(self, fact: MessageFact) -> Message:
        return Message("hello", [])


AS_TEXT = AsText("/connect")


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    workspace = Workspace(signing_secret="s", bot_token=TOKEN)
    with serving(workspace.app) as url:
        workspace.base_url = url
        yield workspace


def messenger(workspace: Workspace, token: str = TOKEN, renderer: views.Renderer = AS_TEXT) -> SlackMessenger:
    http = Http("slack", connections=2, deadline=5)
    api_url = f"{workspace.base_url}/api/"
    client = PooledWebClient(http, token=token, base_url=api_url)
    return SlackMessenger(
        client_for=lambda _: client,
        hooks=http,
        slack_api_url=api_url,
        renderer=renderer,
    )


def test_the_method_that_is_replaced_is_still_the_sdks() -> None:
    replaced = WebClient._perform_urllib_http_request_internal

    assert list(inspect.signature(replaced).parameters) == ["self", "url", "req"]


def test_the_sdks_calls_and_errors_come_through_the_pool(workspace: Workspace) -> None:
    http = Http("slack", connections=2, deadline=5)
    client = PooledWebClient(http, token=TOKEN, base_url=f"{workspace.base_url}/api/")

    assert client.auth_test()["team_id"] == "T0DEMO"
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel="C404", text="x")

    assert caught.value.response["error"] == "channel_not_found"
    assert len({call.peer for call in workspace.calls}) == 1


def test_a_text_becomes_no_link_or_mention_by_itself(monkeypatch: pytest.MonkeyPatch, workspace: Workspace) -> None:
    """security.md 11: https://docs.slack.dev/reference/methods/chat.postMessage, .../chat.update"""
    sent: list[dict[str, Any]] = []

    def record(_client: WebClient, **fields: Any) -> dict[str, str]:
        sent.append(fields)
        return {"channel": "D1", "ts": "1.1"}

    for method in ("chat_postMessage", "chat_update"):
        monkeypatch.setattr(WebClient, method, record)

    posted = messenger(workspace).post_dm(MAYA, HELLO)
    messenger(workspace).edit_dm(MAYA, posted, HELLO)

    assert [(fields["parse"], fields["link_names"]) for fields in sent] == [("none", False)] * 2


def test_an_answer_stands_in_its_thread_and_beside_it_when_the_thread_is_gone(workspace: Workspace) -> None:
    """slack-truth.md 2.1"""
    dm = workspace.dm_of(MAYA.user_id)
    workspace.say(MAYA.user_id, dm, "github")
    root = workspace.messages[-1]
    thread = MessageRef(dm, root.ts)

    messenger(workspace).post_dm(MAYA, HELLO, thread)
    workspace.store.remove(root)
    messenger(workspace).post_dm(MAYA, HELLO, thread)

    assert [message.thread_ts for message in workspace.messages if message.via == "chat.postMessage"] == [root.ts, ""]


@pytest.mark.parametrize(
    "code", ["cannot_reply_to_message", "restricted_action_thread_locked", "restricted_action_non_threadable_channel"]
)
def test_where_a_thread_takes_no_replies_an_answer_stands_beside_it(workspace: Workspace, code: str) -> None:
    """slack-truth.md 2.1: https://docs.slack.dev/reference/methods/chat.postMessage#errors"""
    dm = workspace.dm_of(MAYA.user_id)
    workspace.say(MAYA.user_id, dm, "github")
    workspace.refusals.play("chat.postMessage", code, times=1)

    messenger(workspace).post_dm(MAYA, HELLO, MessageRef(dm, workspace.messages[-1].ts))

    assert [message.thread_ts for message in workspace.messages if message.via == "chat.postMessage"] == [""]


def failure(workspace: Workspace, token: str = TOKEN) -> UpstreamError:
    with pytest.raises(UpstreamError) as caught:
        messenger(workspace, token).post_dm(MAYA, HELLO)
    return caught.value


@pytest.mark.parametrize(
    ("fault", "status", "code", "retryable"),
    [
        (SlackFault.DM_CLOSED, 200, "messages_tab_disabled", False),
        (SlackFault.RATE_LIMITED, 429, "ratelimited", True),
        (SlackFault.DOWN, 503, "service_unavailable", True),
    ],
)
def test_slacks_refusals_are_known_for_what_they_are(
    workspace: Workspace, fault: SlackFault, status: int, code: str, retryable: bool
) -> None:
    workspace.fault = fault

    error = failure(workspace)

    assert (error.service, error.status, error.code, error.retryable) == ("slack", status, code, retryable)


def test_a_token_that_is_refused_is_no_outage(workspace: Workspace) -> None:
    error = failure(workspace, "xoxb-wrong")

    assert (error.code, error.retryable) == ("invalid_auth", False)


def job(response_url: str) -> Job:
    return Job("T0DEMO:U0MAYA:1", MAYA, "C0GENERAL", response_url, "github", {}, 0.0, "connect")


@pytest.mark.parametrize("url", ["https://evil.example/", "http://hooks.slack.com/x", "file:///etc/passwd", ""])
def test_an_answer_goes_to_slack_and_nowhere_else(workspace: Workspace, url: str) -> None:
    """security.md 12"""
    with pytest.raises(UpstreamError) as caught:
        messenger(workspace).respond(job(url), HELLO)

    assert (caught.value.code, caught.value.retryable) == ("foreign_response_url", False)
    assert workspace.calls == []


def test_an_answer_that_slack_takes_no_more_is_not_tried_for_ever(workspace: Workspace) -> None:
    with pytest.raises(UpstreamError) as caught:
        messenger(workspace).respond(job(f"{workspace.base_url}/commands/T0DEMO/1/unknown"), HELLO)

    assert (caught.value.status, caught.value.retryable) == (404, False)


@pytest.mark.parametrize("way", ["message", "modal", "home"])
def test_a_view_that_fails_is_our_defect_and_no_outage_of_slack(workspace: Workspace, way: str) -> None:
    class Faulty(views.Renderer):
        def message(self, fact: MessageFact) -> Message:
            raise TypeError("a view's own mistake")

        def modal(self, fact: ModalFact) -> View:
            raise TypeError("a view's own mistake")

        def home(self, fact: HomeFact) -> View:
            raise TypeError("a view's own mistake")

    faulty = messenger(workspace, renderer=Faulty("/connect"))
    sends: dict[str, Callable[[], object]] = {
        "message": lambda: faulty.post_dm(MAYA, HELLO),
        "modal": lambda: faulty.open_modal(MAYA, "1.2.3", KeyChecking()),
        "home": lambda: faulty.publish_home(MAYA, Welcome()),
    }

    with pytest.raises(TypeError):
        sends[way]()

    assert workspace.calls == []


@pytest.mark.parametrize("error", [KeyError("bot_token"), TypeError("None")], ids=lambda error: type(error).__name__)
def test_a_fault_of_ours_on_the_way_to_the_token_is_no_outage_of_slack(error: Exception) -> None:
    def client_for(_person: SlackUser) -> WebClient:
        raise error

    http = Http("slack", connections=1, deadline=1.0)
    messenger = SlackMessenger(
        client_for=client_for, hooks=http, slack_api_url="https://slack.com/api/", renderer=views.Renderer("/connect")
    )

    with pytest.raises(type(error)):
        messenger.delete_dm(SlackUser(None, "T1", "U1"), MessageRef("D1", "1.1"))


def test_in_a_workspace_that_left_its_grids_installation_the_installation_is_broken(workspace: Workspace) -> None:
    """slack-truth.md 4: team_access_not_granted"""
    workspace.store.enterprise_id = "E1"
    workspace.install(Grant(TOKEN, is_org_wide=True))
    workspace.store.installations.withdraw()

    with pytest.raises(UpstreamError) as caught:
        messenger(workspace).post_dm(MAYA, HELLO)

    assert (caught.value.code, caught.value.meaning) == ("team_access_not_granted", Meaning.BROKEN_INSTALLATION)


def test_a_token_is_good_until_the_app_is_removed(workspace: Workspace) -> None:
    """reports.md B5"""
    http = Http("slack", connections=1, deadline=5)
    client = PooledWebClient(http, token=TOKEN, base_url=f"{workspace.base_url}/api/")

    assert is_token_good(client)
    workspace.fault = SlackFault.DOWN
    with pytest.raises(UpstreamError):
        is_token_good(client)
    workspace.fault = SlackFault.NONE
    workspace.store.uninstall()
    assert not is_token_good(client)
