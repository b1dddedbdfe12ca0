/** The app's Home tab: the view that it published for this person, in place of messages and message box. */

import { avatar, element } from "./element.js";
import { refreshAgo } from "./mrkdwn.js";
import { Values } from "./values.js";
import { ViewBlocks } from "./viewblocks.js";

const AGO_REFRESH_MS = 20_000;

export class Home {
  #section = document.getElementById("home-view");
  #values = new Values();

  /** `acting(place, all)` gives what an element calls: `{act, suggest}`; `all()` gives what the view is filled with. */
  constructor(acting) {
    this.acting = acting;
    this.holder = element("div", { class: "home-blocks view-blocks" });
    this.blocks = new ViewBlocks(this.holder);
    setInterval(() => refreshAgo(this.#section), AGO_REFRESH_MS);
  }

  show(state) {
    const view = state.home;
    if (!view) {
      this.#section.replaceChildren(placeholder(state));
      return;
    }
    if (!this.#section.contains(this.holder)) this.#section.replaceChildren(this.holder);
    const { blocks } = view;
    const place = { view_id: view.id };
    const values = this.#values;
    const acting = this.acting(place, () => values.all(this.#blocksNow(state)));
    const isFocused = this.blocks.show({ place, blocks, text: "", names: state.names, values, errors: {}, ...acting });
    if (!isFocused) this.focus();
  }

  focus() {
    this.#section.focus({ preventScroll: true });
  }

  /** A block that did not change keeps its first scene, and the view around it may be another by now. */
  #blocksNow(state) {
    return state.home?.blocks ?? [];
  }
}

function placeholder(state) {
  return element(
    "div",
    { class: "home-empty" },
    avatar(state.app, "app"),
    element("h2", {}, "Nothing here yet"),
    element("p", {}, `${state.app.name} has been told that you are here. What it shows you will appear by itself.`),
  );
}
