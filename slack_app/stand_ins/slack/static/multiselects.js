/**
 * Selects from which several are chosen, each a chip that can be removed:
 * https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element
 *
 * The app is told when the panel closes, once for all that was changed in it.
 */

import { isMeant, keep } from "./acting.js";
import { element, icon, unseen } from "./element.js";
import { floating } from "./floating.js";
import { Listbox } from "./listbox.js";
import { ON_TOUCH, ROOM_PX, groupsOf, searchAmong, searchWithApp } from "./selects.js";
import { roleOf } from "./people.js";

/** @import { Block, Option, Person, Scene, Search, SelectPart, TextObject } from "./types.d.ts" */

let made = 0;

/**
 * @param {SelectPart} part
 * @param {Scene} scene
 * @param {Block} block
 */
export const multiStaticSelect = (part, scene, block) =>
  new MultiSelect(part, scene, block, searchAmong(groupsOf(part))).node;

/**
 * @param {SelectPart} part
 * @param {Scene} scene
 * @param {Block} block
 */
export const multiExternalSelect = (part, scene, block) =>
  new MultiSelect(part, scene, block, searchWithApp(part, scene, block)).node;

/**
 * Among the people of the workspace; what is kept of each is the id alone.
 *
 * @param {SelectPart} part
 * @param {Scene} scene
 * @param {Block} block
 */
export function multiUsersSelect(part, scene, block) {
  const options = scene.names.people.filter(({ is_deleted: isGone }) => !isGone).map(personOption);
  /** @param {string} userId */
  const asOption = (userId) => options.find(({ value }) => value === userId) ?? unknownPerson(userId, scene);
  const search = searchAmong([{ label: null, options }]);
  return new MultiSelect(part, scene, block, search, { wrap: asOption, unwrap: ({ value }) => value }).node;
}

/**
 * @typedef {object} Wrapping `wrap` makes an option of what is kept, `unwrap` returns what is to be kept of an option.
 * @property {(held: any) => Option} wrap
 * @property {(option: Option) => any} unwrap
 */

/** @type {Wrapping} */
const AS_IT_IS = { wrap: (option) => option, unwrap: (option) => option };

class MultiSelect {
  /** @type {Option[]} */
  #options;
  /** @type {Option[]} */
  #told;

  /**
   * @param {SelectPart} part
   * @param {Scene} scene
   * @param {Block} block
   * @param {Search} search
   * @param {Wrapping} [wrapping]
   */
  constructor(part, scene, block, search, { wrap, unwrap } = AS_IT_IS) {
    this.part = part;
    this.scene = scene;
    this.block = block;
    this.search = search;
    this.unwrap = unwrap;
    this.placeholder = part.placeholder?.text ?? "Select options";
    this.isAsked = part.type === "multi_external_select";
    this.#options = this.#told = (scene.values.get(block, part) ?? []).map(wrap);
    this.face = element("span", { class: "select-face is-placeholder", id: `multiselect-${(made += 1)}` });
    this.button = this.#buttonNode();
    this.chips = element("ul", { class: "chips", "aria-label": `${this.placeholder}: chosen` });
    this.listbox = new Listbox({
      label: this.placeholder,
      search: (query) => this.#find(query),
      choose: (option) => this.#toggle(option),
      leave: () => this.#leave(),
      isMultiple: true,
    });
    this.node = element("span", { class: "holder select multi" }, this.chips, this.button, this.listbox.node);
    this.float = floating(this.button, this.listbox.node, this.isAsked ? ROOM_PX : 0);
    this.listbox.node.addEventListener("toggle", ({ newState }) => newState === "closed" && this.#tell());
    this.#show();
  }

  #buttonNode() {
    const button = element(
      "button",
      {
        type: "button",
        class: "select-button",
        "data-action-id": this.part.action_id ?? "",
        "data-focus-on-load": this.part.focus_on_load ?? null,
        "aria-haspopup": "listbox",
        on: { click: () => (this.float.isOpen() ? this.#leave() : this.#open()) },
      },
      this.face,
      icon("caret"),
    );
    button.addEventListener("keydown", (event) => {
      if (event.key === "Backspace" && this.#options.length) return this.#remove(this.#options[this.#options.length - 1]);
      if (!["ArrowDown", "ArrowUp"].includes(event.key) || this.float.isOpen()) return undefined;
      event.preventDefault();
      return this.#open();
    });
    return button;
  }

  #open() {
    this.listbox.field.value = "";
    this.#find("");
    this.float.open();
    this.listbox.begin(this.isAsked || !ON_TOUCH.matches);
  }

  #leave() {
    this.float.close();
    this.button.focus();
  }

  /** @param {string} query */
  #find(query) {
    this.search(query, (groups, note) => this.listbox.show(groups, this.#chosen(), this.scene.names, note));
  }

  #chosen() {
    const chosen = this.#options.map(({ value }) => value);
    return { chosen, isFull: chosen.length >= (this.part.max_selected_items ?? Infinity) };
  }

  /** @param {Option} option */
  #toggle(option) {
    const { chosen, isFull } = this.#chosen();
    const isChosen = chosen.includes(option.value);
    if (isFull && !isChosen) return;
    const without = this.#options.filter(({ value }) => value !== option.value);
    this.#change(isChosen ? without : [...this.#options, option]);
    // What stands there is only marked anew: asking the app again would take the options away under the pointer.
    this.listbox.mark(this.#chosen());
  }

  /**
   * Without a panel to close there is nothing to wait for.
   *
   * @param {Option} option
   */
  #remove(option) {
    this.#change(this.#options.filter(({ value }) => value !== option.value));
    if (!this.float.isOpen()) this.#tell();
  }

  /** @param {Option[]} options */
  #change(options) {
    this.#options = options;
    this.scene.values.set(this.block, this.part, options.map(this.unwrap));
    this.#show();
  }

  /** Tell the app what is chosen now, or take it back. */
  async #tell() {
    if (this.#options === this.#told) return;
    if (!(await isMeant(this.part, this.scene))) return this.#change(this.#told);
    this.#told = this.#options;
    const { chosen } = this.#chosen();
    await keep(this.button, this.part, this.scene, this.block, this.#options.map(this.unwrap), chosen);
  }

  #show() {
    const names = this.#options.map(({ text }) => text.text);
    const { isFull } = this.#chosen();
    this.face.replaceChildren(isFull ? `No more than ${names.length}` : names.length ? "Add more" : this.placeholder);
    if (names.length) this.face.append(unseen(` (chosen: ${names.join(", ")})`));
    this.chips.hidden = names.length === 0;
    this.chips.replaceChildren(...this.#options.map((option) => this.#chip(option)));
    this.float?.follow();
  }

  /** @param {Option} option */
  #chip(option) {
    const name = option.text.text;
    const removed = () => {
      this.#remove(option);
      this.button.focus();
    };
    const look = { type: "button", class: "chip-remove", on: { click: removed } };
    return element(
      "li",
      { class: "chip", "data-value": option.value },
      element("span", { class: "chip-name" }, name),
      element("button", { ...look, "aria-label": `Remove ${name}` }, icon("close")),
    );
  }
}

/** @param {Person} person */
function personOption(person) {
  return { text: plain(person.full_name), value: person.id, description: plain(roleOf(person)) };
}

/**
 * @param {string} userId
 * @param {Scene} scene
 */
function unknownPerson(userId, scene) {
  return { text: plain(scene.names.get(userId) ?? userId), value: userId };
}

/**
 * @param {string} text
 * @returns {TextObject}
 */
function plain(text) {
  return { type: "plain_text", text };
}
