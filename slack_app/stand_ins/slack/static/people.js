/** The switch for who one is: private answers and direct messages are there for their owner only. */

import { avatar, byId, element } from "./element.js";
import { menu } from "./menu.js";
import { addressOf } from "./server.js";

/** @import { Person } from "./types.d.ts" */
/** @import { State } from "./state.js" */

/** @type {Record<string, string>} */
const ROLES = { single_channel_guest: "single-channel guest" };

/**
 * A role in words.
 *
 * @param {Person} person
 */
export const roleOf = ({ role }) => ROLES[role] ?? role;

/**
 * Who can be at the page: neither a bot nor somebody whose account is closed.
 *
 * @param {Person[]} people
 */
const arePresent = (people) => people.filter((person) => !person.is_bot && !person.is_deleted);

export class PersonSwitch {
  #menu = menu(byId("person-holder"), { testId: "person-switch", word: "person" });

  /** @type {string | null} */
  #shown = null;

  /**
   * @param {State} state
   * @param {string} place
   */
  show(state, place) {
    const key = `${state.me.id} ${state.people.length} ${place}`;
    if (this.#shown === key) return;
    this.#shown = key;
    this.#menu.show({
      face: [avatar(state.me), element("span", { class: "menu-face" }, state.me.name)],
      label: `You are ${state.me.full_name}, ${roleOf(state.me)}. Be somebody else`,
      heading: "Who are you?",
      note: "Be somebody else to see what others see: nobody else's private answers and direct messages.",
      items: arePresent(state.people).map((person) => ({
        id: person.id,
        nodes: [avatar(person), named(person)],
        isChosen: person.id === state.me.id,
        choose: () => become(person.id, place),
      })),
    });
  }
}

/** @param {Person} person */
function named(person) {
  const role = element("span", { class: "menu-role" }, ` · ${roleOf(person)}`);
  return element("span", { class: "menu-text" }, element("span", {}, element("strong", {}, person.full_name), role));
}

/**
 * The page starts anew as the other person, in the same channel or in their own conversation with the app.
 *
 * @param {string} userId
 * @param {string} place
 */
function become(userId, place) {
  location.assign(`${addressOf("/", { user: userId })}#${place}`);
}
