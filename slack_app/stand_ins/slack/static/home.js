/** The app's Home tab: the view that it published for this person, in place of messages and message box. */

import { avatar, byId, element } from "./element.js";
import { refreshAgo } from "./mrkdwn.js";
import { Values } from "./values.js";
import { ViewBlocks } from "./viewblocks.js";

/** @import { ActingAt } from "./types.d.ts" */
/** @import { State } from "./state.js" */

const AGO_REFRESH_MS = 20_000;

export class Home {
  #section = byId("home-view");
  #values = new Values();

  /**
   * `acting(place, all)` returns what an element calls: `{act, suggest}`; `all()` returns what the view is filled with.
   *
   * @param {ActingAt} acting
   */
  constructor(acting) {
    this.acting = acting;
    this.holder = element("div", { class: "home-blocks view-blocks" });
    this.blocks = new ViewBlocks(this.holder);
    setInterval(() => refreshAgo(this.#section), AGO_REFRESH_MS);
  }

  /** @param {State} state */
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

  /**
   * A block that did not change keeps its first scene, and the view around it may be another by now.
   *
   * @param {State} state
   */
  #blocksNow(state) {
    return state.home?.blocks ?? [];
  }
}

/** @param {State} state */
function placeholder(state) {
  return element(
    "div",
    { class: "home-empty" },
    avatar(state.app, "app"),
    element("h2", {}, "Nothing here yet"),
    element("p", {}, `${state.app.name} has been told that you are here. What it shows you will appear by itself.`),
  );
}
