/** What stands around a channel's messages: its name, its beginning, and for a newcomer what to try. */

import { avatar, badge, byId, element, icon, unseen } from "./element.js";

/** @import { Channel } from "./types.d.ts" */
/** @import { State } from "./state.js" */

/**
 * Show the name of the channel, above it.
 *
 * @param {State} state
 * @param {Channel} channel
 */
export function showHead(state, channel) {
  const isDirect = channel.kind === "dm";
  const about = isDirect ? "Only you and the app" : `${state.people.length} people and the app`;
  byId("channel-head").replaceChildren(
    isDirect ? avatar(state.app, "app") : icon("hash"),
    element(
      "h1",
      { id: "channel-title" },
      unseen(isDirect ? "Direct message with " : "Channel "),
      isDirect ? state.app.name : channel.name,
    ),
    ...(isDirect ? [element("span", { class: "app-tag" }, "APP")] : []),
    element("span", { class: "channel-about" }, about),
  );
}

/** The tabs of the conversation with the app: its Home, and the messages. */
export class Tabs {
  #holder = byId("tabs");
  #tabs = ["home", "messages"].map((name) => this.#tab(name));

  constructor() {
    this.#holder.append(...this.#tabs);
    this.#holder.addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
      event.preventDefault();
      const isFirst = event.key === "Home" || (event.key !== "End" && document.activeElement === this.#tabs[1]);
      this.#tabs[isFirst ? 0 : 1].click();
      this.#tabs[isFirst ? 0 : 1].focus();
    });
  }

  /**
   * @param {State} state
   * @param {Channel} channel
   * @param {boolean} isHome
   */
  show(state, channel, isHome) {
    this.#holder.hidden = channel.kind !== "dm";
    const panel = byId("messages-view");
    for (const [name, value] of [["role", "tabpanel"], ["aria-labelledby", "tab-messages"]]) {
      if (this.#holder.hidden) panel.removeAttribute(name);
      else panel.setAttribute(name, value);
    }
    const [home, messages] = this.#tabs;
    for (const { tab, isChosen } of [{ tab: home, isChosen: isHome }, { tab: messages, isChosen: !isHome }]) {
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    }
    const unread = isHome ? state.unread(channel.id) : 0;
    messages.replaceChildren("Messages", ...(unread ? [badge(unread, "tab-unread")] : []));
  }

  /** @param {string} name */
  #tab(name) {
    const look = { type: "button", class: "tab", role: "tab", id: `tab-${name}`, "data-testid": `tab-${name}` };
    const target = name === "home" ? "home-view" : "messages-view";
    const go = () => (location.hash = name === "home" ? "#home" : "#dm");
    return element("button", { ...look, "aria-controls": target, on: { click: go } }, name === "home" ? "Home" : "");
  }
}

/**
 * Show what the channel is, above its first message.
 *
 * @param {State} state
 * @param {Channel} channel
 */
export function showIntro(state, channel) {
  const isDirect = channel.kind === "dm";
  const whatDirect = state.app.is_installed
    ? "Your links come here. Nobody else sees this conversation."
    : `The app is not installed in ${state.team.name}.`;
  const what = isDirect
    ? whatDirect
    : `Everybody in ${state.team.name} sees what is said here. What the app answers you, only you see.`;
  byId("intro").replaceChildren(
    isDirect ? avatar(state.app, "app") : element("span", { class: "intro-mark" }, icon("hash")),
    element("h2", {}, isDirect ? state.app.name : `Welcome to #${channel.name}`),
    element("p", {}, what),
  );
}

/** The newcomer's first line, there until they have begun; a press calls `fill(line)`. */
export class Hint {
  #button = byId("hint");
  #line = "";

  /** @param {(line: string) => void} fill */
  constructor(fill) {
    this.#button.addEventListener("click", () => fill(this.#line));
  }

  /**
   * @param {State} state
   * @param {Channel} channel
   */
  show(state, channel) {
    this.#button.hidden = state.hasBegun(channel.id) || !state.app.is_installed;
    const line = `${state.command.name} github`;
    if (line === this.#line) return;
    this.#line = line;
    this.#button.replaceChildren(
      element("span", { class: "hint-mark" }, icon("slash")),
      element("span", { class: "hint-text" }, "Type ", key(line), " and press ", key("Enter")),
      element("span", { class: "hint-more" }, "Or press here to have it typed for you."),
    );
  }
}

/** @param {string} name */
function key(name) {
  return element("kbd", {}, name);
}
