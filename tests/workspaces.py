"""Several workspaces of one Slack: the app is installed through Slack's own pages, and set up by each one's admins."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import requests
from cryptography.fernet import Fernet

from slack_app.stand_ins.freddy import Platform
from slack_app.stand_ins.slack import Person, Slack, Workspace
from tests.serving import serving
from tests.stage import SIGNING_SECRET, Stage, wait_for

CLIENT_ID, CLIENT_SECRET = "1.2", "canaryc11ent5ecret"
KEYS = {"T0ONE": ("org_one", "ak_canary_one_0123456789"), "T0TWO": ("org_two", "ak_canary_two_0123456789")}
"""For each workspace the organization that it is set up for, and the key that its admin brings."""
GRID = "E0GRID"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
"""What a browser says that it takes where it is to show a page."""


def slack_of_two(enterprise_id: str | None = None, people: int = 0) -> Slack:
    """Two workspaces with one admin each: of the same id, or where they are of one Grid of two; and so many members."""
    crowd = [Person(f"U{number:05}", f"P{number}", f"Person {number}") for number in range(people)]
    ida, iris = Person("U0IDA", "Ida", "Ida Holm", "admin"), Person("U0IRIS", "Iris", "Iris Berg", "admin")
    workspaces = [
        Workspace(
            signing_secret=SIGNING_SECRET,
            bot_token="",
            people=[iris if enterprise_id and team_id == "T0TWO" else ida, *crowd],
            team_id=team_id,
            name=f"Workspace <{team_id}>",
            enterprise_id=enterprise_id,
        )
        for team_id in KEYS
    ]
    return Slack(workspaces, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, rotates=True)


@contextmanager
def app_for(
    slack: Slack, redis_url: str, log: Path, clock: Callable[[], float] = time.time, **more: str
) -> Iterator[Stage]:
    """One process that answers and works; Slack's requests of all workspaces go to it.

    `clock` is the platform's, `more` are settings besides.
    """
    with ExitStack() as stack:
        platform = Platform(keys={key: organization for organization, key in KEYS.values()}, clock=clock)
        slack.base_url = stack.enter_context(serving(slack.app))
        environment = {
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_CLIENT_ID": CLIENT_ID,
            "SLACK_CLIENT_SECRET": CLIENT_SECRET,
            "SLACK_API_URL": f"{slack.base_url}/api/",
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "FREDDY_API_URL": stack.enter_context(serving(platform.app)),
            "REDIS_URL": redis_url,
            "LOG_LEVEL": "DEBUG",
            "LOG_FORMAT": "json",
            **more,
        }
        stage = Stage(slack.workspaces[0], platform, environment, log)
        stack.callback(stage.clear)
        stage.start_web("--with-worker")
        slack.request_url = stage.workspace.request_url
        assert slack.verify_request_url()
        slack.redirect_uri = f"{stage.url}/slack/oauth_redirect"
        yield stage


def begin(app: Stage) -> tuple[str, str]:
    """Open the install page; returns where it leads to, and the browser's cookie."""
    shown = requests.get(f"{app.url}/slack/install", headers=BROWSER, timeout=10)
    assert shown.status_code == 200
    link = re.search(r'href="([^"]+oauth/v2/authorize[^"]+)"', shown.text)
    assert link
    return unescape(link[1]), shown.headers["set-cookie"].split(";")[0]


def again_in(shown: requests.Response) -> str:
    """Return where the button of a page leads, from the page on."""
    [address] = re.findall(r'<a class="button" href="([^"]+)"', shown.text)
    return urljoin(shown.url, unescape(address))


def led_to_slack(address: str) -> tuple[str, str]:
    """Press what starts an install at once; returns where it leads to, and the browser's cookie."""
    answer = requests.get(address, timeout=10, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"], answer.headers["Set-Cookie"].split(";")[0]


def state_in(link: str) -> str:
    """Return the state that the app sent along."""
    [state] = parse_qs(urlsplit(link).query)["state"]
    return state


def decide(link: str, place: str, answer: str = "allow", user: str = "") -> str:
    """Answer Slack's page as an admin of the workspace, or of the Grid, does; returns where the browser goes then.

    `user` is somebody else who does; the address is empty where Slack leads nowhere.
    """
    page = requests.get(link, params={"team": place, "user": user}, timeout=10)
    assert page.status_code == 200, page.text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    filled = {name: unescape(value) for name, value in fields.items()}
    answered = requests.post(link.split("?")[0], {**filled, "answer": answer}, timeout=10, allow_redirects=False)
    assert answered.status_code == (200 if answer == "request" else 302), answered.text
    return answered.headers.get("Location", "")


def back(target: str, cookie: str) -> requests.Response:
    """Let the browser go back to the app."""
    return requests.get(target, headers={"Cookie": cookie} if cookie else {}, timeout=10)


def install(app: Stage, place: str) -> str:
    """Install the app in a workspace, or in the whole Grid; returns the page that the admin sees then."""
    link, cookie = begin(app)
    shown = back(decide(link, place), cookie)
    assert shown.status_code == 200, shown.text
    return shown.text


def admin_of(workspace: Workspace) -> str:
    """Return who is the admin."""
    return next(person.id for person in workspace.store.people.values() if person.role == "admin")


def texts(workspace: Workspace) -> list[str]:
    """What the admin can read of the app."""
    admin = admin_of(workspace)
    return [message.text for message in workspace.messages_in(workspace.dm_of(admin), seen_by=admin)]


def ask(workspace: Workspace, text: str) -> None:
    """Type the command, as the admin, in the direct message with the app."""
    admin = admin_of(workspace)
    assert workspace.type_command(user_id=admin, channel_id=workspace.dm_of(admin), text=text).status == 200


def await_link(workspace: Workspace) -> None:
    """Wait until the admin has a link."""
    wait_for(lambda: any("connect github*" in text.lower() for text in texts(workspace)), what="the link")


def set_up(workspace: Workspace) -> None:
    """Set the workspace up as its admin, with one key for all."""
    admin = admin_of(workspace)

    def shown(text: str) -> Any:
        view = workspace.views.modal_of(admin)
        return view if view and text in str(view.content) else None

    ask(workspace, "setup")
    wait_for(lambda: shown("setup_filled"), what="the form")
    organization, key = KEYS[workspace.team_id]
    filled = {"organization": organization, "way": "shared", "key": key, "who": "everybody"}
    assert workspace.user_actions.submit(
        admin, shown("setup_filled").id, {name: {name: v} for name, v in filled.items()}
    )
    wait_for(lambda: shown("*Saved.*"), what=f"{organization} is set up")
