/** Shows one channel's messages; what did not change keeps its node, and with it focus and selection. */

import { renderBlocks } from "./blocks.js";
import { clock, dayName, fullDate, sameDay } from "./dates.js";
import { avatar, byId, element, icon } from "./element.js";
import { markFocus, returnFocus } from "./focus.js";
import { mrkdwn, refreshAgo } from "./mrkdwn.js";
import { Values } from "./values.js";
import { settle } from "./viewblocks.js";

/** @import { ActingAt, Author, FocusMark, Message } from "./types.d.ts" */
/** @import { Names, State } from "./state.js" */

const TOGETHER_SECONDS = 300;
const NEAR_END_PX = 80;
const AGO_REFRESH_MS = 20_000;

export class MessageList {
  #list = byId("messages");
  #scroller = byId("scroller");
  #jump = byId("jump");
  #channelId = "";
  /** @type {Map<string, { node: HTMLElement, seen?: string }>} */
  #shown = new Map();
  /** @type {Map<string, Values>} */
  #values = new Map();
  #keepEnd = true;

  /**
   * `acting(place)` returns what an element of a message calls: `{act, suggest}`.
   *
   * @param {ActingAt} acting
   */
  constructor(acting) {
    this.acting = acting;
    this.#jump.append(icon("down"), "New messages");
    this.#jump.addEventListener("click", () => this.toEnd());
    this.#scroller.addEventListener("scroll", () => this.#noteWhere());
    new ResizeObserver(() => this.#keepEnd && this.toEnd()).observe(this.#scroller);
    setInterval(() => refreshAgo(this.#list), AGO_REFRESH_MS);
  }

  /**
   * Show the channel as `state` has it.
   *
   * @param {State} state
   * @param {string} channelId
   */
  show(state, channelId) {
    const isOther = channelId !== this.#channelId;
    if (isOther) this.#shown.clear();
    const wasNearEnd = isOther || this.#keepEnd;
    const focused = markFocus(this.#list);
    const focusedId = /** @type {HTMLElement | null | undefined} */ (focused?.node.closest("[data-id]"))?.dataset.id;
    const before = this.#shown;
    this.#channelId = channelId;
    this.#shown = new Map();
    const nodes = [];
    let previous = null;
    for (const message of state.messagesIn(channelId)) {
      const moment = momentOf(message);
      if (!previous || !sameDay(moment, momentOf(previous))) nodes.push(this.#day(moment, before));
      nodes.push(this.#entry(message, previous, state, before, isOther));
      previous = message;
    }
    settle(this.#list, nodes);
    if (focused) refocus(this.#list, focused, focusedId);
    this.#follow(nodes, state, wasNearEnd, isOther);
  }

  toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#jump.hidden = true;
  }

  /**
   * @param {Date} moment
   * @param {Map<string, { node: HTMLElement, seen?: string }>} before
   */
  #day(moment, before) {
    const name = dayName(moment);
    const node = before.get(`day ${name}`)?.node ?? element("li", { class: "day" }, element("span", {}, name));
    this.#shown.set(`day ${name}`, { node });
    return node;
  }

  /**
   * @param {Message} message
   * @param {Message | null} previous
   * @param {State} state
   * @param {Map<string, { node: HTMLElement, seen?: string }>} before
   * @param {boolean} isOther
   */
  #entry(message, previous, state, before, isOther) {
    const isContinued = continues(message, previous);
    const seen = JSON.stringify([message, isContinued, state.people.length]);
    const old = before.get(message.id);
    const node = old?.seen === seen ? old.node : this.#render(message, isContinued, state);
    if (!isOther && old?.seen !== seen) node.classList.add(old ? "is-changed" : "is-new");
    this.#shown.set(message.id, { node, seen });
    return node;
  }

  /**
   * @param {Message} message
   * @param {boolean} isContinued
   * @param {State} state
   */
  #render(message, isContinued, state) {
    const author = state.author(message);
    const hasBlocks = message.blocks?.length > 0;
    const content = hasBlocks ? renderBlocks(this.#scene(message, state)) : [textOf(message, state.names)];
    const edited = message.is_edited && element("span", { class: "edited" }, "(edited)");
    const classes = ["message", isContinued && "is-continued", message.is_ephemeral && "is-private"];
    const look = { class: classes.filter(Boolean).join(" "), "data-testid": "message", "data-id": message.id };
    return element(
      "li",
      { ...look, "data-from": message.from },
      message.is_ephemeral && privateMarker(),
      isContinued ? element("span", { class: "gutter" }, timeOf(message)) : avatar(author, author.kind),
      element("div", { class: "message-body" }, head(author, message, isContinued), ...content, edited),
    );
  }

  /**
   * @param {Message} message
   * @param {State} state
   */
  #scene({ id, blocks, text }, state) {
    const values = this.#values.get(id) ?? new Values();
    this.#values.set(id, values);
    values.fit(blocks);
    const place = { message_id: id };
    return { place, blocks, text, names: state.names, values, errors: {}, ...this.acting(place) };
  }

  /**
   * @param {HTMLElement[]} nodes
   * @param {State} state
   * @param {boolean} wasNearEnd
   * @param {boolean} isOther
   */
  #follow(nodes, state, wasNearEnd, isOther) {
    const isOwn = state.messagesIn(this.#channelId).at(-1)?.user_id === state.me.id;
    this.#keepEnd = wasNearEnd;
    if (wasNearEnd || (isOwn && nodes.at(-1)?.classList.contains("is-new"))) this.toEnd();
    else if (!isOther && nodes.some((node) => node.matches(".is-new:last-child"))) this.#jump.hidden = false;
  }

  /** Whoever stands at the end stays there, whatever grows or comes; whoever scrolled back is left alone. */
  #noteWhere() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#keepEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (this.#keepEnd) this.#jump.hidden = true;
  }
}

/**
 * @param {Message} message
 * @param {Names} names
 */
function textOf(message, names) {
  return element("div", { class: "block" }, mrkdwn(message.text, names));
}

/**
 * @param {Author} author
 * @param {Message} message
 * @param {boolean} isContinued
 */
function head(author, message, isContinued) {
  return element(
    "div",
    { class: isContinued ? "message-head unseen" : "message-head" },
    element("span", { class: "author" }, author.name),
    message.from === "app" && element("span", { class: "app-tag" }, "APP"),
    timeOf(message),
  );
}

function privateMarker() {
  return element("p", { class: "private-marker", "data-testid": "private-marker" }, icon("eye"), "Only visible to you");
}

/** @param {Message} message */
function timeOf(message) {
  const moment = momentOf(message);
  return element("time", { class: "time", datetime: moment.toISOString(), title: fullDate(moment) }, clock(moment));
}

/** @param {Message} message */
function momentOf(message) {
  return new Date(Number(message.ts) * 1000);
}

/**
 * Whether the message stands under the one before it without a head of its own.
 *
 * @param {Message} message
 * @param {Message | null} previous
 */
function continues(message, previous) {
  return (
    previous !== null &&
    !message.is_ephemeral &&
    !previous.is_ephemeral &&
    message.user_id === previous.user_id &&
    message.from === previous.from &&
    Number(message.ts) - Number(previous.ts) < TOGETHER_SECONDS &&
    sameDay(momentOf(message), momentOf(previous))
  );
}

/**
 * A message that was rendered anew gives the focus back to the same element, or else to the message itself.
 *
 * @param {HTMLElement} list
 * @param {FocusMark} focused
 * @param {string | undefined} messageId
 */
function refocus(list, focused, messageId) {
  if (focused.node.isConnected) return;
  const message = /** @type {HTMLElement[]} */ ([...list.children]).find((node) => node.dataset.id === messageId);
  if (message && returnFocus(message, focused)) return;
  if (message) message.tabIndex = -1;
  (message ?? byId("scroller")).focus();
}
