"""The short help."""

from __future__ import annotations


def text(command: str) -> str:
    return (
        "*Freddy Connect* links your tools to your organization's assistant. What you can type:\n"
        f"• `{command} github` gets you a private link that connects your GitHub account\n"
        f'• `{command} sharepoint site_name="Team Marketing"` does it for a tool that needs a detail\n'
        f"• `{command} status` shows what you have connected, and lets you turn it off\n"
        f"• `{command} disconnect github` takes your GitHub account away from the assistant\n"
        f"• `{command} key` is for your own key, where each person uses one\n"
        f"• `{command} whoami` shows your organization, whose key is used, and your role\n"
        f"• `{command} setup` is for admins: which organization, whose key, which tools\n"
        f"• `{command} help` shows this\n"
        "The link comes to you alone, and is offered for a few minutes."
    )
