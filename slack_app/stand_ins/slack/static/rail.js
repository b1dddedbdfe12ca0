/** The rail with channels and apps; on a narrow screen it is a drawer behind a button that carries the badge. */

import { avatar, badge, byId, element, icon, unseen } from "./element.js";

/** @import { Channel } from "./types.d.ts" */
/** @import { State } from "./state.js" */

export class Rail {
  #rail = byId("rail");
  #button = byId("drawer-button");
  #scrim = byId("scrim");
  /** @type {string | null} */
  #shown = null;

  constructor() {
    this.#button.addEventListener("click", () => this.#toggle(!this.#isOpen()));
    this.#scrim.addEventListener("click", () => this.#toggle(false));
    this.#rail.addEventListener("click", ({ target }) => /** @type {Element} */ (target).closest("a") && this.#toggle(false));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#isOpen()) return;
      this.#toggle(false);
      this.#button.focus();
    });
  }

  /**
   * @param {State} state
   * @param {string} currentId
   */
  show(state, currentId) {
    const shown = JSON.stringify([currentId, state.channels.map((channel) => [channel, state.unread(channel.id)])]);
    if (this.#shown === shown) return;
    this.#shown = shown;
    /** @param {Channel} channel */
    const entry = (channel) => this.#entry(state, channel, channel.id === currentId);
    const focusedId = this.#rail.contains(document.activeElement) ? document.activeElement?.id : null;
    this.#rail.replaceChildren(
      element("h2", { id: "rail-channels" }, "Channels"),
      element(
        "ul",
        { "aria-labelledby": "rail-channels" },
        ...state.channels.filter(({ kind }) => kind !== "dm").map(entry),
      ),
      element("h2", { id: "rail-apps" }, "Apps"),
      element(
        "ul",
        { "aria-labelledby": "rail-apps" },
        ...state.channels.filter(({ kind }) => kind === "dm").map(entry),
      ),
    );
    if (focusedId) document.getElementById(focusedId)?.focus();
    this.#showTotal(state.unreadDirect());
  }

  /**
   * @param {State} state
   * @param {Channel} channel
   * @param {boolean} isCurrent
   */
  #entry(state, channel, isCurrent) {
    const isDirect = channel.kind === "dm";
    const unread = state.unread(channel.id);
    const link = element(
      "a",
      {
        href: `#${channel.id}`,
        id: `rail-${channel.id}`,
        class: unread ? "rail-entry is-unread" : "rail-entry",
        "data-testid": `channel-${channel.id}`,
        "aria-current": isCurrent ? "page" : null,
      },
      isDirect ? avatar(state.app, "app") : icon("hash"),
      element("span", { class: "rail-name" }, isDirect ? state.app.name : channel.name),
      unread > 0 && (isDirect ? badge(unread, "unread-badge") : unseen(`, ${counted(unread)}`)),
    );
    return element("li", {}, link);
  }

  /** @param {number} unread */
  #showTotal(unread) {
    this.#button.replaceChildren(
      icon("menu"),
      unseen("Channels and apps"),
      ...(unread ? [badge(unread, "unread-total")] : []),
    );
  }

  #isOpen() {
    return this.#button.getAttribute("aria-expanded") === "true";
  }

  /** @param {boolean} isOpen */
  #toggle(isOpen) {
    this.#button.setAttribute("aria-expanded", String(isOpen));
    this.#rail.classList.toggle("is-open", isOpen);
    this.#scrim.hidden = !isOpen;
    /** @type {HTMLElement} */ (document.querySelector("main")).inert = isOpen;
    /** @type {HTMLElement | null} */
    const current = this.#rail.querySelector("[aria-current]");
    if (isOpen) current?.focus();
  }
}

/** @param {number} unread */
function counted(unread) {
  return unread === 1 ? "1 unread message" : `${unread} unread messages`;
}
