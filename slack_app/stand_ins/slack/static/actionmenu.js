/** A menu of things to do beside a button: arrows, Home and End move, a letter leads to its entry, Escape closes. */

import { element } from "./element.js";
import { floating } from "./floating.js";

/** @import { ActionItem } from "./types.d.ts" */

/**
 * Return the menu of `button`; `items()` returns `{text, more, picture, attributes, choose}` whenever it is opened.
 *
 * @param {HTMLElement} button
 * @param {string} label
 * @param {() => ActionItem[]} items
 */
export function actionMenu(button, label, items) {
  const panel = element("div", { class: "action-menu", role: "menu", "aria-label": label });
  const float = floating(button, panel);
  button.setAttribute("aria-haspopup", "menu");

  const entries = () => /** @type {HTMLElement[]} */ ([...panel.children]);
  const close = () => {
    float.close();
    button.focus();
  };
  const open = () => {
    panel.replaceChildren(...items().map((item) => entry(item, close)));
    float.open();
    entries()[0]?.focus();
  };

  button.addEventListener("click", () => (float.isOpen() ? close() : open()));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || float.isOpen()) return;
    event.preventDefault();
    open();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Tab") return float.close();
    if (event.key === "Enter" || event.key === " ") return undefined;
    if (event.key === "Escape") close();
    else move(entries(), event.key);
    event.preventDefault();
    return event.stopPropagation();
  });
  return panel;
}

/**
 * @param {HTMLElement[]} entries
 * @param {string} key
 */
function move(entries, key) {
  const at = entries.findIndex((entry) => entry === document.activeElement);
  /** @type {Record<string, number>} */
  const targets = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  const to = targets[key];
  const next = to === undefined ? lettered(entries, at, key) : entries.at(to % entries.length);
  next?.focus();
}

/**
 * @param {HTMLElement[]} entries
 * @param {number} at
 * @param {string} key
 */
function lettered(entries, at, key) {
  const inOrder = [...entries.slice(at + 1), ...entries.slice(0, at + 1)];
  return inOrder.find((entry) => entry.textContent?.toLowerCase().startsWith(key.toLowerCase()));
}

/**
 * @param {ActionItem} item
 * @param {() => void} close
 */
function entry({ text, more, picture, attributes, choose }, close) {
  const chosen = () => {
    close();
    choose();
  };
  return element(
    "button",
    { type: "button", class: "menu-item", role: "menuitem", tabindex: "-1", ...attributes, on: { click: chosen } },
    picture,
    element(
      "span",
      { class: "menu-text" },
      element("strong", {}, text),
      more && element("span", { class: "menu-more" }, more),
    ),
  );
}
