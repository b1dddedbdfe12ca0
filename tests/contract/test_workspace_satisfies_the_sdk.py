"""Every method of the stand-in workspace, called through Slack's own SDK."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import ActionsBlock, ButtonElement, SectionBlock
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.webhook import WebhookClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from slack_app.stand_ins.slack import Person, SlackFault, Workspace
from tests.serving import serving
from tests.stage import wait_for

BOT_TOKEN, APP_TOKEN = "xoxb-contract-1", "xapp-contract-1"
MAYA, LEON, GENERAL = "U0MAYA", "U0LEON", "C0GENERAL"


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    workspace = Workspace(signing_secret="5ecret", bot_token=BOT_TOKEN, app_token=APP_TOKEN)
    with serving(workspace.app) as workspace.base_url:
        yield workspace


@pytest.fixture
def client(workspace: Workspace) -> WebClient:
    return WebClient(token=BOT_TOKEN, base_url=f"{workspace.base_url}/api/")


def error_of(call: Any, **arguments: Any) -> str:
    """The error that the SDK raises for a call."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def test_the_token_says_who_the_app_is_and_what_it_may(client: WebClient, workspace: Workspace) -> None:
    answer = client.auth_test()

    assert (answer["team_id"], answer["user_id"]) == (workspace.team_id, "U0FREDDY")
    assert answer.headers["x-oauth-scopes"] == "commands,chat:write,im:history,users:read"
    assert client.api_test(foo="bar")["args"] == {"foo": "bar"}


def test_what_slack_refuses_is_refused_by_the_same_name(client: WebClient, workspace: Workspace) -> None:
    api = f"{workspace.base_url}/api/"
    post = client.chat_postMessage

    assert error_of(WebClient(base_url=api).auth_test) == "not_authed"
    assert error_of(WebClient(token="xoxb-other", base_url=api).auth_test) == "invalid_auth"
    assert error_of(WebClient(token=APP_TOKEN, base_url=api).auth_test) == "not_allowed_token_type"
    assert error_of(client.api_call, api_method="chat.nonsense") == "unknown_method"
    assert error_of(client.api_test, error="my_error") == "my_error"
    assert error_of(post, channel="C0NOWHERE", text="x") == "channel_not_found"
    assert error_of(client.api_call, api_method="chat.postMessage", json={"channel": GENERAL}) == "no_text"
    assert error_of(post, channel=GENERAL, text="x" * 40_001) == "msg_too_long"
    assert error_of(client.users_info, user="U0NOBODY") == "user_not_found"
    assert error_of(client.conversations_open, users="U0NOBODY") == "user_not_found"
    assert error_of(client.chat_delete, channel=GENERAL, ts="1.1") == "message_not_found"


def button(**more: Any) -> dict[str, Any]:
    label = {"type": "plain_text", "text": "Go"}
    return {"type": "actions", "elements": [{"type": "button", "action_id": "go", "text": label, **more}]}


def section(text: object) -> dict[str, Any]:
    return {"type": "section", "text": text}


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "marquee"}],
        [{"type": "divider"}] * 51,
        [section({"type": "mrkdwn", "text": "x" * 3001})],
        [section({"type": "mrkdwn", "text": ""})],
        [section("bare")],
        [{"type": "section"}],
        [{"type": "actions", "elements": "none"}],
        [button(text={"type": "plain_text", "text": "x" * 76})],
        [button(text={"type": "mrkdwn", "text": "x"})],
        [button(url="https://example.com/" + "x" * 3000)],
        [button(value="x" * 2001)],
        [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}],
        [{"type": "context", "elements": [{"type": "plain_text", "text": "x"}] * 11}],
    ],
    ids=lambda blocks: json.dumps(blocks)[:60],
)
def test_blocks_that_slack_does_not_take_are_not_taken(client: WebClient, blocks: list[dict[str, Any]]) -> None:
    assert error_of(client.chat_postMessage, channel=GENERAL, text="x", blocks=blocks) == "invalid_blocks"


def test_a_message_to_a_person_lands_in_their_conversation_with_the_app(
    client: WebClient, workspace: Workspace
) -> None:
    blocks = [
        SectionBlock(text="Hello"),
        ActionsBlock(elements=[ButtonElement(text="Go", action_id="go", url="https://example.com")]),
    ]

    posted = client.chat_postMessage(channel=MAYA, text="Hello", blocks=blocks, unfurl_links=False, unfurl_media=False)

    assert posted["channel"] == workspace.dm_of(MAYA) == client.conversations_open(users=[MAYA])["channel"]["id"]
    assert [block["block_id"] for block in posted["message"]["blocks"]] == ["m1-0", "m1-1"]
    [message] = workspace.messages_in(workspace.dm_of(MAYA), seen_by=MAYA)
    assert (message.ts, message.text, message.via) == (posted["ts"], "Hello", "chat.postMessage")
    assert message.blocks == [block.to_dict() for block in blocks]
    assert (message.fields["unfurl_links"], message.fields["unfurl_media"]) == (False, False)
    assert workspace.messages_in(workspace.dm_of(MAYA), seen_by=LEON) == []


def test_a_form_is_read_like_json(client: WebClient, workspace: Workspace) -> None:
    data = {"channel": GENERAL, "text": "Hello", "blocks": json.dumps([{"type": "divider"}])}

    client.api_call("chat.postMessage", data=data)

    assert workspace.messages[0].blocks == [{"type": "divider"}]
    data["blocks"] = "[broken"
    assert error_of(client.api_call, api_method="chat.postMessage", data=data) == "invalid_blocks_format"


def test_the_apps_messages_can_be_changed_and_deleted(client: WebClient, workspace: Workspace) -> None:
    posted = client.chat_postMessage(channel=MAYA, text="Before")
    where = {"channel": posted["channel"], "ts": posted["ts"]}

    changed = client.chat_update(**where, text="After", blocks=[{"type": "divider"}])

    assert (changed["text"], changed["message"]["text"]) == ("After", "After")
    [message] = workspace.messages_in(posted["channel"], seen_by=MAYA)
    assert (message.text, message.blocks, message.is_edited) == ("After", [{"type": "divider"}], True)
    assert error_of(client.chat_update, channel=MAYA, ts=posted["ts"], text="x") == "channel_not_found"
    client.chat_delete(**where)
    assert workspace.messages_in(posted["channel"], seen_by=MAYA) == []
    assert workspace.messages[0].deleted
    assert error_of(client.chat_update, **where, text="x") == "message_not_found"


def test_other_peoples_messages_are_not_the_apps_to_change(client: WebClient, workspace: Workspace) -> None:
    workspace.say(MAYA, GENERAL, "Good morning")
    [message] = workspace.messages

    assert error_of(client.chat_update, channel=GENERAL, ts=message.ts, text="x") == "cant_update_message"
    assert error_of(client.chat_delete, channel=GENERAL, ts=message.ts) == "cant_delete_message"


def test_a_private_message_is_seen_by_one_and_stays_as_it_is(client: WebClient, workspace: Workspace) -> None:
    posted = client.chat_postEphemeral(channel=GENERAL, user=MAYA, text="Only you")

    assert [message.text for message in workspace.messages_in(GENERAL, seen_by=MAYA)] == ["Only you"]
    assert workspace.messages_in(GENERAL, seen_by=LEON) == []
    where = {"channel": GENERAL, "ts": posted["message_ts"]}
    assert error_of(client.chat_update, **where, text="x") == "message_not_found"
    assert error_of(client.chat_postEphemeral, channel=GENERAL, user="U0NOBODY", text="x") == "user_not_in_channel"


def test_people_are_described(client: WebClient) -> None:
    user = client.users_info(user=MAYA)["user"]

    assert (user["id"], user["real_name"], user["is_bot"]) == (MAYA, "Maya Lindqvist", False)
    assert (user["is_admin"], user["is_owner"], user["team_id"]) == (True, False, "T0DEMO")
    assert "is_stranger" not in user


@pytest.mark.parametrize(
    ("role", "flags"),
    [
        ("owner", {"is_admin", "is_owner", "is_primary_owner"}),
        ("admin", {"is_admin"}),
        ("member", set()),
        ("guest", {"is_restricted"}),
        ("single_channel_guest", {"is_restricted", "is_ultra_restricted"}),
    ],
)
def test_a_role_is_told_in_slacks_flags(client: WebClient, workspace: Workspace, role: str, flags: set[str]) -> None:
    workspace.store.people["U0NEW"] = Person("U0NEW", "New", "New Person", role)

    user = client.users_info(user="U0NEW")["user"]

    assert {name for name in user if name.startswith("is_") and user[name]} == flags


def test_of_a_closed_account_no_role_is_told(client: WebClient, workspace: Workspace) -> None:
    workspace.store.people["U0GONE"] = Person("U0GONE", "Gone", "Gone Person", "admin", is_deleted=True)

    user = client.users_info(user="U0GONE")["user"]

    assert (user["deleted"], user["is_bot"], "is_admin" in user) == (True, False, False)


def test_there_is_no_role_that_slack_does_not_have() -> None:
    with pytest.raises(ValueError, match="no such role: boss"):
        Person("U0NEW", "New", "New Person", "boss")


def test_people_are_listed_page_by_page(client: WebClient) -> None:
    # when the SDK follows the cursors
    pages = [[user["id"] for user in page["members"]] for page in client.users_list(limit=3)]

    # then everybody was there once, Slackbot and the app among them
    assert pages == [["USLACKBOT", MAYA, LEON], ["U0FREDDY"]]
    whole = client.users_list()
    assert [user["id"] for user in whole["members"] if user["is_bot"]] == ["U0FREDDY"]
    assert whole["response_metadata"] == {"next_cursor": ""}
    assert error_of(client.users_list, cursor="nonsense") == "invalid_cursor"


def test_slacks_faults_reach_the_sdk_as_its_own_errors(client: WebClient, workspace: Workspace) -> None:
    workspace.fault = SlackFault.DM_CLOSED
    assert error_of(client.chat_postMessage, channel=MAYA, text="x") == "messages_tab_disabled"
    client.chat_postMessage(channel=GENERAL, text="x")

    workspace.fault = SlackFault.DOWN
    with pytest.raises(SlackApiError) as down:
        client.auth_test()
    assert down.value.response.status_code == 503

    workspace.fault = SlackFault.RATE_LIMITED
    with pytest.raises(SlackApiError) as limited:
        client.auth_test()
    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["Retry-After"] == "2"


def test_webhook_client_answers_through_the_response_url(workspace: Workspace) -> None:
    urls: list[str] = []

    async def app(request: Request) -> Response:
        urls.extend(parse_qs((await request.body()).decode())["response_url"])
        return Response()

    with serving(Starlette(routes=[Route("/", app, methods=["POST"])])) as workspace.request_url:
        assert workspace.type_command(user_id=MAYA, channel_id=GENERAL, text="").status == 200
    hook = WebhookClient(urls[0])

    first = hook.send(text="One", blocks=[SectionBlock(text="One")], response_type="ephemeral")
    refused = hook.send(text="x", blocks=[{"type": "marquee"}])

    assert (first.status_code, first.body) == (200, "ok")
    assert (refused.status_code, json.loads(refused.body)["error"]) == (400, "invalid_blocks")
    [message] = workspace.messages_in(GENERAL, seen_by=MAYA)
    assert (message.text, message.ephemeral_to, message.via) == ("One", MAYA, "response_url")
    elsewhere = WebhookClient(f"{workspace.base_url}/commands/T0DEMO/1/nothing").send(text="x")
    assert (elsewhere.status_code, elsewhere.body) == (404, "no_service")


def test_socket_mode_carries_commands_and_pressed_buttons(client: WebClient, workspace: Workspace) -> None:
    requests: list[SocketModeRequest] = []

    def listen(socket: Any, request: SocketModeRequest) -> None:
        requests.append(request)
        payload = {"text": f"Asked for {request.payload['text']}"} if request.type == "slash_commands" else None
        socket.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id, payload=payload))

    with closing(SocketModeClient(app_token=APP_TOKEN, web_client=client, auto_reconnect_enabled=False)) as socket:
        socket.socket_mode_request_listeners.append(listen)
        socket.connect()
        wait_for(lambda: workspace.is_socket_connected)

        ack = workspace.type_command(user_id=MAYA, channel_id=GENERAL, text="github")

        assert (ack.status, ack.body) == (200, {"text": "Asked for github"})
        [answer] = workspace.messages_in(GENERAL, seen_by=MAYA)
        assert (answer.text, answer.via, answer.ephemeral_to) == ("Asked for github", "ack", MAYA)

        client.chat_postMessage(channel=MAYA, text="x", blocks=[button()])
        assert workspace.press(MAYA, workspace.messages[-1].id, "go") is True
        assert [request.type for request in requests] == ["slash_commands", "interactive"]
        assert requests[0].accepts_response_payload
        assert requests[1].payload["actions"][0]["action_id"] == "go"


def test_socket_mode_needs_the_app_token_and_a_ticket(client: WebClient, workspace: Workspace) -> None:
    assert error_of(client.apps_connections_open, app_token=BOT_TOKEN) == "not_allowed_token_type"
    with pytest.raises(SlackApiError):
        SocketModeClient(app_token="xapp-other", web_client=client).connect()

    first = str(client.apps_connections_open(app_token=APP_TOKEN)["url"])
    assert first.startswith(workspace.base_url.replace("http", "ws") + "/socket?ticket=")

    workspace.request_url = None
    ack = workspace.type_command(user_id=MAYA, channel_id=GENERAL, text="github")
    assert (ack.status, ack.error) == (0, "dispatch_failed")
