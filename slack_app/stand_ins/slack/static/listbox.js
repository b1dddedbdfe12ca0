/**
 * The panel of a select: a field to search in, and the options, in groups where there are some. Where several can be
 * chosen it stays open, and what is chosen a second time is no longer chosen.
 */

import { element, icon } from "./element.js";
import { textObject } from "./mrkdwn.js";

/** @import { Chosen, Option, OptionGroup } from "./types.d.ts" */
/** @import { Names } from "./state.js" */

let made = 0;

export class Listbox {
  /** @type {{ option: Option, node: HTMLElement }[]} */
  #options = [];
  #active = -1;

  /**
   * `search(text)` is called for what is typed, `choose(option)` for what is chosen, `leave()` to close.
   *
   * @param {{ label: string, search: (text: string) => unknown, choose: (option: Option) => unknown, leave: () => void, isMultiple?: boolean }} options
   */
  constructor({ label, search, choose, leave, isMultiple = false }) {
    const id = `listbox-${(made += 1)}`;
    this.id = id;
    this.choose = choose;
    this.leave = leave;
    /** @type {HTMLInputElement} */
    this.field = element("input", {
      class: "listbox-field",
      type: "text",
      role: "combobox",
      placeholder: "Search",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": `Search: ${label}`,
      "aria-expanded": "true",
      "aria-controls": id,
      "aria-autocomplete": "list",
      on: { input: () => search(this.field.value) },
    });
    const look = { class: "listbox-options", id, role: "listbox", tabindex: "-1", "aria-label": label };
    this.list = element("div", { ...look, "aria-multiselectable": isMultiple ? "true" : null });
    this.note = element("p", { class: "listbox-note", role: "status" });
    const head = element("div", { class: "listbox-head" }, icon("search"), this.field);
    this.node = element("div", { class: "listbox" }, head, this.list, this.note);
    this.node.addEventListener("keydown", (event) => this.#keyed(event));
    // The field keeps the focus, and with it the arrows, whatever is pointed at.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  /**
   * Show groups of options, `{label, options}` with a label or without, or the note where there are none.
   *
   * `chosen` are values, the first is pointed at; when it `isFull` no other can be chosen besides.
   *
   * @param {OptionGroup[]} groups
   * @param {Chosen} chosen
   * @param {Names} names
   * @param {string} [note]
   */
  show(groups, { chosen, isFull = false }, names, note = "No results") {
    this.#options = [];
    const filled = groups.filter(({ options }) => options.length);
    this.list.replaceChildren(...filled.map((group) => this.#group(group, chosen, names)));
    const isEmpty = this.#options.length === 0;
    this.list.hidden = isEmpty;
    this.note.hidden = !isEmpty;
    this.note.textContent = isEmpty ? note : "";
    const at = this.#options.findIndex(({ option }) => option.value === chosen[0]);
    this.#activate(isEmpty ? -1 : Math.max(0, at));
    if (isFull) this.mark({ chosen, isFull });
  }

  /**
   * Take the focus; without `isTyping` no keyboard comes up on a phone, where it would hide half of the options.
   *
   * @param {boolean} isTyping
   */
  begin(isTyping) {
    (isTyping ? this.field : this.list).focus();
    this.#options[this.#active]?.node.scrollIntoView({ block: "nearest" });
  }

  /**
   * Mark which are chosen, leaving everything where it is.
   *
   * @param {Chosen} chosen
   */
  mark({ chosen, isFull }) {
    for (const { option, node } of this.#options) {
      const isChosen = chosen.includes(option.value);
      node.setAttribute("aria-selected", String(isChosen));
      node.toggleAttribute("data-full", isFull && !isChosen);
      node.ariaDisabled = isFull && !isChosen ? "true" : null;
      node.querySelector(":scope > .icon")?.remove();
      if (isChosen) node.append(icon("check"));
    }
  }

  /**
   * @param {OptionGroup} group
   * @param {string[]} chosen
   * @param {Names} names
   */
  #group({ label, options }, chosen, names) {
    const nodes = options.map((option) => this.#option(option, chosen.includes(option.value), names));
    if (!label) return element("div", { class: "listbox-group" }, ...nodes);
    const id = `${this.id}-group-${this.#options.length}`;
    const heading = element("div", { class: "listbox-heading", id, role: "presentation" }, label.text);
    return element("div", { class: "listbox-group", role: "group", "aria-labelledby": id }, heading, ...nodes);
  }

  /**
   * @param {Option} option
   * @param {boolean} isChosen
   * @param {Names} names
   */
  #option(option, isChosen, names) {
    const at = this.#options.length;
    const id = `${this.id}-${at}`;
    const more = option.description;
    const node = element(
      "div",
      {
        class: "option",
        id,
        role: "option",
        "aria-selected": String(isChosen),
        "aria-label": option.text.text,
        "aria-describedby": more ? `${id}-more` : null,
        "data-value": option.value,
        on: { click: () => this.choose(option), pointermove: () => this.#active !== at && this.#activate(at, false) },
      },
      element("span", { class: "option-text" }, textObject(option.text, names)),
      more && element("span", { class: "option-more", id: `${id}-more` }, textObject(more, names)),
      isChosen && icon("check"),
    );
    this.#options.push({ option, node });
    return node;
  }

  /**
   * @param {number} at
   * @param {boolean} [isShown]
   */
  #activate(at, isShown = true) {
    this.#options[this.#active]?.node.classList.remove("is-active");
    this.#active = at;
    const node = this.#options[at]?.node;
    for (const holder of [this.field, this.list]) {
      if (node) holder.setAttribute("aria-activedescendant", node.id);
      else holder.removeAttribute("aria-activedescendant");
    }
    if (!node) return;
    node.classList.add("is-active");
    if (isShown) node.scrollIntoView({ block: "nearest" });
    if (at === 0) this.list.scrollTop = 0;
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    if (event.isComposing) return;
    const count = this.#options.length;
    /** @type {Record<string, number>} */
    const targets = { ArrowDown: this.#active + 1, ArrowUp: this.#active - 1, Home: 0, End: count - 1 };
    const to = targets[event.key];
    if (event.key === "Escape") this.leave();
    else if (event.key === "Enter") this.#options[this.#active] && this.choose(this.#options[this.#active].option);
    else if (event.key === "Tab") return this.leave();
    else if (to === undefined) return;
    else if (count) this.#activate((to + count) % count);
    event.preventDefault();
    event.stopPropagation();
  }
}
