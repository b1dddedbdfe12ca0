/** Radio buttons: https://docs.slack.dev/reference/block-kit/block-elements/radio-button-group-element */

import { isMeant, keep } from "./acting.js";
import { element } from "./element.js";
import { textObject } from "./mrkdwn.js";

/** @import { Block, Option, OptionsPart, Scene } from "./types.d.ts" */
/** @import { Names } from "./state.js" */

let groups = 0;

/**
 * @param {OptionsPart} part
 * @param {Scene} scene
 * @param {Block} block
 */
export function radioButtons(part, scene, block) {
  const name = `radio-${(groups += 1)}`;
  const group = element("div", { class: "choices", role: "radiogroup", "aria-label": "Choices" });
  const show = () => {
    const chosen = scene.values.get(block, part);
    for (const input of group.querySelectorAll("input")) input.checked = input.value === chosen?.value;
  };
  /** @param {Option} option */
  const choose = async (option) => {
    if (await isMeant(part, scene)) await keep(group, part, scene, block, option, option.value);
    show();
  };
  group.append(...part.options.map((option) => radio(option, { name, part, scene, choose })));
  show();
  return group;
}

/**
 * @param {Option} option
 * @param {{ name: string, part: OptionsPart, scene: Scene, choose: (option: Option) => unknown }} group
 */
function radio(option, { name, part, scene, choose }) {
  const input = element("input", {
    type: "radio",
    name,
    value: option.value,
    "data-action-id": part.action_id ?? "",
    on: { change: () => choose(option) },
  });
  return choiceRow(input, option, scene.names);
}

/**
 * A radio button or a checkbox with what it stands for.
 *
 * @param {HTMLInputElement} input
 * @param {Option} option
 * @param {Names} names
 */
export function choiceRow(input, option, names) {
  return element(
    "label",
    { class: "choice" },
    input,
    element(
      "span",
      { class: "choice-text" },
      textObject(option.text, names),
      option.description && element("span", { class: "option-more" }, textObject(option.description, names)),
    ),
  );
}
