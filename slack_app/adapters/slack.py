"""Speaks with Slack: the Web API over a pooled session, and response URLs.

slack_sdk's own client opens a new connection for every call; one method of it is replaced here, and
tests/adapters/test_slack.py fails loudly should that method move.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from email.message import Message as Headers
from io import BytesIO
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.request import Request

from slack_sdk import WebClient
from slack_sdk.models.views import View

from slack_app.adapters.http import Http
from slack_app.adapters.slack_errors import counted_code, known_errors, retry_after_of, slack_errors
from slack_app.adapters.slack_pauses import SlackPauses
from slack_app.errors import Meaning, UpstreamError
from slack_app.instruments import DIRECT_MESSAGES_FAILED
from slack_app.model.facts import HomeFact, MessageFact, ModalFact
from slack_app.model.messages import Message, MessageRef
from slack_app.model.stored import as_record
from slack_app.model.users import SlackUser
from slack_app.ports.slack import HasResponseUrl, Messenger
from slack_app.safe_urls import is_response_url

SCOPES = ("commands", "chat:write", "im:history", "users:read")
"""What the app asks to be allowed; manifest.yml and the install page say why: https://docs.slack.dev/reference/scopes"""
NO_THREAD = frozenset(
    """
    thread_not_found cannot_reply_to_message message_not_found channel_not_found restricted_action_thread_locked
    restricted_action_non_threadable_channel
    """.split()
)
"""Errors for a thread whose first message was deleted (bolt-js#2307), or takes no replies."""
for _code, _meaning in known_errors("chat.postMessage").items():
    if _meaning in (Meaning.BROKEN_INSTALLATION, Meaning.OTHER_WAY):
        DIRECT_MESSAGES_FAILED.labels(_code)  # from 0, for alerts, as in instruments.py
AS_WRITTEN: Mapping[str, Any] = {
    "parse": "none",
    "link_names": False,
    "unfurl_links": False,
    "unfurl_media": False,
}
"""Nothing in `text` becomes a link, a mention or a preview but by our own marks: it may hold names.

`blocks` say so themselves (views/prose.py), and a `response_url` takes neither of the first two; what it is sent always
has blocks. https://docs.slack.dev/reference/methods/chat.postMessage, https://docs.slack.dev/reference/methods/chat.update
"""
LONGEST_EDIT = 4000
"""Of the text that chat.update takes: https://docs.slack.dev/reference/methods/chat.update#errors (msg_too_long)"""
SILENT = logging.getLogger("slack_app.slack_sdk")
SILENT.setLevel(logging.CRITICAL)  # at DEBUG the SDK logs whole requests, links and codes included


class PooledWebClient(WebClient):
    """slack_sdk's client, sending through our sessions; its errors stay its own.

    `pauses` is shared by the clients of a process: a method that Slack wants to be left alone is not called.
    """

    def __init__(self, http: Http, *, token: str, base_url: str, pauses: SlackPauses | None = None) -> None:
        super().__init__(token=token, base_url=base_url, retry_handlers=[], logger=SILENT, ssl=http.network.ssl_context)
        self.proxy = None  # slack_sdk has read one from the environment: who is asked through which, `http` knows
        self.http = http
        self._pauses = pauses or SlackPauses()

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        data = req.data if isinstance(req.data, bytes) else None
        token = str(req.get_header("Authorization", ""))  # a call may bring another token than the client's
        self._pauses.check(token, url)
        name = url.partition("?")[0].rpartition("/")[2]
        answer = self.http.request(req.get_method(), url, name=name, headers=dict(req.header_items()), data=data)
        if answer.status == 429:
            self._pauses.begin(token, url, retry_after_of(answer.headers))
        if answer.status >= 400:
            headers = Headers()
            for name, value in answer.headers.items():
                headers[name] = value
            raise HTTPError(url, answer.status, "refused", headers, BytesIO(answer.body))
        return {
            "status": answer.status,
            "headers": answer.headers,
            "body": answer.body.decode("utf-8", "replace"),
        }


class InstallWebClient(PooledWebClient):
    """The client for Bolt's flow of an install, with Slack's errors as ours.

    Of slack_sdk's own the flow would keep none: each became "Slack did not accept the code", a rate limit, too.
    """

    def api_call(self, *args: Any, **more: Any) -> Any:
        """Call the method. Raises UpstreamError."""
        with slack_errors():
            return super().api_call(*args, **more)


class Renderer(Protocol):
    """Turns facts into what Slack shows."""

    def message(self, fact: MessageFact) -> Message:
        """Return the message for the fact."""
        ...

    def modal(self, fact: ModalFact) -> View:
        """Return the modal for the fact."""
        ...

    def home(self, fact: HomeFact) -> View:
        """Return the App Home for the fact."""
        ...


class SlackMessenger(Messenger):
    """The ways to a person in Slack; `renderer` turns facts into what Slack shows."""

    def __init__(
        self,
        *,
        client_for: Callable[[SlackUser], WebClient],
        hooks: Http,
        slack_api_url: str,
        renderer: Renderer,
    ) -> None:
        self._client_for = client_for
        self._hooks = hooks
        self._slack_api_url = slack_api_url
        self._renderer = renderer

    def post_dm(self, person: SlackUser, fact: MessageFact, thread: MessageRef | None = None) -> MessageRef:
        """Post to the person's direct message with the app, in a thread where one is given; raises UpstreamError.

        A user id as the channel means that conversation and needs no scope beyond `chat:write`:
        https://docs.slack.dev/reference/methods/chat.postMessage#channels
        """
        message = self._renderer.message(fact)
        try:
            client = self._client_for(person)
            try:
                return self._posted(client, message, thread.channel_id if thread else person.user_id, thread)
            except UpstreamError as exc:
                if thread is None or exc.code not in NO_THREAD:
                    raise
            return self._posted(client, message, person.user_id)
        except UpstreamError as exc:
            DIRECT_MESSAGES_FAILED.labels(counted_code("chat.postMessage", exc)).inc()
            raise

    def _posted(
        self, client: WebClient, message: Message, channel: str, thread: MessageRef | None = None
    ) -> MessageRef:
        with slack_errors():
            answer = client.chat_postMessage(
                channel=channel,
                thread_ts=thread.ts if thread else None,
                text=message.text,
                blocks=list(message.blocks),
                **AS_WRITTEN,
            )
            return as_record(MessageRef, {"channel_id": answer["channel"], "ts": answer["ts"]})

    def edit_dm(self, person: SlackUser, posted: MessageRef, fact: MessageFact) -> None:
        message = self._renderer.message(fact)
        client = self._client_for(person)
        with slack_errors():
            client.chat_update(
                channel=posted.channel_id,
                ts=posted.ts,
                text=shortened(message.text),
                blocks=list(message.blocks),
                **AS_WRITTEN,
            )

    def delete_dm(self, person: SlackUser, posted: MessageRef) -> None:
        client = self._client_for(person)
        with slack_errors():
            client.chat_delete(channel=posted.channel_id, ts=posted.ts)

    def open_modal(self, person: SlackUser, trigger_id: str, fact: ModalFact) -> None:
        """Open a modal; raises UpstreamError, not retryable when the trigger is too old, or there is none.

        https://docs.slack.dev/reference/methods/views.open
        """
        view = self._renderer.modal(fact).to_dict()
        if not trigger_id:
            raise UpstreamError("slack", meaning=Meaning.OTHER_WAY, code="no_trigger")
        client = self._client_for(person)
        with slack_errors():
            client.views_open(trigger_id=trigger_id, view=view)

    def update_modal(self, person: SlackUser, view_id: str, fact: ModalFact) -> None:
        """Put something else into an open modal; raises UpstreamError, not retryable when it was closed.

        https://docs.slack.dev/reference/methods/views.update
        """
        view = self._renderer.modal(fact).to_dict()
        client = self._client_for(person)
        with slack_errors():
            client.views_update(view_id=view_id, view=view)

    def publish_home(self, person: SlackUser, fact: HomeFact) -> None:
        """Put it into the person's App Home; raises UpstreamError.

        https://docs.slack.dev/reference/methods/views.publish
        """
        view = self._renderer.home(fact).to_dict()
        client = self._client_for(person)
        with slack_errors():
            client.views_publish(user_id=person.user_id, view=view)

    def respond(self, place: HasResponseUrl, fact: MessageFact) -> None:
        """Answer in private, in the place of the message whose button was pressed, else below.

        A command's response URL changes nothing that was said before, whatever it is asked (Slack's staff in
        https://github.com/slackapi/bolt-python/issues/1268), so it is asked for no such thing. Raises UpstreamError,
        not retryable when Slack takes no more.

        https://docs.slack.dev/interactivity/handling-user-interaction#message_responses (5 uses, 30 minutes)
        """
        message = self._renderer.message(fact)
        self._respond(
            place,
            {
                "response_type": "ephemeral",
                "replace_original": place.can_replace,
                "text": message.text,
                "blocks": list(message.blocks),
                "unfurl_links": False,
                "unfurl_media": False,
            },
        )

    def delete_ephemeral(self, place: HasResponseUrl) -> None:
        self._respond(place, {"delete_original": True})

    def _respond(self, place: HasResponseUrl, body: dict[str, Any]) -> None:
        if not is_response_url(place.response_url, self._slack_api_url):
            raise UpstreamError("slack", meaning=Meaning.OTHER_WAY, code="foreign_response_url")
        answer = self._hooks.request(
            "POST",
            place.response_url,
            name="response_url",
            headers={"Content-Type": "application/json; charset=utf-8"},
            data=json.dumps(body).encode(),
        )
        if answer.status != 200:
            is_passing = answer.status == 429 or answer.status >= 500
            raise UpstreamError(
                "slack",
                status=answer.status,
                meaning=Meaning.TRY_AGAIN if is_passing else Meaning.OTHER_WAY,
                retry_after=retry_after_of(answer.headers),
                code="response_url_refused",
            )


def is_token_good(client: WebClient) -> bool:
    """Return whether Slack takes the client's token; raises UpstreamError while it does not say.

    https://docs.slack.dev/reference/methods/auth.test
    """
    try:
        with slack_errors():
            client.auth_test()
    except UpstreamError as exc:
        if exc.retryable:
            raise
        return False
    return True


def shortened(text: str) -> str:
    """Return as many of the text's lines as chat.update takes: the blocks say everything all the same."""
    if len(text) <= LONGEST_EDIT:
        return text
    cut = text[: LONGEST_EDIT - 1]
    return f"{cut.rpartition(chr(10))[0] or cut}…"
