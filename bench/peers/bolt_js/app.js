// The feature as Bolt for JavaScript documents it, to compare with: `/connect github` brings the link in a direct
// message. A listener, `ack()` first, then the work: https://docs.slack.dev/tools/bolt-js/concepts/commands
// Several processes share the port through Node's own cluster module: https://nodejs.org/api/cluster.html
const cluster = require("node:cluster");
const { App, HTTPReceiver } = require("@slack/bolt");
const { createClient } = require("redis");

const { FREDDY_API_KEY, FREDDY_API_URL, PORT, REDIS_URL, SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET } =
  process.env;
const processes = Number(process.env.WEB_CONCURRENCY || 1);

async function main() {
  const app = new App({
    token: SLACK_BOT_TOKEN,
    receiver: new HTTPReceiver({ signingSecret: SLACK_SIGNING_SECRET }),
    clientOptions: { slackApiUrl: SLACK_API_URL },
  });
  const redis = createClient({ url: REDIS_URL });
  await redis.connect();

  app.command("/connect", async ({ ack, command, client }) => {
    await ack();
    const response = await fetch(`${FREDDY_API_URL}/v1/personal-connectors/authorize?organization_id=org_bench`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-API-Key": FREDDY_API_KEY },
      body: JSON.stringify({ connector_type: command.text }),
    });
    if (!response.ok) throw new Error(`the platform answers ${response.status}`);
    const { authorization_url: url, state } = await response.json();
    await redis.set(`state:${state}`, command.user_id, { EX: 600 });
    await client.chat.postMessage({
      channel: command.user_id,
      text: `Connect ${command.text}: ${url}`,
      blocks: [
        { type: "section", text: { type: "mrkdwn", text: `*Connect ${command.text}*` } },
        {
          type: "actions",
          elements: [{ type: "button", action_id: "open", text: { type: "plain_text", text: "Connect" }, url }],
        },
      ],
    });
  });

  await app.start(Number(PORT));
}

if (processes > 1 && cluster.isPrimary) {
  for (let number = 0; number < processes; number++) cluster.fork();
} else {
  main();
}
