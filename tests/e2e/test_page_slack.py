"""The page that asks for permission, and the switch between workspaces, in a real browser; the app is a stub."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from slack_app.stand_ins.slack import Person, Slack, Workspace
from tests.serving import serving

MAYA, LEON = Person("U0MAYA", "Maya", "Maya Lindqvist", "admin"), Person("U0LEON", "Leon", "Leon Okafor")
IRIS = Person("U0IRIS", "Iris", "Iris Vega", "owner")
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
SCOPES = "commands,chat:write,im:history,users:read"


@dataclass
class SlackPages:
    """Slack with three workspaces, two of one organization, and a browser in front."""

    slack: Slack
    context: BrowserContext

    def page(self, path: str = "/") -> Page:
        page = self.context.new_page()
        page.goto(f"{self.slack.base_url}{path}")
        return page

    def asked(self) -> Page:
        """Open the page that asks for permission."""
        query = {"client_id": "1.2", "scope": SCOPES, "state": "s1"}
        return self.page(f"/oauth/v2/authorize?{urlencode(query)}")


async def restore(request: Request) -> Response:
    """Answer with what the browser came back with."""
    query = request.query_params
    return PlainTextResponse(f"code {len(query.get('code', ''))} {query.get('error', '-')} {query.get('state')}")


def workspaces() -> list[Workspace]:
    known: dict[str, Any] = {"signing_secret": "s", "bot_token": ""}
    return [
        Workspace(name="Freddy Demo", people=[MAYA, LEON], **known),
        Workspace(name="Lumen Berlin", team_id="T0BERLIN", enterprise_id="E0LUMEN", people=[IRIS, LEON], **known),
        Workspace(name="Lumen Oslo", team_id="T0OSLO", enterprise_id="E0LUMEN", people=[IRIS], **known),
    ]


@pytest.fixture
def stage(browser: Browser) -> Iterator[SlackPages]:
    with ExitStack() as stack:
        routes = [Route("/slack/oauth_redirect", restore), Route("/favicon.ico", restore)]
        app = stack.enter_context(serving(Starlette(routes=routes)))
        slack = Slack(workspaces(), client_id="1.2", client_secret="c", redirect_uri=f"{app}/slack/oauth_redirect")
        slack.base_url = stack.enter_context(serving(slack.app))
        stack.callback(slack.end_streams)
        context = browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
        stack.callback(context.close)
        problems: list[str] = []
        context.on("weberror", lambda error: problems.append(str(error.error)))
        context.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        yield SlackPages(slack, context)
        assert problems == []


def test_an_admin_allows_the_app_without_a_mouse(stage: SlackPages) -> None:
    # given the page that asks, with what the app wants in words
    page = stage.asked()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Freddy Connect is requesting permission to access the Freddy Demo workspace"
    )
    expect(page.get_by_test_id("authorize-person")).to_contain_text("Maya Lindqvist · admin")
    expect(page.get_by_test_id("authorize-scopes").get_by_role("listitem")).to_have_count(4)

    # when it is allowed
    page.get_by_test_id("authorize-allow").press("Enter")

    # then the app has the browser again, with a code and its state
    expect(page.locator("body")).to_contain_text("code 8")
    expect(page.locator("body")).to_contain_text("- s1")


def test_cancelling_leads_back_with_a_word(stage: SlackPages) -> None:
    page = stage.asked()

    page.get_by_test_id("authorize-cancel").click()

    expect(page.locator("body")).to_have_text("code 0 access_denied s1")


def test_who_is_not_an_admin_asks_one_and_may_once_it_is_approved(stage: SlackPages) -> None:
    # given the page
    page = stage.asked()

    # when one is Leon
    page.get_by_test_id("authorize-person").click()
    page.get_by_test_id("authorize-person-U0LEON").click()

    # then it says who can
    expect(page.get_by_role("status")).to_have_text("Only an admin can allow this. Ask Maya Lindqvist.")
    expect(page.get_by_test_id("authorize-allow")).to_have_count(0)

    # and when it is asked for, it leads nowhere
    page.get_by_test_id("authorize-request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request was sent")

    # and once it is approved, it can be allowed
    stage.slack.approve("T0DEMO")
    page.goto(stage.slack.shareable_url + "&user=U0LEON")
    page.get_by_test_id("authorize-allow").click()
    expect(page.locator("body")).to_contain_text("code 8")


def test_an_organization_can_be_chosen_instead_of_a_workspace(stage: SlackPages) -> None:
    # given the page on a narrow screen
    page = stage.asked()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]

    # when the whole organization is chosen
    page.get_by_test_id("authorize-workspace").click()
    page.get_by_test_id("authorize-workspace-E0LUMEN").click()

    # then it is asked for all of it, of its owner
    expect(page.get_by_role("heading", level=1)).to_contain_text("access the whole Freddy Grid organization")
    expect(page.get_by_test_id("authorize-person")).to_contain_text("Iris Vega · owner")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_one_goes_from_workspace_to_workspace_and_takes_nothing_along(stage: SlackPages) -> None:
    # given something said in the first
    page = stage.page()
    expect(page.get_by_test_id("composer")).to_be_focused()
    page.keyboard.type("Hello here")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("message")).to_have_count(1)

    # when one goes to another
    page.get_by_test_id("workspace-switch").press("Enter")
    page.get_by_test_id("workspace-T0BERLIN").press("Enter")

    # then it has its own name, people and messages
    page.wait_for_url("**/?team=T0BERLIN#C0GENERAL")
    expect(page.get_by_test_id("workspace-switch")).to_contain_text("Lumen Berlin")
    expect(page.get_by_test_id("message")).to_have_count(0)
    page.get_by_test_id("person-switch").press("Enter")
    page.get_by_test_id("person-U0LEON").press("Enter")
    page.wait_for_url("**user=U0LEON**")
    expect(page.get_by_test_id("workspace-switch")).to_contain_text("Lumen Berlin")

    # and what is said there is said there
    expect(page.get_by_test_id("composer")).to_be_focused()
    page.keyboard.type("Hello there")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("message")).to_contain_text("Hello there")
    assert [len(workspace.messages) for workspace in stage.slack.workspaces] == [1, 1, 0]


def test_where_there_is_one_workspace_there_is_no_switch(browser: Browser) -> None:
    workspace = Workspace(signing_secret="s", bot_token="xoxb-1")
    with serving(workspace.app) as url, browser.new_context() as context:
        page = context.new_page()
        page.goto(url)
        expect(page.get_by_test_id("person-switch")).to_be_visible()

        expect(page.get_by_test_id("workspace-switch")).to_have_count(0)
        expect(page.get_by_role("banner")).to_contain_text("Freddy Demo")
        workspace.end_streams()
