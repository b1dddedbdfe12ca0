"""The page that asks an admin whether the app may come in: https://docs.slack.dev/authentication/installing-with-oauth

It works without a script: who one is, and which workspace, are links. Only an admin can allow it here, and others ask
for it; in Slack a workspace's settings say who can. Whoever asked is led nowhere: once an admin has approved it, days
later perhaps, they begin at Slack's own link, which has no state of the app's.
https://slack.com/help/articles/222386767-Manage-app-approval-for-your-workspace
"""

from __future__ import annotations

from collections.abc import Sequence
from string import Template
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from slack_app.stand_ins.slack.authorize_html import chooser, text
from slack_app.stand_ins.slack.oauth import Choice, OAuth
from slack_app.stand_ins.slack.oauth_request import OAuthError, OAuthRequest, read_oauth_request
from slack_app.stand_ins.slack.page_headers import HEADERS, STATIC
from slack_app.stand_ins.slack.scopes import DESCRIPTIONS
from slack_app.stand_ins.slack.store import Store

PATH = "/oauth/v2/authorize"


class Authorize:
    """The page of one app, for all workspaces of its Slack."""

    def __init__(self, oauth: OAuth, workspaces: Sequence[Store]) -> None:
        self._oauth = oauth
        self._workspaces = workspaces
        self._ask = _page("Freddy Connect: allow access?", "authorize.html")
        self._refuse = _page("Something went wrong", "authorize_problem.html")
        self._requested = _page("Freddy Connect: request sent", "authorize_requested.html")
        self.routes = [
            Route(PATH, self._page, methods=["GET"]),
            Route(PATH, self._decide, methods=["POST"]),
        ]

    async def _page(self, request: Request) -> Response:
        query = dict(request.query_params)
        try:
            oauth_request = read_oauth_request(query, self._oauth, self._workspaces)
        except OAuthError as exc:
            return self._say(exc)
        return HTMLResponse(self._content(oauth_request), headers=_headers(oauth_request.redirect_uri))

    async def _decide(self, request: Request) -> Response:
        """Send the browser back to the app with a code, or with the word that it was declined."""
        form = dict(parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True))
        try:
            if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
                raise OAuthError("invalid_request", "Only this page itself can answer.", 403)
            oauth_request = read_oauth_request(form, self._oauth, self._workspaces)
            if form.get("answer") == "request":
                return self._take_request(oauth_request)
            answer = self._answer(oauth_request, form.get("answer", ""))
        except OAuthError as exc:
            return self._say(exc)
        if oauth_request.state:
            answer["state"] = oauth_request.state
        target = URL(oauth_request.redirect_uri).include_query_params(**answer)
        return RedirectResponse(str(target), 302, headers=_headers(oauth_request.redirect_uri))

    def _answer(self, oauth_request: OAuthRequest, decision: str) -> dict[str, str]:
        if decision != "allow":
            return {"error": "access_denied"}
        if not oauth_request.may_allow:
            raise OAuthError("access_denied", "Only an admin can allow this.", 403)
        choice = Choice(
            workspaces=tuple(oauth_request.target.workspaces),
            is_org_wide=oauth_request.target.is_org_wide,
            user_id=oauth_request.person.id,
            scopes=",".join(oauth_request.scopes),
            redirect_uri=oauth_request.query.get("redirect_uri", ""),
        )
        return {"code": self._oauth.issue_code(choice)}

    def _take_request(self, oauth_request: OAuthRequest) -> Response:
        self._oauth.requested.add(oauth_request.target.id)
        content = self._requested.substitute(name=text(oauth_request.target.name))
        return HTMLResponse(content, headers=_headers(""))

    def _content(self, oauth_request: OAuthRequest) -> str:
        query = {name: value for name, value in oauth_request.query.items() if name not in ("team", "user")}

        def address(**more: str) -> str:
            return f"{PATH}?{urlencode({**query, **more})}"

        targets = [(target.id, target.label, address(team=target.id)) for target in oauth_request.targets]
        people = [
            (person.id, person.label, address(team=oauth_request.target.id, user=person.id))
            for person in oauth_request.target.people
        ]
        kept = {**query, "team": oauth_request.target.id, "user": oauth_request.person.id}
        may_allow = oauth_request.may_allow
        refusal = "" if may_allow else oauth_request.refusal
        return self._ask.substitute(
            title=text(oauth_request.target.title),
            scopes="".join(f"<li>{text(DESCRIPTIONS[scope])}</li>" for scope in oauth_request.scopes),
            targets=chooser("workspace", "Where", oauth_request.target.id, targets),
            people=chooser("person", "You are", oauth_request.person.id, people),
            fields="".join(f'<input type="hidden" name="{text(n)}" value="{text(v)}">' for n, v in kept.items()),
            note=f'<p class="refusal" role="status">{text(refusal)}</p>' if refusal else "",
            answer="allow" if may_allow else "request",
            label="Allow" if may_allow else "Request to Install",
        )

    def _say(self, problem: OAuthError) -> Response:
        content = self._refuse.substitute(error=text(problem.error), reason=text(problem.reason))
        return HTMLResponse(content, problem.status, headers=_headers(""))


def _headers(redirect_uri: str) -> dict[str, str]:
    """Return the page's headers; the browser holds the form's redirect against the policy, too."""
    parts = urlsplit(redirect_uri)
    allowed = f"'self' {parts.scheme}://{parts.netloc}" if parts.netloc else "'none'"
    policy = HEADERS["Content-Security-Policy"].replace("form-action 'none'", f"form-action {allowed}")
    return {**HEADERS, "Content-Security-Policy": policy}


def _page(title: str, name: str) -> Template:
    """Return the page with that title around what is in the file; what is to be filled in stays open."""
    page = Template((STATIC / "authorize_page.html").read_text())
    return Template(page.substitute(page_title=title, main=(STATIC / name).read_text()))
