/** The name of the workspace, and where there are several the switch between them. */

import { byId, element } from "./element.js";
import { menu } from "./menu.js";

/** @import { Team } from "./types.d.ts" */
/** @import { State } from "./state.js" */

export class WorkspaceSwitch {
  #holder = byId("workspace-holder");
  #name = byId("workspace");
  /** @type {ReturnType<typeof menu> | null} */
  #menu = null;
  /** @type {string | null} */
  #shown = null;

  /**
   * @param {State} state
   * @param {string} place
   */
  show({ team, teams }, place) {
    const key = JSON.stringify([team, teams, place]);
    if (this.#shown === key) return;
    this.#shown = key;
    byId("team").textContent = team.name;
    const isOne = teams.length < 2;
    this.#name.hidden = !isOne;
    this.#holder.hidden = isOne;
    if (isOne) return;
    this.#menu ??= menu(this.#holder, { testId: "workspace-switch", word: "workspace" });
    this.#menu.show({
      face: [mark(team), element("span", { class: "menu-face" }, team.name)],
      label: `You are in ${team.name}. Go to another workspace`,
      heading: "Workspaces",
      note: "Each has people, channels and messages of its own.",
      items: teams.map((other) => ({
        id: other.id,
        nodes: [mark(other), element("span", { class: "menu-text" }, element("strong", {}, other.name))],
        isChosen: other.id === team.id,
        choose: () => location.assign(`/?${new URLSearchParams({ team: other.id })}#${place}`),
      })),
    });
  }
}

/** @param {Team} team */
function mark({ name }) {
  return element("span", { class: "workspace-mark", "aria-hidden": "true" }, name.slice(0, 1).toUpperCase());
}
