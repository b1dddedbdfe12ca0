/** Talks to the stand-in workspace that serves the page. */

/** @import { Filled, Place, Snapshot, Told } from "./types.d.ts" */

/** The workspace answered, and did not take it. */
export class Refused extends Error {}

/** The workspace that the page's address names; "" is the first of this server. */
const TEAM = new URLSearchParams(location.search).get("team") ?? "";

/**
 * Return an address of the page's own, for this workspace.
 *
 * @param {string} path
 * @param {Record<string, string>} query
 */
export function addressOf(path, query) {
  const given = Object.entries({ ...query, team: TEAM }).filter(([, value]) => value);
  return `${path}?${new URLSearchParams(Object.fromEntries(given))}`;
}

/**
 * Return everything that `user` can see; "" is the person the workspace chooses.
 *
 * @param {string} user
 * @returns {Promise<Snapshot>}
 */
export async function fetchState(user) {
  const response = await fetch(addressOf("/page/state", { user }), { cache: "no-store" });
  if (!response.ok) throw new Refused(`state: ${response.status}`);
  return response.json();
}

/**
 * Say a line, which may be a slash command.
 *
 * @param {string} user
 * @param {string} channelId
 * @param {string} text
 */
export const say = (user, channelId, text) => post("/page/say", { user, channel_id: channelId, text });

/**
 * Press a button of a message.
 *
 * @param {string} user
 * @param {string} messageId
 * @param {string} blockId
 * @param {string} actionId
 */
export const press = (user, messageId, blockId, actionId) =>
  post("/page/press", { user, message_id: messageId, block_id: blockId, action_id: actionId });

/**
 * Use any element; `place` is the message or the view that it stands in, `values` what the view is filled with.
 *
 * @param {string} user
 * @param {Place} place
 * @param {string} blockId
 * @param {string} actionId
 * @param {Told} value
 * @param {Filled} values
 */
export const act = (user, place, blockId, actionId, value, values) =>
  post("/page/act", { user, place, block_id: blockId, action_id: actionId, value, values });

/**
 * Ask the app for the options that fit what was typed.
 *
 * @param {string} user
 * @param {Place} place
 * @param {string} blockId
 * @param {string} actionId
 * @param {string} query
 */
export const suggest = (user, place, blockId, actionId, query) =>
  post("/page/suggest", { user, place, block_id: blockId, action_id: actionId, query });

/**
 * Submit a modal.
 *
 * @param {string} user
 * @param {string} viewId
 * @param {Filled} values
 */
export const submitView = (user, viewId, values) => post("/page/submit", { user, view_id: viewId, values });

/**
 * Close a modal without submitting it.
 *
 * @param {string} user
 * @param {string} viewId
 */
export const closeView = (user, viewId) => post("/page/close", { user, view_id: viewId });

/**
 * Open a tab of the app: "home" or "messages".
 *
 * @param {string} user
 * @param {string} tab
 */
export const openHome = (user, tab) => post("/page/home", { user, tab });

/**
 * Run a shortcut of the app.
 *
 * @param {string} user
 * @param {string} callbackId
 */
export const runShortcut = (user, callbackId) => post("/page/shortcut", { user, callback_id: callbackId });

/**
 * Play a trouble, or "none".
 *
 * @param {string} name
 */
export const playFault = (name) => post("/page/fault", { name });

/**
 * Return the answer; `{ok: false}` in it means that the app did not take it.
 *
 * @param {string} path
 * @param {object} body
 */
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
