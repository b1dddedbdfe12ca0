/** A button that opens a menu of choices: arrows, Home and End move, Enter chooses, Escape closes. */

import { element, icon } from "./element.js";

/** @import { MenuContent, MenuItem } from "./types.d.ts" */

/**
 * Build the menu in `holder`; return `{show}`, which takes `{face, label, heading, note, items}`.
 *
 * An item is `{id, nodes, isChosen, choose}`; the button has the test id `testId`, an item `<word>-<id>`.
 *
 * @param {HTMLElement} holder
 * @param {{ testId: string, word: string }} names
 */
export function menu(holder, { testId, word }) {
  const panelId = `${testId}-panel`;
  const button = element("button", {
    type: "button",
    class: "menu-button",
    "data-testid": testId,
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    "aria-controls": panelId,
  });
  const list = element("div", { class: "menu-items", role: "menu" });
  const heading = element("h2", {});
  const note = element("p", { class: "menu-note" });
  const panel = element("div", { class: "menu-panel", id: panelId, hidden: true }, heading, note, list);
  holder.replaceChildren(button, panel);

  const items = () => /** @type {HTMLElement[]} */ ([...list.children]);
  /** @param {boolean} isOpen */
  const toggle = (isOpen) => {
    panel.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) (items().find((item) => item.ariaChecked === "true") ?? items()[0])?.focus();
  };
  const close = () => {
    toggle(false);
    button.focus();
  };
  /** @param {KeyboardEvent} event */
  const move = (event) => {
    const at = items().findIndex((item) => item === document.activeElement);
    /** @type {Record<string, number>} */
    const targets = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const to = targets[event.key];
    if (to === undefined) return;
    event.preventDefault();
    items().at(to % items().length)?.focus();
  };

  button.addEventListener("click", () => toggle(panel.hidden));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    toggle(true);
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Tab") toggle(false);
    else move(event);
  });
  document.addEventListener("pointerdown", ({ target }) => !holder.contains(/** @type {Node} */ (target)) && toggle(false));

  /** @param {MenuItem} item */
  const itemNode = ({ id, nodes, isChosen, choose }) =>
    element(
      "button",
      {
        type: "button",
        class: "menu-item",
        role: "menuitemradio",
        tabindex: "-1",
        "aria-checked": String(isChosen),
        "data-testid": `${word}-${id}`,
        on: {
          click: () => {
            close();
            choose();
          },
        },
      },
      element("span", { class: "menu-check" }, isChosen && icon("check")),
      ...nodes,
    );

  return {
    /** @param {MenuContent} content */
    show(content) {
      button.replaceChildren(...content.face, icon("caret"));
      button.setAttribute("aria-label", content.label);
      heading.textContent = content.heading;
      note.textContent = content.note;
      list.setAttribute("aria-label", content.heading);
      const hadFocus = list.contains(document.activeElement);
      list.replaceChildren(...content.items.map(itemNode));
      if (hadFocus) toggle(true);
    },
  };
}
