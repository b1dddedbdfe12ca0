"""What people type reaches the app as Slack sends it (slack-truth.md section 5, requests_to_app and `escaped`)."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError

from tests.stand_ins.stub_app import MAYA, SlackWithApp


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("connect github", "connect github"),
        ("R&D <now>", "R&amp;D &lt;now&gt;"),
        ("`/connect github` *now*", "`/connect github` *now*"),
        ("zendesk acme.zendesk.com", "zendesk <http://acme.zendesk.com|acme.zendesk.com>"),
        ('site_name="contoso.sharepoint.com"', 'site_name="<http://contoso.sharepoint.com|contoso.sharepoint.com>"'),
        ("see https://x.io/a?b=1&c=2.", "see <https://x.io/a?b=1&amp;c=2>."),
        ("me@acme.com, please", "<mailto:me@acme.com|me@acme.com>, please"),
        ("tablename.id", "<http://tablename.id|tablename.id>"),
        ("site_name=acme.com", "site_name=acme.com"),
        ("v1.2 and app.py", "v1.2 and app.py"),
    ],
)
def test_addresses_are_links_and_three_characters_escaped(stage: SlackWithApp, typed: str, sent: str) -> None:
    """slack-truth.md 1.8"""
    stage.workspace.say(MAYA, stage.workspace.dm_of(MAYA), typed)

    assert stage.app.events_sent[-1]["event"]["text"] == sent


def test_a_message_may_have_a_file_or_stand_in_a_thread(stage: SlackWithApp) -> None:
    """reports.md B13"""
    dm = stage.workspace.dm_of(MAYA)
    stage.workspace.say(MAYA, dm, "github", subtype="file_share")
    root = stage.workspace.messages[-1]
    stage.workspace.say(MAYA, dm, "gitlab", thread_ts=root.ts, subtype="thread_broadcast")

    with_file, in_thread = (sent["event"] for sent in stage.app.events_sent)
    assert (with_file["subtype"], len(with_file["files"])) == ("file_share", 1)
    assert (in_thread["subtype"], in_thread["thread_ts"]) == ("thread_broadcast", root.ts)
    assert "thread_ts" not in with_file


def test_the_app_answers_in_a_thread_that_exists(stage: SlackWithApp) -> None:
    dm = stage.workspace.dm_of(MAYA)
    stage.workspace.say(MAYA, dm, "github")
    root = stage.workspace.messages[-1]

    stage.client.chat_postMessage(channel=dm, text="Here", thread_ts=root.ts)

    assert stage.workspace.messages[-1].thread_ts == root.ts
    with pytest.raises(SlackApiError, match="thread_not_found"):
        stage.client.chat_postMessage(channel=dm, text="Here", thread_ts="1.1")
