/** The menu that plays a fault, and the banner that stands there while one is played. */

import { byId, element, icon } from "./element.js";
import { menu } from "./menu.js";

/** @import { Fault } from "./types.d.ts" */
/** @import { State } from "./state.js" */

const NOTE = "See what people read when something is broken. It lasts until you end it.";
const NONE = { name: "none", label: "No trouble", explanation: "Everything works as it should." };

export class Faults {
  #menu = menu(byId("fault-holder"), { testId: "fault-menu", word: "fault" });
  #banner = byId("fault-banner");
  /** @type {string | null} */
  #shown = null;

  /**
   * `play(name)` is called with the fault chosen, or "none".
   *
   * @param {(name: string) => unknown} play
   */
  constructor(play) {
    this.play = play;
  }

  /** @param {State} state */
  show(state) {
    if (this.#shown === state.fault) return;
    this.#shown = state.fault;
    const none = state.faults.find(({ name }) => name === "none") ?? NONE;
    const faults = [none, ...state.faults.filter((fault) => fault !== none)];
    const current = faults.find(({ name }) => name === state.fault) ?? none;
    const isPlaying = current !== none;
    byId("fault-holder").classList.toggle("is-playing", isPlaying);
    this.#menu.show({
      face: [icon("bolt"), element("span", { class: "menu-face" }, isPlaying ? current.label : "Play a trouble")],
      label: isPlaying ? `Play a trouble. Now: ${current.label}` : "Play a trouble",
      heading: "Play a trouble",
      note: [state.faults.length ? NOTE : "", state.faultNote].filter(Boolean).join(" "),
      items: faults.map((fault) => ({
        id: fault.name,
        nodes: [
          element(
            "span",
            { class: "menu-text" },
            element("strong", {}, fault.label),
            element("span", { class: "menu-more" }, fault.explanation),
          ),
        ],
        isChosen: fault === current,
        choose: () => this.play(fault.name),
      })),
    });
    this.#banner.replaceChildren(...(isPlaying ? [this.#bannerOf(current)] : []));
  }

  /** @param {Fault} fault */
  #bannerOf(fault) {
    return element(
      "div",
      { class: "fault-banner", role: "status", "data-testid": "fault-banner" },
      icon("bolt"),
      element("p", {}, element("strong", {}, `${fault.label}. `), fault.explanation),
      element(
        "button",
        { type: "button", class: "button", on: { click: () => this.#backToNormal() } },
        "Back to normal",
      ),
    );
  }

  #backToNormal() {
    byId("fault-holder").querySelector("button")?.focus();
    this.play("none");
  }
}
