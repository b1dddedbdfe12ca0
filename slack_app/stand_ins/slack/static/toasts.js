/** Says what happened elsewhere: a card that leads to a direct message, and the voice for people who hear the page. */

import { avatar, byId, element, icon, unseen } from "./element.js";

/** @import { Author } from "./types.d.ts" */

const SHOWN_MS = 9000;
const LONGEST_TEXT = 110;

const holder = byId("toasts");
const announcer = byId("announcer");

/**
 * Show that `author` wrote in the channel; it goes by itself, unless pointed at or focused.
 *
 * @param {Author} author
 * @param {string} channelId
 * @param {string} text
 */
export function toast(author, channelId, text) {
  const short = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  /** @type {HTMLElement} */
  const node = element(
    "div",
    { class: "toast" },
    element(
      "a",
      { href: `#${channelId}`, class: "toast-link" },
      avatar(author, author.kind),
      element(
        "span",
        { class: "toast-text" },
        element("strong", {}, author.name),
        element("span", {}, short),
      ),
    ),
    element(
      "button",
      { type: "button", class: "icon-button", on: { click: () => node.remove() } },
      icon("close"),
      unseen("Dismiss"),
    ),
  );
  holder.replaceChildren(node);
  const leave = () => (node.matches(":hover, :focus-within") ? setTimeout(leave, SHOWN_MS) : node.remove());
  setTimeout(leave, SHOWN_MS);
}

/** Take away what was shown. */
export function clearToasts() {
  holder.replaceChildren();
}

/**
 * Say it to people who hear the page, politely.
 *
 * @param {string} text
 */
export function announce(text) {
  announcer.append(element("p", {}, text));
  while (announcer.childElementCount > 5) announcer.firstElementChild?.remove();
}

/**
 * Show a short notice above the messages, or take it away.
 *
 * @param {string} text
 */
export function notice(text) {
  const node = byId("connection");
  node.hidden = !text;
  node.textContent = text;
}
