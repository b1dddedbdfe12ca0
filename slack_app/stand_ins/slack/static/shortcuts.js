/**
 * The lightning button beside the message box, with the app's shortcuts:
 * https://docs.slack.dev/interactivity/implementing-shortcuts
 */

import { actionMenu } from "./actionmenu.js";
import { avatar, element, icon, unseen } from "./element.js";

/** @import { App, Shortcut } from "./types.d.ts" */

const LABEL = "Shortcuts";

export class Shortcuts {
  /** @type {Shortcut[]} */
  #shortcuts = [];
  /** @type {App | null} */
  #app = null;

  /**
   * `run(callbackId)` runs a shortcut.
   *
   * @param {(callbackId: string) => unknown} run
   */
  constructor(run) {
    const look = { type: "button", class: "icon-button", title: LABEL, "data-testid": "shortcuts" };
    this.run = run;
    this.button = element("button", look, icon("bolt"), unseen(LABEL));
    this.node = element("span", { class: "holder", hidden: true });
    this.node.append(this.button, actionMenu(this.button, LABEL, () => this.#items()));
  }

  /**
   * Learn which shortcuts there are; without any there is no button.
   *
   * @param {Shortcut[]} shortcuts
   * @param {App} app
   */
  learn(shortcuts, app) {
    this.#shortcuts = shortcuts;
    this.#app = app;
    this.node.hidden = shortcuts.length === 0;
  }

  #items() {
    return this.#shortcuts.map(({ callback_id: id, name, description }) => ({
      text: name,
      more: description,
      picture: this.#app ? avatar(this.#app, "app") : undefined,
      attributes: { "data-testid": `shortcut-${id}` },
      choose: () => this.run(id),
    }));
  }
}
