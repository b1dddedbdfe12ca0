/** Checkboxes: https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element */

import { isMeant, keep } from "./acting.js";
import { element } from "./element.js";
import { choiceRow } from "./radios.js";

/** @import { Block, Option, OptionsPart, Scene } from "./types.d.ts" */

/**
 * @param {OptionsPart} part
 * @param {Scene} scene
 * @param {Block} block
 */
export function checkboxes(part, scene, block) {
  const group = element("div", { class: "choices", role: "group", "aria-label": "Choices" });
  /** @returns {Option[]} */
  const chosen = () => scene.values.get(block, part) ?? [];
  const boxes = () => [...group.querySelectorAll("input")];
  const show = () => {
    const values = chosen().map(({ value }) => value);
    for (const box of boxes()) box.checked = values.includes(box.value);
  };
  const changed = async () => {
    const checked = boxes().flatMap((box) => (box.checked ? [box.value] : []));
    const options = part.options.filter(({ value }) => checked.includes(value));
    if (await isMeant(part, scene)) await keep(group, part, scene, block, options, checked);
    show();
  };
  /** @param {Option} option */
  const box = (option) =>
    element("input", {
      type: "checkbox",
      value: option.value,
      "data-action-id": part.action_id ?? "",
      on: { change: changed },
    });
  group.append(...part.options.map((option) => choiceRow(box(option), option, scene.names)));
  show();
  return group;
}
