/** What stands around a channel's messages: its name, its beginning, and for a newcomer what to try. */

import { avatar, element, icon, unseen } from "./element.js";

/** Show the name of the channel, above it. */
export function showHead(state, channel) {
  const isDirect = channel.kind === "dm";
  const about = isDirect ? "Only you and the app" : `${state.people.length} people and the app`;
  document.getElementById("channel-head").replaceChildren(
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

/** Show what the channel is, above its first message. */
export function showIntro(state, channel) {
  const isDirect = channel.kind === "dm";
  const what = isDirect
    ? "Your links come here. Nobody else sees this conversation."
    : `Everybody in ${state.team.name} sees what is said here. What the app answers you, only you see.`;
  document.getElementById("intro").replaceChildren(
    isDirect ? avatar(state.app, "app") : element("span", { class: "intro-mark" }, icon("hash")),
    element("h2", {}, isDirect ? state.app.name : `Welcome to #${channel.name}`),
    element("p", {}, what),
  );
}

/** The newcomer's first line, there until they have begun; a press calls `fill(line)`. */
export class Hint {
  #button = document.getElementById("hint");
  #line = "";

  constructor(fill) {
    this.#button.addEventListener("click", () => fill(this.#line));
  }

  show(state, channel) {
    this.#button.hidden = state.hasBegun(channel.id);
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

function key(name) {
  return element("kbd", {}, name);
}
