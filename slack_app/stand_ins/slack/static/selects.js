/**
 * Selects, whose options stand in the block or come from the app while one types:
 * https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
 */

import { isMeant, keep } from "./acting.js";
import { element, icon } from "./element.js";
import { floating } from "./floating.js";
import { Listbox } from "./listbox.js";

/** @import { Block, Option, OptionGroup, Part, Scene, Search, SelectPart } from "./types.d.ts" */

const PAUSE_MS = 250;
const SLACKS_MINIMUM = 3;
export const ROOM_PX = 320;
export const ON_TOUCH = matchMedia("(pointer: coarse)");
let made = 0;

/**
 * @param {SelectPart} part
 * @param {Scene} scene
 * @param {Block} block
 */
export const staticSelect = (part, scene, block) => select(part, scene, block, searchAmong(groupsOf(part)));
/**
 * @param {SelectPart} part
 * @param {Scene} scene
 * @param {Block} block
 */
export const externalSelect = (part, scene, block) => select(part, scene, block, searchWithApp(part, scene, block));

/**
 * A search of options that are known: typing leaves those that hold what was typed.
 *
 * @param {OptionGroup[]} groups
 * @returns {Search}
 */
export function searchAmong(groups) {
  /**
   * @param {Option} option
   * @param {string} query
   */
  const holds = (option, query) => option.text.text.toLowerCase().includes(query);
  return (query, show) => {
    const wanted = query.trim().toLowerCase();
    show(groups.map(({ label, options }) => ({ label, options: options.filter((option) => holds(option, wanted)) })));
  };
}

/**
 * A search of options that the app gives. What was asked before the last letter is no longer wanted.
 *
 * @param {SelectPart} part
 * @param {Scene} scene
 * @param {Block} block
 * @returns {Search}
 */
export function searchWithApp(part, scene, block) {
  const minimum = part.min_query_length ?? SLACKS_MINIMUM;
  let asked = 0;
  return async (query, show) => {
    const number = (asked += 1);
    const isStale = () => number !== asked;
    if (query.length < minimum) return show([], `Type ${minimum === 1 ? "a letter" : `${minimum} letters`} to search`);
    show([], "Searching…");
    if (query) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (isStale()) return undefined;
    const answer = await scene.suggest(block.block_id, part.action_id ?? "", query);
    if (isStale()) return undefined;
    return answer ? show(groupsOf(answer)) : show([], "The app did not answer. Change a letter to ask again.");
  };
}

/** @param {Pick<Part, "options" | "option_groups">} holder */
export function groupsOf({ options, option_groups: groups }) {
  return groups ?? [{ label: null, options: options ?? [] }];
}

/**
 * `search(query, show)` finds the groups, and hands them to `show(groups, note)`, now or later.
 *
 * @param {SelectPart} part
 * @param {Scene} scene
 * @param {Block} block
 * @param {Search} search
 */
function select(part, scene, block, search) {
  const placeholder = part.placeholder?.text ?? "Select an item";
  const face = element("span", { class: "select-face", id: `select-${(made += 1)}` });
  const button = element(
    "button",
    {
      type: "button",
      class: "select-button",
      "data-action-id": part.action_id ?? "",
      "aria-haspopup": "listbox",
      "data-focus-on-load": part.focus_on_load ?? null,
    },
    face,
    icon("caret"),
  );
  const showChosen = () => {
    const chosen = scene.values.get(block, part);
    face.textContent = chosen?.text.text ?? placeholder;
    face.classList.toggle("is-placeholder", !chosen);
    if (chosen) button.setAttribute("aria-label", `${placeholder}: ${chosen.text.text}`);
    else button.removeAttribute("aria-label");
  };
  const chosenValues = () => [scene.values.get(block, part)?.value].filter(Boolean);
  /** @param {string} query */
  const find = (query) =>
    search(query, (groups, note) => listbox.show(groups, { chosen: chosenValues() }, scene.names, note));
  const close = () => {
    float.close();
    button.focus();
  };
  /** @param {Option} option */
  const choose = async (option) => {
    close();
    if (!(await isMeant(part, scene))) return;
    const kept = keep(button, part, scene, block, option, option.value);
    showChosen();
    await kept;
  };
  const listbox = new Listbox({ label: placeholder, search: find, choose, leave: close });
  const isAsked = part.type === "external_select";
  const float = floating(button, listbox.node, isAsked ? ROOM_PX : 0);
  const open = () => {
    listbox.field.value = "";
    find("");
    float.open();
    listbox.begin(isAsked || !ON_TOUCH.matches);
  };
  button.addEventListener("click", () => (float.isOpen() ? close() : open()));
  button.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || float.isOpen()) return;
    event.preventDefault();
    open();
  });
  showChosen();
  return element("span", { class: "holder select" }, button, listbox.node);
}
