/** The menu that plays a trouble, and the banner that stands there while one is played. */

import { element, icon } from "./element.js";
import { menu } from "./menu.js";

const NONE = { name: "none", label: "No trouble", explanation: "Everything works as it should." };

export class Troubles {
  #menu = menu(document.getElementById("trouble-holder"), { testId: "trouble-menu", word: "trouble" });
  #banner = document.getElementById("trouble-banner");
  #shown = null;

  /** `play(name)` is called with the trouble chosen, or "none". */
  constructor(play) {
    this.play = play;
  }

  show(state) {
    if (this.#shown === state.trouble) return;
    this.#shown = state.trouble;
    const none = state.troubles.find(({ name }) => name === "none") ?? NONE;
    const troubles = [none, ...state.troubles.filter((trouble) => trouble !== none)];
    const current = troubles.find(({ name }) => name === state.trouble) ?? none;
    const isPlaying = current !== none;
    document.getElementById("trouble-holder").classList.toggle("is-playing", isPlaying);
    this.#menu.show({
      face: [icon("bolt"), element("span", { class: "menu-face" }, isPlaying ? current.label : "Play a trouble")],
      label: isPlaying ? `Play a trouble. Now: ${current.label}` : "Play a trouble",
      heading: "Play a trouble",
      note: "See what people read when something is broken. It lasts until you end it.",
      items: troubles.map((trouble) => ({
        id: trouble.name,
        nodes: [
          element(
            "span",
            { class: "menu-text" },
            element("strong", {}, trouble.label),
            element("span", { class: "menu-more" }, trouble.explanation),
          ),
        ],
        isChosen: trouble === current,
        choose: () => this.play(trouble.name),
      })),
    });
    this.#banner.replaceChildren(...(isPlaying ? [this.#bannerOf(current)] : []));
  }

  #bannerOf(trouble) {
    return element(
      "div",
      { class: "trouble-banner", role: "status", "data-testid": "trouble-banner" },
      icon("bolt"),
      element("p", {}, element("strong", {}, `${trouble.label}. `), trouble.explanation),
      element(
        "button",
        { type: "button", class: "button", on: { click: () => this.#backToNormal() } },
        "Back to normal",
      ),
    );
  }

  #backToNormal() {
    document.querySelector("#trouble-holder .menu-button").focus();
    this.play("none");
  }
}
