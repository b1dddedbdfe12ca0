"""The short help: four lines, by who reads them."""

from __future__ import annotations

from slack_app.features.help import Help
from slack_app.model.users import Role


def text(fact: Help, command: str) -> str:
    if fact.role is Role.GUEST:
        return "Only members can connect tools in this workspace, not guests."
    key = f", your key: `{command} key`" if fact.has_own_key else ""
    lines = [
        f"*Connect a tool:* type `{command} github`, or `{command}` to choose from the list. Only you see the link.",
        f"*See or change what you have:* `{command} status`{key}",
        f"*Disconnect a tool:* `{command} disconnect github`",
    ]
    last = for_admin(command) if fact.role.is_admin else "*Without typing:* open *Home* in my conversation."
    return "\n".join([*lines, last])


def for_admin(command: str) -> str:
    return f"*Set up this workspace:* `{command} setup` (admins only)"
