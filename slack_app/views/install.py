"""The pages of an install: plain HTML without a script, one style inline, and everything from outside escaped.

The content security policy allows that one style by its hash, and nothing else:
https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape

from slack_app.features.install import BegunElsewhere, Closed, Installed, NotInstalled, Offered
from slack_app.views.render import render_page
from slack_app.wording import install as wording

DIRECT_INSTALL_PATH = "/slack/install?direct=1"
"""Leads to Slack at once, with a fresh state."""
STYLE = """
:root { color-scheme: light dark; --paper: #f5f3f7; --card: #fff; --text: #1d1c1d; --muted: #5c5960; --line: #e2dde6;
  --accent: #5b35e0; --on-accent: #fff; }
@media (prefers-color-scheme: dark) { :root { --paper: #141216; --card: #201e23; --text: #ececee; --muted: #aeaab3;
  --line: #3a373f; --accent: #b49dff; --on-accent: #1a0f3d; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 24px 16px;
  background: var(--paper); color: var(--text);
  font: 17px/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; }
main { width: 100%; max-width: 35rem; padding: clamp(24px, 6vw, 44px); border: 1px solid var(--line);
  border-radius: 16px; background: var(--card); overflow-wrap: anywhere; }
h1 { margin: 0 0 12px; font-size: clamp(24px, 6vw, 30px); line-height: 1.2; text-wrap: balance; }
h2 { margin: 24px 0 4px; font-size: 17px; }
p { margin: 0; }
ul { margin: 0; padding-left: 1.2em; }
.button { display: inline-block; margin: 28px 0 0; padding: 12px 24px; border-radius: 10px;
  background: var(--accent); color: var(--on-accent); font-weight: 700; text-decoration: none; }
.button:hover { text-decoration: underline; }
.button:focus-visible { outline: 3px solid var(--text); outline-offset: 3px; }
.note { margin-top: 20px; color: var(--muted); font-size: 15px; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@render_page.register
def _offered(fact: Offered, command: str) -> str:
    return _html(
        wording.offered_title(),
        _paragraph(wording.offered_lead(command)),
        _list(wording.may_title(), wording.may(command)),
        _list(wording.may_not_title(), wording.may_not()),
        _button(fact.url, wording.offered_button()),
        _note(wording.offered_note()),
    )


@render_page.register
def _installed(fact: Installed, command: str) -> str:
    lead, button = wording.installed_lead(command), wording.installed_button()
    if fact.is_org_wide:
        lead, button = wording.org_wide_lead(command), wording.org_wide_button()
    title = wording.installed_title(fact.name)
    return _html(title, _paragraph(lead), _button(fact.url, button))


@render_page.register
def _not_installed(fact: NotInstalled, _command: str) -> str:
    title, sentence = wording.failed(fact.reason)
    again = _button(DIRECT_INSTALL_PATH, wording.again())
    return _html(title, _paragraph(sentence), again, _note(wording.reference(fact.reference)))


@render_page.register
def _begun_elsewhere(_fact: BegunElsewhere, _command: str) -> str:
    again = _button(DIRECT_INSTALL_PATH, wording.begun_elsewhere_button())
    return _html(wording.begun_elsewhere_title(), _paragraph(wording.begun_elsewhere_lead()), again)


@render_page.register
def _closed(_fact: Closed, _command: str) -> str:
    return _html(wording.closed_title(), _paragraph(wording.closed_lead()))


def _html(title: str, *parts: str) -> str:
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{escape(title)}</title><style>{STYLE}</style>'
    )
    content = "\n".join([f"<h1>{escape(title)}</h1>", *parts])
    return f'<!doctype html>\n<html lang="en">\n<head>{head}</head>\n<body><main>\n{content}\n</main></body>\n</html>\n'


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _note(text: str) -> str:
    return f'<p class="note">{escape(text)}</p>'


def _list(title: str, lines: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h2>{escape(title)}</h2>\n<ul>{items}</ul>"


def _button(url: str, label: str) -> str:
    return f'<a class="button" href="{escape(url)}">{escape(label)}</a>'
