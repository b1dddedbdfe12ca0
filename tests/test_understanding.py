"""What people type, and what is sent or said for it: every row runs through the listeners, the queue and the handlers.

The words of reports.md (A13, A14, A15, A19, A19b, A19c, B12, B13) are here, each with its number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
import structlog

from slack_app.features.change import DisconnectChoice, NotConnected
from slack_app.features.deliver_link import LinkAnswer, LinkReady
from slack_app.features.details import Details
from slack_app.features.greet import Greeting
from slack_app.features.help import AdminHelp, Help
from slack_app.features.home import Home, HomeRequest
from slack_app.features.key import KeyShown, NoKeyNeeded
from slack_app.features.menu import Menu
from slack_app.features.search import search
from slack_app.features.setup import SetupForm, SetupOffer
from slack_app.features.status import AskName, ConfirmDisconnect, Status
from slack_app.features.understand import Which
from slack_app.features.whoami import Whoami
from slack_app.job_runner import ACK_SECONDS
from slack_app.model.messages import Failure, HomeFilter
from slack_app.model.tools import Connection, Connector
from slack_app.model.users import Role
from slack_app.model.workspaces import KeyMode, Setup
from slack_app.views import render_home, render_message, render_modal
from slack_app.views.ids import ActionId, CallbackId
from slack_app.views.menu import suggestions
from slack_app.views.setup import suggestions as setup_suggestions
from slack_app.views.values import Value
from tests.listeners_harness import Slack
from tests.worker_harness import JOB, WorkerHarness

GITHUB = Connector("github", "GitHub", "Development", "Repositories, issues and pull requests")
GITLAB = Connector("gitlab", "GitLab", "Development", "Projects, issues and merge requests")
USUAL = [
    GITHUB,
    GITLAB,
    Connector("atlassian", "Atlassian", "Projects", "Jira issues and Confluence pages"),
    Connector("figma", "Figma", "Design", "Files and comments"),
    Connector("google_calendar", "Google Calendar", "Calendar", "Events and free times"),
    Connector("google_drive", "Google Drive", "Files", "Documents, sheets and files"),
    Connector("intercom", "Intercom", "Support", "Conversations"),
    Connector("monday", "monday.com", "Projects", "Boards and items"),
    Connector("notion", "Notion", "Documents", "Pages and databases"),
    Connector("sharepoint", "SharePoint", "Files", "Sites and documents"),
    Connector("x", "X", "Social", "Posts"),
    Connector("zendesk", "Zendesk", "Support", "Tickets and customers"),
]
JIRA = [GITHUB, Connector("jira", "Jira", "Projects", "Issues"), Connector("confluence", "Confluence", "Docs", "Pages")]
DRIVES = [GITHUB, Connector("google_drive", "Google Drive"), Connector("googledrive", "Drive of Google")]
TWINS = [GITHUB, Connector("drive_a", "Google Drive"), Connector("drive_b", "Google Drive")]
ODD = [
    GITHUB,
    Connector("github:beta", "GitHub Beta"),
    Connector("ünï", "Ünï"),
    Connector("cpp", "C++ (Beta)"),
    Connector("Box.com", "Box"),
    Connector("key-vault", "Key Vault"),
    Connector("help_scout", "Help Scout"),
    Connector("link_tree", "Link Tree"),
    Connector("delete_me", "Delete Me"),
    Connector("日本", "日本"),
    Connector("a=b", "A=B"),
    Connector("yahoo", "Yahoo!"),
    Connector("r&d", "R&D"),
    Connector("24/7", "24/7"),
    Connector("50%", "Fifty %"),
    Connector("sk_live_0123456789abcdef", "Key-like"),
]
OWN = [
    GITHUB,
    *(Connector(word, word.title()) for word in ("list", "key", "help", "home", "menu", "disconnect", "hello")),
]
MAYA = Connection("c1", "github", "GitHub", "maya@example.com")
NOTION = Connection("c2", "notion", "Notion", "maya@example.com")
CATALOGUES = {"usual": USUAL, "jira": JIRA, "drives": DRIVES, "twins": TWINS, "odd": ODD, "own": OWN, "unread": USUAL}

COMMAND: dict[str, Sequence[tuple[str, str]]] = {
    "usual": [
        ("", "menu"),
        ("github", "link github"),
        ("GitHub", "link github"),
        ("git hub", "link github"),
        ("git-hub", "link github"),
        ("gh", "link github"),
        ("connect github", "link github"),
        ("add github", "link github"),
        ("link github", "link github"),
        ("login github", "link github"),
        ("log in to github", "link github"),
        ("sign in github", "link github"),
        ("reconnect github", "link github"),
        ("reconnect", "menu"),
        ("login", "menu"),
        ("log in", "menu"),
        ("sign in", "menu"),
        ("set up github", "link github"),
        ("google drive", "link google_drive"),
        ("google-drive", "link google_drive"),
        ("GOOGLE_DRIVE", "link google_drive"),
        ("gdrive", "link google_drive"),
        ("gcal", "link google_calendar"),
        ("jira", "link atlassian"),
        ("Confluence", "link atlassian"),
        ("twitter", "link x"),  # B13
        ("monday.com", "link monday"),
        ("Monday", "link monday"),
        ("please connect me to github", "link github"),
        ("github please", "link github"),
        ("please connect me to githib", "unknown: github, gitlab"),
        ("github gitlab", "which github, gitlab"),
        ('sharepoint site_name="Team Marketing"', "link sharepoint site_name=Team Marketing"),
        ('sharepoint site_name = "x"', "link sharepoint site_name=x"),  # A19c
        ("sharepoint site_name: x", "link sharepoint site_name=x"),
        (
            "sharepoint site_name=<http://contoso.sharepoint.com|contoso.sharepoint.com>",
            "link sharepoint site_name=contoso.sharepoint.com",
        ),  # A15
        ("sharepoint site_name=<mailto:t@contoso.com|t@contoso.com>", "link sharepoint site_name=t@contoso.com"),
        ("sharepoint", "details sharepoint"),
        ("sharepoint site_name=", "details sharepoint"),
        ('sharepoint site_name="  "', "details sharepoint"),
        ("github count:=3", "link github count=3"),
        ("github flag:=true", "link github flag=True"),
        ("github filter:='{\"a\": [1]}'", "link github filter={'a': [1]}"),
        ("github site.id=7", "link github site={'id': '7'}"),
        ("github site.id:=7", "link github site={'id': 7}"),
        ("github count:=three", "parameters_invalid"),
        ("github site=1 site.id=2", "parameters_invalid"),
        ("github state=1", "parameters_invalid"),
        ("github,", "link github"),
        ("github!", "link github"),
        ("github!!", "link github"),
        ("github?", "link github"),
        ("github:", "link github"),
        ("github/", "link github"),
        ("github.", "link github"),
        ("git\u200bhub", "link github"),  # A19b
        ("git\u2060hub", "link github"),
        ("\ufeffgithub", "link github"),
        ("github\u200f", "link github"),
        ("ｇｉｔｈｕｂ", "link github"),
        ("google–drive", "link google_drive"),
        ("google\u2011drive", "link google_drive"),
        ("İntercom", "link intercom"),
        ("‚github‘", "link github"),
        ("‘github’", "link github"),
        ("‹github›", "link github"),
        ("「github」", "link github"),
        ("—help", "help"),
        ("githib", "unknown: github, gitlab"),
        ("googel_drive", "unknown: google_drive"),
        ("git+hub", "link github"),
        ("zzzz", "unknown:"),
        (":rocket:", "menu"),
        ("tickets", "unknown: zendesk"),
        ("pull requests", "unknown: github"),
        ("design", "unknown: figma"),
        ("whoami", "whoami"),
        ("who am i", "whoami"),
        ("menu", "menu"),
        ("tools", "menu"),
        ("add", "menu"),
        ("home", "say home"),
        ("hello", "say hello"),
        ("hi", "say hello"),
        ("thanks", "say thanks"),
        ("help", "help"),
        ("?", "help"),
        ("version", "help"),
        ("status", "status github, notion"),
        ("list", "status github, notion"),
        ("list my tools", "status github, notion"),
        ("key", "key"),
        ("my key", "key"),
        ("remove my key", "key"),
        ("delete key", "key"),
        ("add my api-key", "key"),
        ("setup", "setup"),
        ("set up", "setup"),
        ("remove setup", "setup"),
        ("signout github", "confirm github"),  # A14
        ("sign out github", "confirm github"),
        ("sign out of github", "confirm github"),
        ("log out github", "confirm github"),
        ("log me out of github", "confirm github"),
        ("logout github", "confirm github"),
        ("delete github", "confirm github"),
        ("remove github", "confirm github"),
        ("revoke github", "confirm github"),
        ("unlink github", "confirm github"),
        ("uninstall github", "confirm github"),
        ("deauthorize github", "confirm github"),
        ("disconnect github", "confirm github"),
        ("disconnect GitHub!", "confirm github"),
        ("disconnect gh", "confirm github"),
        ("github disconnect", "confirm github"),
        ("remove the link to github", "confirm github"),
        ("disconnect githib", "pick githib: github"),  # A13
        ("disconnect figma account", "not connected figma"),
        ("disconnect figma", "not connected figma"),
        ("disconnect all", "pick: github, notion"),
        ("disconnect everything", "pick: github, notion"),
        ("disconnect", "pick: github, notion"),
        ("delete", "pick: github, notion"),  # A14
        ("remove", "pick: github, notion"),
        ("revoke", "pick: github, notion"),
        ("uninstall", "pick: github, notion"),
        ("signout", "pick: github, notion"),
        ("sign out", "pick: github, notion"),
        ("log out", "pick: github, notion"),
        ("delete zzzz", "pick zzzz: github, notion"),
        ("disconnect github and notion", "pick: github, notion"),
        ("off github", "off github"),
        ("github off", "off github"),
        ("turn off github", "off github"),
        ("turn github off", "off github"),
        ("disable github", "off github"),
        ("on github", "on github"),
        ("turn on github", "on github"),
        ("enable github", "on github"),
        ("on figma", "not connected figma + connect"),
        ("off figma", "not connected figma"),
        ("off", "status github, notion"),
        ("on", "status github, notion"),
        ("rename", "status github, notion"),
        ("rename github", "rename github"),
        ("rename githib", "status github, notion"),
        ("ak_live_9f8e7d6c5b4a3210ffee", "key_typed"),
        ("api-key=ak_live_9f8e7d6c5b4a3210ffee", "key_typed"),
        ("my salary is 123000 and my manager is ann", "say unclear"),  # B12
        ("x" * 200, "unknown:"),
    ],
    "unread": [
        ("github", "link github"),
        ("GitHub", "link github"),
        ("google drive", "link google_drive"),
        ("gdrive", "link google_drive"),
        ("gh", "link github"),
        ("jira", "link atlassian"),
        ("monday.com", "link monday"),
        ("google-calendars", "unknown: google_calendar, google_drive (sent google_calendars)"),
        ("zen-desk", "link zen_desk, zendesk"),
        ("githib", "unknown: github, gitlab (sent githib)"),
        ("disconnect github", "confirm github"),
        ("disconnect githib", "pick githib: github"),
        ("my salary is 123000", "say unclear"),
    ],
    "jira": [
        ("jira", "link jira"),
        ("Jira", "link jira"),
        ("confluence", "link confluence"),
        ("disconnect jira", "not connected jira"),
        ("atlassian", "unknown:"),
        ("connect my jira", "link jira"),
    ],
    "drives": [
        ("google_drive", "link google_drive"),
        ("googledrive", "link googledrive"),
        ("google drive", "link google_drive"),
        ("Drive of Google", "link googledrive"),
        ("gdrive", "link google_drive"),
    ],
    "twins": [
        ("Google Drive", "which drive_a, drive_b"),
        ("Google Drive (drive_a)", "link drive_a"),
        ("drive_a", "link drive_a"),
        ("drive_b", "link drive_b"),
    ],
    "odd": [
        ("github:beta", "link github:beta"),
        ("GitHub Beta", "link github:beta"),
        ("github", "link github"),
        ("ünï", "link ünï"),
        ("ÜNÏ", "link ünï"),
        ("C++ (Beta)", "link cpp"),
        ("box.com", "link Box.com"),
        ("Box.com", "link Box.com"),
        ("box", "link Box.com"),
        ("Key Vault", "link key-vault"),
        ("key-vault", "link key-vault"),
        ("Help Scout", "link help_scout"),
        ("Link Tree", "link link_tree"),
        ("Delete Me", "link delete_me"),
        ("日本", "link 日本"),
        ("a=b", "link a=b"),
        ("A=B", "link a=b"),
        ("Yahoo!", "link yahoo"),
        ("R&amp;D", "link r&d"),
        ("24/7", "link 24/7"),
        ("50%", "link 50%"),
        ("Fifty %", "link 50%"),
        ("sk_live_0123456789abcdef", "link sk_live_0123456789abcdef"),
        ("disconnect github:beta", "not connected github:beta"),
    ],
    "own": [
        ("list", "which list or status"),
        ("key", "which key or key"),
        ("Help", "which help or help"),
        ("home", "which home or home"),
        ("menu", "which menu or menu"),
        ("disconnect", "which disconnect or disconnect"),
        ("hello", "which hello or hello"),
        ("add list", "link list"),
        ("disconnect list", "not connected list"),
        ("disconnect disconnect", "not connected disconnect"),
        ("disconnect key", "not connected key"),
        ("add key", "link key"),
        ("status", "status github, notion"),
        ("github", "link github"),
    ],
}
CONVERSATION: dict[str, Sequence[tuple[str, str]]] = {
    "usual": [
        ("github", "link github"),
        ("connect github", "link github"),
        ("/connect github", "link github"),
        ("<@U0BOT> connect github", "link github"),  # A19
        ("*connect github*", "link github"),
        ("connect *github*", "link github"),
        ("`/connect github`", "link github"),
        ("&gt; connect github", "link github"),
        ("• connect github", "link github"),
        ("connect <http://monday.com|monday.com>", "link monday"),  # A15
        (
            "connect sharepoint site_name=<http://contoso.sharepoint.com|contoso.sharepoint.com>",
            "link sharepoint site_name=contoso.sharepoint.com",
        ),
        (
            "connect sharepoint site_name=<mailto:team@contoso.com|team@contoso.com>",
            "link sharepoint site_name=team@contoso.com",
        ),
        ("twitter", "link x"),  # B13
        (":rocket:", "menu"),  # A19c
        ("—help", "help"),
        ("please connect me to github", "link github"),
        ("how do I connect github?", "link github"),
        ("How can I connect my Google Drive account?", "link google_drive"),
        ("Hi! Could you connect github for me, please?", "link github"),
        ("I want to add notion to the assistant", "link notion"),
        ("my jira", "link atlassian"),
        ("please connect github and notion", "which github, notion"),
        ("don't connect github", "which github"),
        ("github is great", "which github"),
        ("is figma any good for me", "which figma"),
        ("disconnect my jira", "not connected atlassian"),
        ("disconnect my github please", "confirm github"),
        ("please sign me out of github", "confirm github"),
        ("how do I get rid of github?", "confirm github"),
        ("I want to remove notion", "confirm notion"),
        ("disconnect githib", "pick githib: github"),
        ("disconnect all", "pick: github, notion"),
        ("remove everything from my account now", "pick: github, notion"),
        ("off github", "off github"),
        ("please turn off github", "off github"),
        ("is github off?", "status github"),
        ("rename github", "status github"),
        ("hello", "say hello"),
        ("Hello there!", "say hello"),
        ("good morning", "say hello"),
        ("thanks", "say thanks"),
        ("Thank you so much", "say thanks"),
        ("thanks, that was great work", "say thanks"),
        ("what can you do for me today my friend", "say unclear"),
        ("ok", "say unclear"),
        ("hunter42", "say unclear"),
        ("my salary is 123000 and my manager is ann", "say unclear"),  # B12
        ("my password: hunter42 for github", "parameters_invalid"),
        ("did I connect github?", "which github"),
        ("connect github, my password: hunter42", "parameters_invalid"),
        ("connect me to sharepoint please site_name=Team", "link sharepoint site_name=Team"),
        ("githib", "unknown: github, gitlab"),
        ("connect zzzz", "say unclear"),
        ("please connect me to githib", "unknown: github, gitlab"),
        ("how do I connect to googel drive?", "unknown: google_drive"),
        ("could you connect me to zzzz please", "say unclear"),
        ("what can I do today", "say unclear"),
        ("menu", "menu"),
        ("tools", "menu"),
        ("home", "say home"),
        ("whoami", "whoami"),
        ("status", "status github, notion"),
        ("help", "help"),
        ("setup", "setup offered"),
        ("sign out", "pick: github, notion"),
        ("log out", "pick: github, notion"),
        ("delete", "pick: github, notion"),
        ("signout github", "confirm github"),
        ("deauthorize github", "confirm github"),
        ("log in", "menu"),
        ("off", "status github, notion"),
        ("on", "status github, notion"),
        ("rename", "status github, notion"),
        ("reconnect github", "link github"),
        ("tickets", "unknown: zendesk"),
        ("pull requests", "unknown: github"),
        ("connect github count:=3", "link github count=3"),
        ("please remove my key", "key"),
        ("ak_live_9f8e7d6c5b4a3210ffee", "key_typed"),
    ],
    "unread": [
        ("github", "link github"),
        ("hunter42", "say unclear"),
        ("please connect me to github", "link github"),
        ("my salary is 123000", "say unclear"),
        ("hello", "say hello"),
    ],
    "jira": [("disconnect my jira", "not connected jira"), ("please connect jira", "link jira")],
    "odd": [("github:beta", "link github:beta"), ("connect ünï", "link ünï"), ("connect Delete Me", "link delete_me")],
    "own": [("list", "which list or status"), ("connect list", "which list or status"), ("key", "which key or key")],
}
ROWS = [
    pytest.param(surface, listed, text, expected, id=f"{surface}-{listed}-{text[:60]}")
    for surface, table in (("command", COMMAND), ("conversation", CONVERSATION))
    for listed, rows in table.items()
    for text, expected in rows
]
ENDING = ("disconnect", "remove", "revoke", "delete", "sign", "log ", "logout", "unlink", "off", "uninstall", "deauth")


@dataclass
class Stage:
    """A person with two connections, in a workspace with a catalogue that was read or not."""

    worker: WorkerHarness
    slack: Slack

    def say(self, surface: str, text: str) -> None:
        """Type it, and have done what follows."""
        if surface == "command":
            assert self.slack.type(text) == 200
        else:
            assert self.slack.say(text) == 200
        self.worker.run()

    def facts(self) -> list[Any]:
        """Return what was said behind the acknowledgement."""
        said = self.worker.messenger
        return [*said.modals, *said.answers, *said.dms]

    def action_ids(self) -> set[str]:
        """Return the ids of all buttons that were shown."""
        shown = [*self.slack.answer.get("blocks", [])]
        for fact in self.facts():
            if not isinstance(fact, (AskName, SetupForm)):
                shown += render_message(fact, "/connect").blocks
        return {
            element["action_id"] for block in shown for element in block.get("elements", []) if "action_id" in element
        }


def stage_with(listed: str) -> Stage:
    worker = WorkerHarness()
    worker.platform.connectors = CATALOGUES[listed]
    worker.platform.connected = [MAYA, NOTION]
    worker.platform.refuses_all_but = {connector.tool_key for connector in CATALOGUES[listed]}
    worker.people.roles["U1"] = Role.ADMIN
    if listed != "unread":
        worker.catalogue.save("org_a", CATALOGUES[listed])
    return Stage(worker, Slack(worker))


def outcome(stage: Stage) -> str:
    """Return in a few words what was sent and said."""
    platform, facts = stage.worker.platform, stage.facts()
    sent = [key for _, key, _ in platform.asked]
    if not facts:
        return at_once(stage.slack.answer)
    fact = facts[0]
    match fact:
        case LinkReady() | LinkAnswer():
            given = "".join(f" {key}={value}" for key, value in platform.asked[-1][2].items())
            return f"link {', '.join(sent)}{given}"
        case Which(tools, own_word):
            return f"which {', '.join(tools)}" + (f" or {own_word}" if own_word else "")
        case NotConnected(tool_key, _, can_connect):
            return f"not connected {tool_key}" + (" + connect" if can_connect else "")
        case DisconnectChoice(connections, unknown, _):
            return f"pick{' ' if unknown else ''}{unknown}: {', '.join(c.tool_key for c in connections)}"
        case ConfirmDisconnect(_, connections):
            return f"confirm {', '.join(c.tool_key for c in connections)}"
        case Status(connections, changed) if changed:
            return f"{changed.what} {changed.connection.tool_key}"
        case Status(connections):
            return f"status {', '.join(c.tool_key for c in connections or [])}"
        case AskName(connection):
            return f"rename {connection.tool_key}"
        case Greeting(kind):
            return f"say {kind}"
        case Details(tool_key):
            return f"details {tool_key}"
        case Failure("connector_unknown", told):
            return f"unknown: {', '.join(told['nearest'])}".strip() + (f" (sent {', '.join(sent)})" if sent else "")
        case Failure(reason):
            return reason
    words = {
        Menu: "menu",
        Help: "help",
        AdminHelp: "help",
        Whoami: "whoami",
        SetupForm: "setup",
        SetupOffer: "setup offered",
    }
    return {**words, KeyShown: "key", NoKeyNeeded: "key"}[type(fact)]


def at_once(answer: dict[str, Any]) -> str:
    """Return what the acknowledgement says, where it is all that is said."""
    starts = {
        "*Which tool": "menu",
        "*Connect a tool:*": "help",
        "*Home*": "say home",
        "Hello.": "say hello",
        "You're welcome": "say thanks",
        "*That looks like a key": "key_typed",
        "I can't": "parameters_invalid",
    }
    return next((word for start, word in starts.items() if answer["text"].startswith(start)), answer["text"])


@pytest.fixture
def logged() -> Iterator[Sequence[Any]]:
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        yield lines


def test_the_table_is_as_long_as_was_promised() -> None:
    assert len(ROWS) >= 150


@pytest.mark.parametrize(("surface", "listed", "text", "expected"), ROWS)
def test_what_is_typed_is_understood(
    surface: str, listed: str, text: str, expected: str, logged: Sequence[Any]
) -> None:
    stage = stage_with(listed)
    if not expected.startswith("link"):  # whoever has connected a tool is asked whether they want another account
        stage.worker.own(MAYA, NOTION, person=JOB.person)

    stage.say(surface, text)

    assert outcome(stage) == expected
    if text.lower().startswith(ENDING) and listed != "own" and text != "Delete Me":
        assert not [
            a for a in stage.action_ids() if a.startswith((ActionId.CONNECT_SUGGESTED, ActionId.CONNECT_FROM_HOME))
        ]
    for private in ("salary", "123000", "hunter42", "ak_live", "githib", "zzzz"):
        assert private not in json.dumps(logged, default=str)
        if listed != "unread" or surface == "conversation":
            assert private not in str((stage.worker.platform.asked, stage.worker.platform.looked_up))


CHOSEN = [
    pytest.param(listed, key, id=f"{listed}-{key}")
    for listed, keys in {
        "jira": ["jira", "confluence"],
        "drives": ["google_drive", "googledrive"],
        "twins": ["drive_a", "drive_b"],
        "odd": [connector.tool_key for connector in ODD],
        "own": [connector.tool_key for connector in OWN],
    }.items()
    for key in keys
]
"""What is pressed or chosen is sent exactly as it was listed."""


@pytest.mark.parametrize("is_read", [True, False], ids=["list read", "list gone"])
@pytest.mark.parametrize(("listed", "key"), CHOSEN)
def test_a_tool_whose_button_is_pressed_is_sent_as_it_was_listed(listed: str, key: str, *, is_read: bool) -> None:
    stage = stage_with(listed)
    if not is_read:
        stage.worker.redis.delete("slack_app:catalogue:org_a")

    stage.slack.press(ActionId.CONNECT_SUGGESTED, str(Value(connector_type=key)))
    stage.worker.run()

    assert [asked for _, asked, _ in stage.worker.platform.asked] == [key]


@pytest.mark.parametrize(("listed", "key"), CHOSEN)
def test_a_tool_that_is_chosen_in_the_menu_is_sent_as_it_was_listed(listed: str, key: str) -> None:
    """As a message's select, as a modal's, and as the suggestions offer it."""
    stage = stage_with(listed)
    options = [
        option
        for group in suggestions(Menu(CATALOGUES[listed], []))
        for option in group["options"]
        if Value.parse(option["value"]).connector_type == key
    ]
    [option] = options
    chosen = {"selected_option": option}
    view = {
        "type": "modal",
        "id": "V1",
        "callback_id": CallbackId.CHOOSE_TOOL,
        "private_metadata": "",
        "blocks": [{"type": "input", "block_id": "menu_tool"}],
        "state": {"values": {"menu_tool": {ActionId.CHOOSE_TOOL: chosen}}},
    }

    stage.slack.send("view_submission", view=view, trigger_id="1")
    where = {"type": "message", "is_ephemeral": True, "channel_id": "C1", "message_ts": "1.1"}
    select = {"type": "static_select", "action_id": ActionId.CHOOSE_TOOL, "block_id": "b", **chosen}
    stage.slack.send("block_actions", container=where, response_url="https://x", actions=[select], trigger_id="2")
    stage.worker.run()

    assert {asked for _, asked, _ in stage.worker.platform.asked} == {key}
    assert len(option["value"]) <= 150


def test_a_password_in_a_sentence_makes_no_tool_of_its_other_words() -> None:
    """reports.md B12"""
    stage = stage_with("usual")

    stage.say("conversation", "my password: hunter42 for github")
    of_a_sentence = render_message(stage.facts()[0], "/connect").text
    stage.worker.messenger.dms.clear()
    stage.slack.event(
        {"event_id": "Ev2"},
        type="message",
        channel_type="im",
        user="U1",
        channel="D1",
        text="github please pin=1 state=x",
    )
    stage.worker.run()
    of_a_tool = render_message(stage.facts()[0], "/connect").text

    assert "I sent it nowhere.* You sign in on the tool's own page." in of_a_sentence
    assert of_a_tool.endswith('Type details like this: `/connect github name="…"`.')


def test_a_tool_that_is_gone_is_not_read_as_another() -> None:
    stage = stage_with("drives")
    stage.worker.platform.connectors = [GITHUB, DRIVES[1]]
    stage.worker.platform.refuses_all_but = {"github", "google_drive"}

    stage.slack.press(ActionId.CONNECT_SUGGESTED, ":googledrive")
    stage.worker.run()

    assert outcome(stage) == "unknown: google_drive (sent googledrive)"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", [connector.tool_key for connector in USUAL]),
        ("git", ["github", "gitlab"]),
        ("jira", ["atlassian"]),
        ("jir", ["atlassian"]),
        ("gdrive", ["google_drive"]),
        ("tickets", ["zendesk"]),
        ("ticket", ["zendesk"]),
        ("pull requests", ["github"]),
        ("pull req", ["github"]),
        ("Development", ["github", "gitlab"]),
        ("githib", ["github", "gitlab"]),
        ("zzzz", []),
        ("!", []),
    ],
)
def test_the_menu_and_the_app_home_find_what_the_command_finds(typed: str, found: Sequence[str]) -> None:
    """Nicknames, categories and descriptions"""
    stage = stage_with("usual")
    stage.worker.platform.connected = []

    menu = stage.worker.choice.matching(JOB.person, typed)
    publish = HomeRequest(HomeFilter(typed))
    stage.worker.enqueue(replace(JOB, kind="home.publish", connector_type="", payload=publish))
    stage.worker.run()

    home = stage.worker.messenger.homes[-1][1]
    assert isinstance(home, Home)
    assert {c.tool_key for c in menu.connectors} == {c.tool_key for c in home.connectors} == set(found)


FORM: Sequence[tuple[str, str, object]] = [
    ("", "Team Marketing", "Team Marketing"),
    ("", " \u201cTeam\u201d ", "\u201cTeam\u201d"),
    ("", "3", "3"),
    ("", "   ", "Please fill this in."),
    (
        "",
        "ghp_16C7e42F292c6912E7",
        "This looks like a password or key. Please don't enter one here: I sent it nowhere.",
    ),
    ("string", "007", "007"),
    ("integer", "3", 3),
    ("integer", "-3", -3),
    ("integer", "3.5", "Please enter a whole number, such as 3."),
    ("integer", "three", "Please enter a whole number, such as 3."),
    ("number", "2.5", 2.5),
    ("number", "two", "Please enter a number, such as 2.5."),
    ("boolean", "true", True),
    ("boolean", "false", False),
    ("array", "a\nb", ["a", "b"]),
    ("array", " , ", "Please fill this in."),
    ("object", '{"a": [1]}', {"a": [1]}),
    ("object", "{a: 1}", 'Please write a JSON object, such as {"name": "value"}.'),
]
"""Of which kind the field is, what is filled in, and what is sent, or stands below the field."""


@pytest.mark.parametrize(("kind", "typed", "expected"), FORM)
def test_what_is_filled_into_a_form_is_sent_as_its_kind_or_refused(kind: str, typed: str, expected: object) -> None:
    stage = stage_with("usual")
    asked = Details("github", "GitHub", ["site/detail"], kinds={"site/detail": kind} if kind else {})
    view = render_modal(asked, "/connect").to_dict()
    option = {"selected_option": {"text": {"type": "plain_text", "text": typed}, "value": typed}}
    [action_id] = [block["element"]["action_id"] for block in view["blocks"] if block["type"] == "input"]
    field = {action_id: option if kind == "boolean" else {"value": typed}}

    stage.slack.send("view_submission", view={**view, "id": "V1", "state": {"values": {"site/detail": field}}})
    stage.worker.now += ACK_SECONDS
    stage.worker.run()

    sent = [given for _, _, given in stage.worker.platform.asked]
    refused = stage.slack.answer.get("errors")
    assert (sent, refused) in (
        ([{"site": {"detail": expected}}], None),
        ([], {"site/detail": expected}),
    )


def test_two_tools_of_one_name_are_told_apart_wherever_they_are_listed() -> None:
    stage = stage_with("twins")
    stage.worker.enqueue(replace(JOB, kind="home.publish", connector_type="", payload=HomeRequest()))
    stage.worker.run()

    published = stage.worker.messenger.homes[-1][1]
    assert isinstance(published, Home)
    home = json.dumps(render_home(published, "/connect").to_dict())
    menu = json.dumps(suggestions(Menu(TWINS, [])))
    setup = json.dumps(render_modal(SetupForm(Setup("T1", "org_a"), TWINS), "/connect").to_dict())
    for shown in (home, menu, setup, json.dumps(setup_suggestions(TWINS))):
        assert "Google Drive (drive_a)" in shown
        assert "Google Drive (drive_b)" in shown


def test_a_jira_that_is_listed_comes_before_what_is_aliased_so() -> None:
    assert [c.tool_key for c in search("jira", [*USUAL, JIRA[1]])] == ["jira", "atlassian"]  # by its description


WORDS = {"menu": Menu, "status": Status, "help": Help, "key": NoKeyNeeded, "whoami": Whoami, "home": Greeting}


@pytest.mark.parametrize("word", [*WORDS, "setup", "disconnect"])
def test_a_button_does_what_its_word_does(word: str) -> None:
    stage = stage_with("usual")

    stage.slack.press(ActionId.DO_WORD.suffixed(word), f":{word}")
    stage.worker.run()

    fact = stage.facts()[0]
    assert isinstance(fact, {**WORDS, "setup": SetupForm, "disconnect": DisconnectChoice}[word])


def test_the_button_of_an_empty_search_shows_every_tool_again() -> None:
    stage = stage_with("usual")
    stage.worker.homes.remember(JOB.person, HomeFilter("zzzz"))
    view = {"type": "home", "id": "V1", "blocks": []}

    stage.slack.press(ActionId.SHOW_ALL_HOME, "", container={"type": "view", "view_id": "V1"}, view=view)
    stage.worker.run()

    home = stage.worker.messenger.homes[-1][1]
    assert isinstance(home, Home)
    assert home.home_filter == HomeFilter()


def test_a_guest_who_may_not_connect_hears_that_and_sees_nothing() -> None:
    stage = stage_with("usual")
    stage.worker.setups.save(Setup("T1", "org_a", guests_allowed=False), "set up")
    stage.worker.people.roles["U1"] = Role.GUEST

    stage.say("conversation", "what have you got for me today then")

    assert outcome(stage) == "guests_not_allowed"


def test_who_has_no_key_yet_is_answered_all_the_same() -> None:
    stage = stage_with("unread")
    stage.worker.setups.save(Setup("T1", "org_a", KeyMode.PER_USER), "set up")

    stage.say("conversation", "what have you got for me today then")
    assert outcome(stage) == "say unclear"

    stage.worker.messenger.dms.clear()
    stage.slack.event({"event_id": "Ev2"}, type="message", channel_type="im", user="U1", channel="D1", text="github")
    stage.worker.run()
    assert outcome(stage) == "key_needed"
