"""Who the person is to the platform; only admins see the organization's id."""

from __future__ import annotations

from slack_app.features.whoami import Whoami
from slack_app.model.users import Role
from slack_app.model.workspaces import KeyMode
from slack_app.wording.connect import answer_follows
from slack_app.wording.text import plain


def loading() -> str:
    return f"I looked up your key and role. {answer_follows()}"


def whoami(fact: Whoami) -> str:
    return "\n".join([*_organization_and_key(fact), f"*Role:* {_role(fact.role)}"])


def _organization_and_key(fact: Whoami) -> list[str]:
    if not fact.organization_id:
        return ["*Organization:* none yet." + ("" if fact.role.is_admin else " An admin can set this workspace up.")]
    organization = [f"*Organization:* {plain(fact.organization_id)}"] if fact.role.is_admin else []
    return [*organization, f"*Key:* {_key(fact)}"]


def _key(fact: Whoami) -> str:
    if fact.key_mode is KeyMode.SHARED:
        return "everyone in this workspace uses the same one"
    if fact.key_mode is KeyMode.OPERATOR:
        return "everyone uses the same one, from whoever runs Freddy Connect"
    if fact.ending is None:
        return "none yet"
    return f"your own, ending in `{plain(fact.ending)}`" if fact.ending else "your own"


def _role(role: Role) -> str:
    return {
        Role.OWNER: "owner of this workspace",
        Role.ADMIN: "admin of this workspace",
        Role.MEMBER: "member of this workspace",
        Role.GUEST: "guest in this workspace",
        Role.NONE: "none in this workspace",
    }[role]
