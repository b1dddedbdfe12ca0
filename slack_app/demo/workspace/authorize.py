"""The page that asks an admin whether the app may come in: https://docs.slack.dev/authentication/installing-with-oauth

It works without a script: who one is, and which workspace, are links. Only an admin can allow it here; in Slack a
workspace's settings say who can.
"""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from slack_app.demo.workspace.asking import Asked, Problem, asked_for
from slack_app.demo.workspace.chooser import chooser, text
from slack_app.demo.workspace.oauth import Choice
from slack_app.demo.workspace.page import HEADERS, STATIC
from slack_app.demo.workspace.scopes import WORDS

if TYPE_CHECKING:
    from slack_app.demo.workspace.slack import Slack

PATH = "/oauth/v2/authorize"


class Authorize:
    """The page of one app, for all workspaces of its Slack."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._ask = Template(_read("authorize.html"))
        self._refuse = Template(_read("authorize_problem.html"))
        self.routes = [
            Route(PATH, self._page, methods=["GET"]),
            Route(PATH, self._decide, methods=["POST"]),
        ]

    async def _page(self, request: Request) -> Response:
        query = dict(request.query_params)
        try:
            asked = asked_for(query, self._slack)
        except Problem as exc:
            return self._say(exc)
        return HTMLResponse(self._content(asked), headers=_headers(asked.redirect_uri))

    async def _decide(self, request: Request) -> Response:
        """Send the browser back to the app with a code, or with the word that it was declined."""
        form = dict(parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True))
        try:
            if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
                raise Problem("invalid_request", "Only this page itself can answer.", 403)
            asked = asked_for(form, self._slack)
            answer = self._answer(asked, form.get("answer", ""))
        except Problem as exc:
            return self._say(exc)
        if asked.state:
            answer["state"] = asked.state
        target = URL(asked.redirect_uri).include_query_params(**answer)
        return RedirectResponse(str(target), 302, headers=_headers(asked.redirect_uri))

    def _answer(self, asked: Asked, decision: str) -> dict[str, str]:
        if decision != "allow":
            return {"error": "access_denied"}
        if not asked.may_allow:
            raise Problem("access_denied", "Only an admin can allow this.", 403)
        choice = Choice(
            workspaces=tuple(asked.target.workspaces),
            is_org_wide=asked.target.is_org_wide,
            user_id=asked.person.id,
            scopes=",".join(asked.scopes),
            redirect_uri=asked.query.get("redirect_uri", ""),
        )
        return {"code": self._slack.oauth.issue_code(choice)}

    def _content(self, asked: Asked) -> str:
        query = {name: value for name, value in asked.query.items() if name not in ("team", "user")}

        def address(**more: str) -> str:
            return f"{PATH}?{urlencode({**query, **more})}"

        targets = [(target.id, target.described, address(team=target.id)) for target in asked.targets]
        people = [
            (person.id, person.described, address(team=asked.target.id, user=person.id))
            for person in asked.target.people
        ]
        kept = {**query, "team": asked.target.id, "user": asked.person.id}
        return self._ask.substitute(
            title=text(asked.target.title),
            scopes="".join(f"<li>{text(WORDS[scope])}</li>" for scope in asked.scopes),
            targets=chooser("workspace", "Where", asked.target.id, targets),
            people=chooser("person", "You are", asked.person.id, people),
            fields="".join(f'<input type="hidden" name="{text(n)}" value="{text(v)}">' for n, v in kept.items()),
            note="" if asked.may_allow else f'<p class="refusal" role="status">{text(asked.refusal)}</p>',
            disabled="" if asked.may_allow else " disabled",
        )

    def _say(self, problem: Problem) -> Response:
        content = self._refuse.substitute(error=text(problem.error), reason=text(problem.reason))
        return HTMLResponse(content, problem.status, headers=_headers(""))


def _headers(redirect_uri: str) -> dict[str, str]:
    """Give the page's headers; the browser holds the form's redirect against the policy, too."""
    parts = urlsplit(redirect_uri)
    allowed = f"'self' {parts.scheme}://{parts.netloc}" if parts.netloc else "'none'"
    policy = HEADERS["Content-Security-Policy"].replace("form-action 'none'", f"form-action {allowed}")
    return {**HEADERS, "Content-Security-Policy": policy}


def _read(name: str) -> str:
    return (Path(STATIC) / name).read_text()
