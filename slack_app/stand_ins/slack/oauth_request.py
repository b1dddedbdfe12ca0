"""What an app asks for on the way to its installation, of whom, and whether that can be asked at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from slack_app.stand_ins.slack.model import Person
from slack_app.stand_ins.slack.oauth import OAuth
from slack_app.stand_ins.slack.scopes import DESCRIPTIONS, scopes_in
from slack_app.stand_ins.slack.store import Store
from slack_app.stand_ins.slack.team import ORGANIZATION


class OAuthError(Exception):
    """It cannot be asked: Slack's name for why, a sentence, and the status."""

    def __init__(self, error: str, reason: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.reason, self.status = error, reason, status


@dataclass(frozen=True, slots=True)
class Target:
    """Where the app would be installed: a workspace, or an organization with all of its workspaces."""

    id: str
    name: str
    workspaces: Sequence[Store]
    is_org_wide: bool = False

    @property
    def title(self) -> str:
        """Return the words for what the app wants to access."""
        return f"the whole {self.name} organization" if self.is_org_wide else f"the {self.name} workspace"

    @property
    def label(self) -> str:
        """Return the words for it among the others."""
        return f"{self.name} · the whole organization" if self.is_org_wide else self.name

    @property
    def people(self) -> list[Person]:
        """Return who can be at the page."""
        everybody = {p.id: p for workspace in self.workspaces for p in workspace.people.values()}
        return [person for person in everybody.values() if not person.is_bot and not person.is_deleted]


@dataclass(frozen=True, slots=True)
class OAuthRequest:
    """One request for permission, as the page shows it."""

    query: Mapping[str, str]
    scopes: Sequence[str]
    redirect_uri: str
    targets: Sequence[Target]
    target: Target
    person: Person
    is_approved: bool

    @property
    def state(self) -> str:
        """Return what the app wants back unread."""
        return self.query.get("state", "")

    @property
    def may_allow(self) -> bool:
        """Return whether the person may install the app: an admin, or anybody once an admin approved it."""
        return self.person.is_admin or self.is_approved

    @property
    def refusal(self) -> str:
        """Return the words for who decides instead."""
        admins = [person.full_name for person in self.target.people if person.is_admin]
        return f"Only an admin can allow this. {f'Ask {admins[0]}.' if admins else 'Nobody here is one.'}"


def read_oauth_request(query: Mapping[str, str], oauth: OAuth, workspaces: Sequence[Store]) -> OAuthRequest:
    """Read what is asked for. Raises OAuthError."""
    if query.get("client_id") != oauth.client_id:
        raise OAuthError("invalid_client_id", "There is no app of this client ID.")
    scopes = scopes_in(query.get("scope", ""))
    unknown = [scope for scope in scopes if scope not in DESCRIPTIONS]
    if unknown or not scopes:
        raise OAuthError("invalid_scope", f"There is no such scope: {', '.join(unknown) or '(none was asked for)'}.")
    targets = _targets(workspaces)
    target = next((target for target in targets if target.id == query.get("team")), targets[0])
    people = target.people
    if not people:
        raise OAuthError("access_denied", "Nobody is in this workspace.")
    named = next((person for person in people if person.id == query.get("user")), None)
    person = named or next((person for person in people if person.is_admin), people[0])
    redirect_uri, is_approved = _redirect_uri(query.get("redirect_uri", ""), oauth), target.id in oauth.approved
    return OAuthRequest(query, scopes, redirect_uri, targets, target, person, is_approved)


def _redirect_uri(wanted: str, oauth: OAuth) -> str:
    """Return where the browser goes then; what is asked for must begin as the app's own does.

    https://docs.slack.dev/authentication/installing-with-oauth#redirect_urls
    """
    redirect_uri = wanted or oauth.redirect_uri
    parts = urlsplit(redirect_uri)
    if parts.scheme not in ("http", "https") or not parts.netloc or not redirect_uri.startswith(oauth.redirect_uri):
        raise OAuthError("bad_redirect_uri", "The redirect address is not one of the app's.")
    return redirect_uri


def _targets(workspaces: Sequence[Store]) -> list[Target]:
    """Return the workspaces, and each organization that has several of them."""
    targets = [Target(workspace.team_id, workspace.name, [workspace]) for workspace in workspaces]
    for enterprise_id in dict.fromkeys(w.enterprise_id for w in workspaces if w.enterprise_id):
        theirs = [workspace for workspace in workspaces if workspace.enterprise_id == enterprise_id]
        targets.append(Target(enterprise_id, ORGANIZATION, theirs, is_org_wide=True))
    return targets
