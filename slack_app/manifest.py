"""The app manifest: what Slack is told about the app. manifest.yml in the repository is its printed form.

https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from string import Template

from slack_app.adapters.slack import SCOPES

_MANIFEST = Template("""\
# Freddy Connect, as Slack knows it. Made by `slack-app manifest --url https://…`, which fills in your address.
# Socket Mode (`slack-app socket`): set socket_mode_enabled to true; Slack then ignores the addresses of requests.
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


def manifest(url: str, command: str) -> str:
    """Return the manifest as YAML for an app that is reached at `url` (without a path)."""
    scopes = "\n".join(f"      - {scope}" for scope in SCOPES)
    return _MANIFEST.substitute(url=url.rstrip("/"), command=command, scopes=scopes)
