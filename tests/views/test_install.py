"""The pages of an install: what they say, and that nothing from outside is more than text there."""

from __future__ import annotations

import pytest

from slack_app.features.install import BegunElsewhere, Closed, Installed, NotInstalled, Offered
from slack_app.views import render_page
from slack_app.wording.install import _FAILED


def test_the_install_page_says_what_the_app_may_do_and_leads_to_slack() -> None:
    shown = render_page(Offered("https://slack.com/oauth/v2/authorize?client_id=1.2&state=s"), "/link-me")

    assert "<h1>Add Freddy Connect to Slack</h1>" in shown
    assert "People type /link-me github and get, in private, the link" in shown
    assert (
        '<a class="button" href="https://slack.com/oauth/v2/authorize?client_id=1.2&amp;state=s">Add to Slack</a>'
        in shown
    )


@pytest.mark.parametrize(
    ("is_org_wide", "button", "lead"),
    [
        (False, "Open Slack", "Next, an admin connects the workspace to your Freddy organization: type /connect setup"),
        (True, "Choose workspaces", "Next, choose the workspaces that use it."),
    ],
)
def test_after_an_install_it_says_what_comes_next(is_org_wide: bool, button: str, lead: str) -> None:
    shown = render_page(Installed("<b>Acme</b>", "https://slack.com/app_redirect?app=A1", is_org_wide), "/connect")

    assert "<h1>Freddy Connect is installed in &lt;b&gt;Acme&lt;/b&gt;</h1>" in shown
    assert f">{button}</a>" in shown
    assert lead in shown
    assert "You need your Freddy organization id and an API key." in shown


@pytest.mark.parametrize("reason", [*_FAILED, "something_new"])
def test_every_failure_says_why_offers_another_try_and_has_a_reference(reason: str) -> None:
    shown = render_page(NotInstalled(reason, "A1B2C3D4"), "/connect")

    title, _ = _FAILED.get(reason, _FAILED["other"])
    assert f"<h1>{title}</h1>" in shown
    assert '<a class="button" href="/slack/install?direct=1">Try again</a>' in shown
    assert "Reference: A1B2C3D4" in shown


def test_an_install_that_began_elsewhere_has_one_button_to_start_anew() -> None:
    """slack-truth.md 1.6"""
    shown = render_page(BegunElsewhere(), "/connect")

    assert "<h1>One more step</h1>" in shown
    assert (
        "<p>This install began in Slack, not on our page, so we cannot tell whether it was yours. "
        "Press the button and allow it once more.</p>" in shown
    )
    assert '<a class="button" href="/slack/install?direct=1">Go on to Slack</a>' in shown


def test_where_one_workspace_is_served_the_page_says_so() -> None:
    assert "<h1>There is nothing to install here</h1>" in render_page(Closed(), "/connect")
