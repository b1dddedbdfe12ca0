"""What is answered to a greeting, to thanks and to all else; and the first welcome."""

from __future__ import annotations

from slack_app.features.greet import HELLO, HOME, TEST, THANKS, WELCOME


def text(kind: str, command: str) -> str:
    return {
        HELLO: "Hello. I connect your tools to your assistant. What do you want to do?",
        THANKS: "You're welcome. Is there anything else?",
        HOME: "*Home*, the first tab of my conversation, shows every tool and what you have connected.",
        WELCOME: (
            "*Welcome.* I connect your tools to your assistant. "
            f"Choose a tool, or type its name, for example `github`. `{command}` works in every conversation."
        ),
        TEST: "This is a test by whoever runs this app: your links arrive here. There is nothing you need to do.",
    }.get(kind, "I didn't understand that. I can connect a tool for you, or show what you have connected.")
