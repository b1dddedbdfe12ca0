"""The install in a browser: Bolt's own OAuth flow, with our stores behind it and our pages before it.

It says nothing of codes and tokens to anybody: Bolt's own logger is silent, and what is logged is how it ended.
https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import structlog
from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk.oauth import InstallationStore, OAuthStateStore
from slack_sdk.oauth.installation_store import Installation

from slack_app.adapters.slack import SCOPES, SILENT, InstallWebClient
from slack_app.adapters.slack_errors import slack_errors
from slack_app.config import GOV_SLACK
from slack_app.errors import UpstreamError, UserError
from slack_app.features.install import BegunElsewhere, Installed, NotInstalled, Offered
from slack_app.features.invite import INVITE_ADMIN
from slack_app.model.facts import PageFact
from slack_app.model.users import SlackUser
from slack_app.ports import Clock
from slack_app.ports.jobs import JobQueue
from slack_app.views import render_page
from slack_app.views.install import HEADERS

WORKSPACE_ID = re.compile(r"[TE][A-Z0-9]{1,20}")
REASON = re.compile(r"[a-z_]{1,40}")
CODES_REFUSED = frozenset(["invalid_code", "code_already_used"])

log = structlog.get_logger("slack_app.install")


@dataclass(frozen=True, slots=True)
class Registration:
    """How Slack knows the app; `slack_url` is where people meet Slack, `redirect_uri` where Slack sends them back."""

    client_id: str
    client_secret: str = field(repr=False)
    slack_url: str
    redirect_uri: str | None


class Install:
    """The two pages; each gives a whole answer, whatever happens."""

    def __init__(
        self,
        registration: Registration,
        *,
        client: InstallWebClient,
        installations: InstallationStore,
        states: OAuthStateStore,
        command: str,
        on_installed: Callable[[Installation], None],
    ) -> None:
        self._slack_url = registration.slack_url
        self._command = command
        self._on_installed = on_installed

        def flow(*, shows_page: bool) -> _Flow:
            settings = OAuthSettings(
                client_id=registration.client_id,
                client_secret=registration.client_secret,
                scopes=list(SCOPES),
                user_scopes=[],
                redirect_uri=registration.redirect_uri,
                install_page_rendering_enabled=shows_page,
                authorization_url=f"{registration.slack_url}/oauth/v2/authorize",
                installation_store=installations,
                state_store=states,
                callback_options=CallbackOptions(success=self._succeeded, failure=self._failed),
                logger=SILENT,
            )
            return _Flow(client=client, logger=SILENT, settings=settings)

        self._direct, self._flow = flow(shows_page=False), flow(shows_page=True)
        self._flow.page_of = lambda url: render_page(Offered(url), command)

    def begin(self, query: str, accept: str) -> BoltResponse:
        """Show what the app may do, and the button that leads to Slack; with `direct` lead there at once.

        That is what Slack's directory asks of a Direct Install URL: https://github.com/slackapi/bolt-python/issues/183
        Whoever asks for no page, as its check does, and a browser never (`accept` is what they take), is led there too.
        """
        asked = parse_qs(query)
        team_id = (asked.get("team") or [""])[0]
        # Bolt puts it into the address as it is; a made-up one could ask Slack for more than we do.
        wanted = {"team": team_id} if WORKSPACE_ID.fullmatch(team_id) else {}
        flow = self._flow if "text/html" in accept and "direct" not in asked else self._direct
        return self._with_error_page(lambda: flow.handle_installation(BoltRequest(body="", query=wanted)), "busy")

    def finish(self, query: str, cookies: Sequence[str]) -> BoltResponse:
        """Take what Slack sends back, keep the installation, and say how it ended.

        A code without a state comes from Slack's own link, or from somebody who wants their installation to be taken
        for another's: it is never exchanged. https://github.com/slackapi/bolt-js/issues/1355
        """
        sent = parse_qs(query)
        if "code" in sent and "state" not in sent:
            log.info("install.begun_elsewhere")
            return self._with_error_page(lambda: self._answer(BegunElsewhere(), 200), "busy")
        request = BoltRequest(body="", query=query, headers={"cookie": list(cookies)})
        return self._with_error_page(lambda: self._flow.handle_callback(request), "storage_error")

    def _with_error_page(self, step: Callable[[], BoltResponse], redis_reason: str) -> BoltResponse:
        try:
            answer = step()
        except UpstreamError as exc:
            answer = self._without_upstream(exc, redis_reason)
        except UserError as exc:
            log.error("install.refused", reason=exc.reason)
            answer = self._not_installed("storage_error", 500)
        except Exception:
            log.exception("install.defect")
            answer = self._not_installed("other", 500)
        answer.headers.update({name.lower(): [value] for name, value in HEADERS.items()})
        return answer

    def _succeeded(self, args: SuccessArgs) -> BoltResponse:
        installation, reference = args.installation, _reference()
        try:
            self._on_installed(installation)
        except UpstreamError as exc:  # it is installed all the same; /connect setup does what the message offers
            log.warning("install.not_announced", service=exc.service, code=exc.code, reference=reference)
        log.info(
            "install.done",
            team_id=installation.team_id,
            enterprise_id=installation.enterprise_id,
            user_id=installation.user_id,
            reference=reference,
        )
        return self._answer(installed(installation, self._slack_url), 200)

    def _failed(self, args: FailureArgs) -> BoltResponse:
        reason = args.reason if REASON.fullmatch(args.reason) else "other"  # Slack's word comes through the browser
        return self._not_installed(reason, args.suggested_status_code)

    def _without_upstream(self, exc: UpstreamError, redis_reason: str) -> BoltResponse:
        if exc.service != "redis" and exc.code in CODES_REFUSED:
            return self._not_installed("invalid_code", 401, exc.code)
        if exc.service != "redis" and not exc.retryable:
            log.error("install.refused", reason=exc.code)
            return self._not_installed("other", 500, exc.code)
        log.warning("install.outage", service=exc.service, code=exc.code)
        return self._not_installed(redis_reason if exc.service == "redis" else "slack_unavailable", 503, exc.code)

    def _not_installed(self, reason: str, status: int, code: str | None = None) -> BoltResponse:
        reference = _reference()
        log.info("install.failed", reason=reason, code=code, status=status, reference=reference)
        return self._answer(NotInstalled(reason, reference), status)

    def _answer(self, fact: PageFact, status: int) -> BoltResponse:
        """Answer with a page; the browser keeps its cookie, so whoever reloads is told that it was done before."""
        return BoltResponse(status=status, body=render_page(fact, self._command))


class _Flow(OAuthFlow):
    """Bolt's flow with our page, and with Slack's failures as ours (of its client, too: see `InstallWebClient`)."""

    page_of: Callable[[str], str]

    def run_installation(self, code: str) -> Installation | None:
        with slack_errors():
            return super().run_installation(code)

    def build_install_page_html(self, url: str, request: BoltRequest) -> str:  # noqa: ARG002  (the SDK's signature)
        return self.page_of(url)


def installed(installation: Installation, slack_url: str) -> Installed:
    """Return where it is installed now, and where to go on: to the app, or to where a Grid's workspaces are chosen.

    https://docs.slack.dev/interactivity/deep-linking, https://docs.slack.dev/enterprise/developing-for-enterprise-orgs
    """
    app = {"app": installation.app_id or "", "team": installation.team_id or ""}
    url = f"{slack_url}/app_redirect?{urlencode({name: value for name, value in app.items() if value})}"
    if not installation.is_enterprise_install:
        return Installed(installation.team_name or "", url, is_org_wide=False)
    parts = urlsplit(installation.enterprise_url or "")
    if (
        parts.scheme == "https"
        and (parts.hostname or "").endswith((".slack.com", f".{GOV_SLACK}"))
        and installation.app_id
    ):
        profile = f"manage/organization/apps/profile/{installation.app_id}/workspaces/add"
        url = f"https://{parts.hostname}/{profile}"
    return Installed(installation.enterprise_name or "", url, is_org_wide=True)


def enqueue_invitation(installation: Installation, queue: JobQueue, clock: Clock) -> None:
    """Enqueue the job that follows an install. Raises UpstreamError.

    Its person is the installer; of an org-wide installation the Grid stands in the place of the workspace.
    """
    place = installation.team_id or installation.enterprise_id or ""
    person = SlackUser(installation.enterprise_id, place, installation.user_id)
    job_id = f"{place}:{installation.user_id}:installed-{secrets.token_hex(8)}"
    queue.enqueue(INVITE_ADMIN.job(job_id, person, clock()))


def _reference() -> str:
    return secrets.token_hex(4).upper()
