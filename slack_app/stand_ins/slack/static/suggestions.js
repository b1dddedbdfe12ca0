/** The popover above the composer: the slash command with what it does and how it is written. */

import { avatar, element } from "./element.js";

/** @import { App, Command } from "./types.d.ts" */

export class Suggestions {
  /** @type {string | null} */
  #dismissed = null;

  /**
   * @param {HTMLElement} popover
   * @param {HTMLTextAreaElement} field
   */
  constructor(popover, field) {
    this.popover = popover;
    this.field = field;
    /** @type {Command | null} */
    this.command = null;
    /** @type {App | null} */
    this.app = null;
  }

  /**
   * Learn which command there is; null for none.
   *
   * @param {Command | null} command
   * @param {App} app
   */
  learn(command, app) {
    this.command = command;
    this.app = app;
  }

  /** Whether Enter completes instead of sending: the command's name has been begun, and not all of it is there. */
  get completes() {
    return this.isOpen && this.#text() !== this.command?.name && !this.#isWritten();
  }

  get isOpen() {
    return !this.popover.hidden;
  }

  /** Show what fits the line; return what to announce when that is new. */
  update() {
    const wasOpen = this.isOpen;
    const text = this.#text();
    if (text !== this.#dismissed) this.#dismissed = null;
    const { command } = this;
    const fits = command !== null && this.#dismissed === null && (this.#isBegun() || this.#isWritten());
    this.popover.hidden = !fits;
    if (!fits) {
      this.field.removeAttribute("aria-activedescendant");
      return null;
    }
    this.popover.replaceChildren(this.#option(command));
    this.field.setAttribute("aria-activedescendant", "suggestion");
    const { name, usage_hint: hint, description } = command;
    return wasOpen ? null : `${name} ${hint}: ${description}. Tab completes.`;
  }

  /** Write the command's name into the field, with the space after it. */
  complete() {
    if (!this.command || !this.#isBegun()) return false;
    this.field.value = `${this.command.name} `;
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  }

  dismiss() {
    this.#dismissed = this.#text();
    this.update();
  }

  #text() {
    return this.field.value;
  }

  #isBegun() {
    return this.#text().startsWith("/") && this.command !== null && this.command.name.startsWith(this.#text());
  }

  /** The name stands there with the space after it, and nothing else yet: time for the usage hint. */
  #isWritten() {
    return this.#text() === `${this.command?.name} `;
  }

  /** @param {Command} command */
  #option(command) {
    const keys = this.#isWritten()
      ? [element("kbd", {}, "Enter"), " sends"]
      : [element("kbd", {}, "Tab"), " completes"];
    const look = { class: "suggestion", id: "suggestion", role: "option", "aria-selected": "true" };
    return element(
      "div",
      { ...look, on: { click: () => this.#pick() } },
      this.app && avatar(this.app, "app"),
      element(
        "span",
        { class: "suggestion-text" },
        element(
          "span",
          { class: "suggestion-line" },
          element("strong", {}, command.name),
          " ",
          element("span", { class: "usage" }, command.usage_hint),
        ),
        element("span", { class: "suggestion-more" }, command.description),
      ),
      element("span", { class: "suggestion-keys", "aria-hidden": "true" }, ...keys),
    );
  }

  #pick() {
    this.complete();
    this.field.focus();
  }
}
