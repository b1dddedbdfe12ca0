"""The feature as Bolt for Python documents it, to compare with: `/connect github` brings the link in a direct message.

A listener with a decorator, `ack()` first, then the work; Flask's adapter:
https://docs.slack.dev/tools/bolt-python/concepts/commands, https://docs.slack.dev/tools/bolt-python/concepts/adapters
"""

import os
from typing import Any

import requests
from flask import Flask, request
from flask.typing import ResponseReturnValue
from redis import Redis
from slack_bolt import Ack, App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient

app = App(
    signing_secret=os.environ["SLACK_SIGNING_SECRET"],
    client=WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
)
redis = Redis.from_url(os.environ["REDIS_URL"])


@app.command("/connect")
def connect(ack: Ack, command: dict[str, Any], client: WebClient) -> None:
    ack()
    response = requests.post(
        f"{os.environ['FREDDY_API_URL']}/v1/personal-connectors/authorize",
        params={"organization_id": "org_bench"},
        headers={"X-API-Key": os.environ["FREDDY_API_KEY"]},
        json={"connector_type": command["text"]},
        timeout=30,
    )
    response.raise_for_status()
    authorization = response.json()
    redis.set(f"state:{authorization['state']}", command["user_id"], ex=600)
    url = authorization["authorization_url"]
    client.chat_postMessage(
        channel=command["user_id"],
        text=f"Connect {command['text']}: {url}",
        blocks=[
            {"type": "section", "text": {"type": "mrkdwn", "text": f"*Connect {command['text']}*"}},
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "open",
                        "text": {"type": "plain_text", "text": "Connect"},
                        "url": url,
                    }
                ],
            },
        ],
    )


flask_app = Flask(__name__)
handler = SlackRequestHandler(app)


@flask_app.route("/slack/events", methods=["POST"])
def slack_events() -> ResponseReturnValue:
    return handler.handle(request)
