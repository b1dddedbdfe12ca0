"""Every operation of the stand-in platform, called through the platform's own SDK."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from aitronos import Aitronos
from aitronos.core.api_error import ApiError
from aitronos.errors.unprocessable_entity_error import UnprocessableEntityError
from aitronos.personal_connectors.client import PersonalConnectorsClient

from slack_app.stand_ins.freddy import Platform
from tests.serving import serving

ORG = "org_a"


@pytest.fixture
def sdk() -> Iterator[PersonalConnectorsClient]:
    with serving(Platform(keys={"ak_test": ORG}).app) as url:
        yield Aitronos(base_url=url, api_key="ak_test").personal_connectors


def connect(sdk: PersonalConnectorsClient, tool_key: str = "github") -> str:
    """Go the person's way; returns the credential id."""
    started = sdk.initiate_oauth(organization_id=ORG, connector_type=tool_key)
    page = started.authorization_url.split("?")[0]
    requests.post(page, data={"state": started.state, "decision": "allow", "account": "dev@example.com"}, timeout=5)
    done = sdk.complete_oauth(organization_id=ORG, state_token=started.state)
    assert done.connected
    assert done.connection
    return str(done.connection.id)


def test_starting_and_finishing(sdk: PersonalConnectorsClient) -> None:
    started = sdk.initiate_oauth(
        organization_id=ORG, connector_type="sharepoint", integration_params={"site_name": "x"}
    )
    waiting = sdk.complete_oauth(organization_id=ORG, state_token=started.state)

    assert started.state.startswith("ostate_")
    assert (waiting.connected, waiting.composio_status, waiting.connection) == (False, "INITIATED", None)


def test_the_catalogue(sdk: PersonalConnectorsClient) -> None:
    connect(sdk)

    found = sdk.list_available_connectors(organization_id=ORG, q="git", category="Development", limit=5, offset=0)
    one = sdk.get_connector_details("github", organization_id=ORG)

    assert [connector.tool_key for connector in found.connectors] == ["github", "gitlab"]
    assert (found.total, found.returned, found.total_connected) == (2, 2, 1)
    assert "Files" in found.categories
    assert (one.display_name, one.is_connected) == ("GitHub", True)


def test_my_connections(sdk: PersonalConnectorsClient) -> None:
    credential_id = connect(sdk)

    [mine] = sdk.list_connected_connectors(organization_id=ORG)
    of_github = sdk.get_tool_connections("github", organization_id=ORG)

    assert (mine.connector_type, mine.account_email, mine.is_active) == ("github", "dev@example.com", True)
    assert of_github.tool_key == "github"
    assert [connection.id for connection in of_github.connections or []] == [credential_id]


def test_switching_renaming_and_health(sdk: PersonalConnectorsClient) -> None:
    credential_id = connect(sdk)

    off = sdk.toggle_connection_active(credential_id, organization_id=ORG, is_active=False)
    named = sdk.rename_connection(credential_id, organization_id=ORG, credential_name="work")
    health = sdk.check_credential_health(credential_id)

    assert (off.id, off.is_active) == (credential_id, False)
    assert (named.credential_name, named.display_name) == ("work", "GitHub")
    assert (health.status, health.tool_key, health.is_active) == ("healthy", "github", False)


def test_disconnecting(sdk: PersonalConnectorsClient) -> None:
    credential_id = connect(sdk)

    gone = sdk.delete_connection(credential_id, organization_id=ORG)

    assert (gone.id, gone.deleted) == (credential_id, True)
    assert sdk.list_connected_connectors(organization_id=ORG) == []


def test_the_short_link_leads_to_the_consent_page(sdk: PersonalConnectorsClient) -> None:
    started = sdk.initiate_oauth(organization_id=ORG, connector_type="github")

    # The operation is for browsers: the SDK follows to the page, and reports it as what is not JSON.
    with pytest.raises(ApiError) as page:
        sdk.redirect_to_auth(started.state)

    assert page.value.status_code == 200
    assert "Freddy Connect would like to use your GitHub account" in str(page.value.body)


def test_the_callback_exchanges_the_providers_code(sdk: PersonalConnectorsClient) -> None:
    started = sdk.initiate_oauth(organization_id=ORG, connector_type="github")
    form = {"state": started.state, "decision": "allow", "account": "second@example.com"}
    sent_on = requests.post(started.authorization_url, data=form, timeout=5, allow_redirects=False)
    [code] = parse_qs(urlsplit(sent_on.headers["location"]).query)["code"]

    sdk.oauth_callback(code=code, state=started.state, status="success", app_name="github")

    done = sdk.complete_oauth(organization_id=ORG, state_token=started.state)
    assert done.connection
    assert (done.connected, done.connection.account_email) == (True, "second@example.com")


def test_errors_are_the_sdks_own(sdk: PersonalConnectorsClient) -> None:
    with pytest.raises(ApiError) as unknown:
        sdk.initiate_oauth(organization_id=ORG, connector_type="githib")
    with pytest.raises(ApiError) as foreign:
        sdk.list_connected_connectors(organization_id="org_b")
    with pytest.raises(ApiError) as incomplete:
        sdk.initiate_oauth(organization_id=ORG, connector_type="sharepoint")
    with pytest.raises(UnprocessableEntityError):
        sdk.list_available_connectors(organization_id=ORG, limit="x")  # type: ignore[arg-type]

    assert (unknown.value.status_code, foreign.value.status_code) == (404, 403)
    assert isinstance(incomplete.value.body, dict)
    assert incomplete.value.body["error"]["details"] == {"integration_params": {"site_name": "required"}}
