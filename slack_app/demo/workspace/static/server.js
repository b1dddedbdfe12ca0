/** Talks to the stand-in workspace that serves the page. */

/** The workspace answered, and did not take it. */
export class Refused extends Error {}

/** Give everything that `user` can see; "" is the person the workspace chooses. */
export async function fetchState(user) {
  const response = await fetch(`/page/state?${new URLSearchParams(user ? { user } : {})}`, { cache: "no-store" });
  if (!response.ok) throw new Refused(`state: ${response.status}`);
  return response.json();
}

/** Say a line, which may be a slash command. */
export const say = (user, channelId, text) => post("/page/say", { user, channel_id: channelId, text });

/** Press a button of a message. */
export const press = (user, messageId, actionId) =>
  post("/page/press", { user, message_id: messageId, action_id: actionId });

/** Play a trouble, or "none". */
export const playTrouble = (name) => post("/page/trouble", { name });

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Demo": "1" },
    body: JSON.stringify(body),
    keepalive: true,
  });
  if (!response.ok) throw new Refused(`${path}: ${response.status}`);
}
