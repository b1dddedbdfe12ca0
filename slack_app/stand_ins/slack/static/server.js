/** Talks to the stand-in workspace that serves the page. */

/** The workspace answered, and did not take it. */
export class Refused extends Error {}

/** The workspace that the page's address names; "" is the first of this server. */
const TEAM = new URLSearchParams(location.search).get("team") ?? "";

/** Give an address of the page's own, for this workspace. */
export function addressOf(path, query) {
  const given = Object.entries({ ...query, team: TEAM }).filter(([, value]) => value);
  return `${path}?${new URLSearchParams(Object.fromEntries(given))}`;
}

/** Give everything that `user` can see; "" is the person the workspace chooses. */
export async function fetchState(user) {
  const response = await fetch(addressOf("/page/state", { user }), { cache: "no-store" });
  if (!response.ok) throw new Refused(`state: ${response.status}`);
  return response.json();
}

/** Say a line, which may be a slash command. */
export const say = (user, channelId, text) => post("/page/say", { user, channel_id: channelId, text });

/** Press a button of a message. */
export const press = (user, messageId, blockId, actionId) =>
  post("/page/press", { user, message_id: messageId, block_id: blockId, action_id: actionId });

/** Use any element; `place` is the message or the view that it stands in, `values` what the view is filled with. */
export const act = (user, place, blockId, actionId, value, values) =>
  post("/page/act", { user, place, block_id: blockId, action_id: actionId, value, values });

/** Ask the app for the options that fit what was typed. */
export const suggest = (user, place, blockId, actionId, query) =>
  post("/page/suggest", { user, place, block_id: blockId, action_id: actionId, query });

/** Submit a modal. */
export const submitView = (user, viewId, values) => post("/page/submit", { user, view_id: viewId, values });

/** Close a modal without submitting it. */
export const closeView = (user, viewId) => post("/page/close", { user, view_id: viewId });

/** Open the Home tab of the app. */
export const openHome = (user) => post("/page/home", { user });

/** Run a shortcut of the app. */
export const runShortcut = (user, callbackId) => post("/page/shortcut", { user, callback_id: callbackId });

/** Play a trouble, or "none". */
export const playFault = (name) => post("/page/fault", { name });

/** Give the answer; `{ok: false}` in it means that the app did not take it. */
async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Demo": "1" },
    body: JSON.stringify(TEAM ? { ...body, team: TEAM } : body),
    keepalive: true,
  });
  if (!response.ok) throw new Refused(`${path}: ${response.status}`);
  const answer = await response.json();
  if (answer.ok === false) throw new Refused(`${path}: the app did not take it`);
  return answer;
}
