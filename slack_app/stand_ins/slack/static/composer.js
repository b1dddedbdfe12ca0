/** The message box: Enter sends, Shift+Enter breaks the line, up-arrow brings back what was sent. */

import { byId, element, icon, unseen } from "./element.js";
import { Shortcuts } from "./shortcuts.js";
import { Suggestions } from "./suggestions.js";
import { announce } from "./toasts.js";

/** @import { Channel } from "./types.d.ts" */
/** @import { State } from "./state.js" */

const TALLEST_PX = 220;
const KEYS = "Enter sends, Shift and Enter starts a new line";

export class Composer {
  /** @type {string[]} */
  #sent = [];
  #recalled = 0;
  /** @type {Map<string, string>} */
  #drafts = new Map();
  #channelId = "";

  /**
   * `say(channelId, text)` sends a line and returns whether that worked, `run(callbackId)` runs a shortcut.
   *
   * @param {(channelId: string, text: string) => Promise<boolean>} say
   * @param {(callbackId: string) => unknown} run
   */
  constructor(say, run) {
    this.say = say;
    this.shortcuts = new Shortcuts(run);
    this.field = element("textarea", {
      id: "composer",
      "data-testid": "composer",
      rows: "1",
      spellcheck: "false",
      enterkeyhint: "send",
      "aria-autocomplete": "list",
      "aria-controls": "suggestions",
      "aria-describedby": "composer-keys",
    });
    this.popover = element("div", {
      class: "suggestions",
      id: "suggestions",
      role: "listbox",
      "aria-label": "Commands",
      hidden: true,
    });
    this.send = element(
      "button",
      { type: "submit", class: "send", "data-testid": "send", disabled: true },
      icon("send"),
      unseen("Send"),
    );
    this.problem = element("p", { class: "composer-problem", role: "alert", hidden: true });
    this.suggestions = new Suggestions(this.popover, this.field);
    this.#build();
  }

  /**
   * Show the box for a channel, with what was begun there.
   *
   * @param {State} state
   * @param {Channel} channel
   */
  show(state, channel) {
    const { app, command, shortcuts } = state;
    this.suggestions.learn(app.is_installed ? command : null, app);
    this.shortcuts.learn(app.is_installed ? shortcuts : [], app);
    if (channel.id === this.#channelId) return;
    this.#drafts.set(this.#channelId, this.field.value);
    this.#channelId = channel.id;
    const label = `Message ${state.channelName(channel)}`;
    this.field.placeholder = label;
    this.field.setAttribute("aria-label", label);
    this.fill(this.#drafts.get(channel.id) ?? "");
  }

  /**
   * Write a line, as if the person had typed it.
   *
   * @param {string} text
   */
  fill(text) {
    this.field.value = text;
    this.field.setSelectionRange(text.length, text.length);
    this.#changed();
  }

  focus() {
    this.field.focus();
  }

  #build() {
    const form = byId("composer-form");
    const slash = element(
      "button",
      { type: "button", class: "icon-button", title: "Commands", on: { click: () => this.#startCommand() } },
      icon("slash"),
      unseen("Write a command"),
    );
    form.replaceChildren(
      this.popover,
      this.problem,
      element(
        "div",
        { class: "composer-box" },
        this.field,
        element(
          "div",
          { class: "composer-foot" },
          slash,
          this.shortcuts.node,
          element("span", { class: "composer-keys", id: "composer-keys" }, KEYS),
          this.send,
        ),
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.field.addEventListener("input", () => this.#changed());
    this.field.addEventListener("keydown", (event) => this.#keyed(event));
  }

  #startCommand() {
    if (!this.field.value) this.fill("/");
    this.focus();
  }

  #changed() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST_PX)}px`;
    this.send.disabled = !this.field.value.trim();
    const news = this.suggestions.update();
    if (news) announce(news);
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    const isPlain = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey && !event.isComposing;
    if (!isPlain) return;
    /** @type {Record<string, () => unknown>} */
    const keys = {
      Enter: () => (this.suggestions.completes ? this.suggestions.complete() : this.#submit()),
      Tab: () => this.suggestions.isOpen && this.suggestions.complete(),
      Escape: () => this.suggestions.isOpen && this.suggestions.dismiss(),
      ArrowUp: () => this.#recall(-1),
      ArrowDown: () => this.#recall(1),
    };
    const done = keys[event.key]?.();
    if (done || event.key === "Enter") event.preventDefault();
  }

  /**
   * Step through what was sent, unless the person is in the middle of writing something else.
   *
   * @param {number} step
   */
  #recall(step) {
    const isUntouched = !this.field.value || this.field.value === this.#sent[this.#recalled];
    const to = this.#recalled + step;
    if (!isUntouched || to < 0 || to > this.#sent.length) return false;
    this.#recalled = to;
    this.fill(this.#sent[to] ?? "");
    return true;
  }

  async #submit() {
    const text = this.field.value.trim();
    if (!text) return;
    if (this.#sent.at(-1) !== text) this.#sent.push(text);
    this.#recalled = this.#sent.length;
    const channelId = this.#channelId;
    this.fill("");
    this.problem.hidden = true;
    if (await this.say(channelId, text)) return;
    this.problem.textContent = "That could not be sent. Your line is still here: please try again.";
    this.problem.hidden = false;
    if (channelId === this.#channelId && !this.field.value) this.fill(text);
    else this.#drafts.set(channelId, text);
  }
}
