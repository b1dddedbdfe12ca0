"""The app manifest: what Slack is told about the app. manifest.yml in the repository is its printed form.

https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from string import Template
from urllib.parse import quote

from slack_app.adapters.slack import SCOPES

_MANIFEST = Template("""\
# Freddy Connect, as Slack knows it. Made by `slack-app manifest --url https://…`, which fills in your address.
# Without an address Slack can reach (`slack-app socket`): `slack-app manifest --socket`.
display_information:
  name: Freddy Connect
  description: Connects your tools to your organization's assistant. Type $command github.
  background_color: "#1f3d36"
features:
  app_home:
    home_tab_enabled: true
    # Without the Messages tab the app could not send anybody a direct message.
    messages_tab_enabled: true
    messages_tab_read_only_enabled: false
  bot_user:
    display_name: Freddy Connect
    always_online: true
  shortcuts:
    - name: Connect a tool
      type: global
      callback_id: connect_open_menu
      description: Connect a tool to your organization's assistant
  slash_commands:
    - command: $command
      url: $url/slack/events
      description: Connect a tool to your organization's assistant
      usage_hint: github
      should_escape: false
oauth_config:
  redirect_urls:
    - $url/slack/oauth_redirect
  scopes:
    bot:
$scopes
settings:
  event_subscriptions:
    request_url: $url/slack/events
    bot_events:
      - app_home_opened
      - app_uninstalled
      - message.im
      - team_access_granted
      - team_access_revoked
      - tokens_revoked
  interactivity:
    is_enabled: true
    request_url: $url/slack/events
    message_menu_options_url: $url/slack/events
  org_deploy_enabled: true
  socket_mode_enabled: false
  token_rotation_enabled: false
""")


_FORM = "https://api.slack.com/apps?new_app=1&manifest_yaml="
"""https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests"""


def manifest(url: str | None, command: str) -> str:
    """Return the manifest as YAML for an app that is reached at `url` (without a path); None for Socket Mode.

    Socket Mode needs no addresses: https://docs.slack.dev/apis/events-api/using-socket-mode
    """
    scopes = "\n".join(f"      - {scope}" for scope in SCOPES)
    filled_in = _MANIFEST.safe_substitute(command=command, scopes=scopes)
    if url is not None:
        return Template(filled_in).substitute(url=url.rstrip("/"))
    kept = [line for line in filled_in.splitlines() if "$url" not in line and "redirect_urls" not in line]
    return "\n".join([*kept, ""]).replace("socket_mode_enabled: false", "socket_mode_enabled: true")


def link_to_form(printed: str) -> str:
    """Return the address of Slack's form for a new app, with this manifest filled in."""
    lines = [line for line in printed.splitlines() if not line.lstrip().startswith("#")]
    return _FORM + quote("\n".join(lines), safe="")
