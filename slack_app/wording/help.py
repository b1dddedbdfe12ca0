"""The short help."""

from __future__ import annotations


def text(command: str) -> str:
    return (
        "*Freddy Connect* links your tools to your organization's assistant. What you can type:\n"
        f"• `{command} github` connects GitHub; only you see the link\n"
        f"• `{command} status` shows what you have connected\n"
        f"• `{command} disconnect github` ends it\n"
        f"• `{command} whoami` shows whose key you use, `{command} key` changes your own\n"
        f"Admins set up this workspace with `{command} setup`."
    )
