/** Radio buttons: https://docs.slack.dev/reference/block-kit/block-elements/radio-button-group-element */

import { isMeant, keep } from "./acting.js";
import { element } from "./element.js";
import { textObject } from "./mrkdwn.js";

let groups = 0;

export function radioButtons(part, scene, block) {
  const name = `radio-${(groups += 1)}`;
  const group = element("div", { class: "radios", role: "radiogroup", "aria-label": "Choices" });
  const show = () => {
    const chosen = scene.values.get(block, part);
    for (const input of group.querySelectorAll("input")) input.checked = input.value === chosen?.value;
  };
  const choose = async (option) => {
    if (await isMeant(part, scene)) await keep(group, part, scene, block, option, option.value);
    show();
  };
  group.append(...part.options.map((option) => radio(option, { name, part, scene, choose })));
  show();
  return group;
}

function radio(option, { name, part, scene, choose }) {
  const input = element("input", {
    type: "radio",
    name,
    value: option.value,
    "data-action-id": part.action_id ?? "",
    on: { change: () => choose(option) },
  });
  return element(
    "label",
    { class: "radio" },
    input,
    element(
      "span",
      { class: "radio-text" },
      textObject(option.text, scene.names),
      option.description && element("span", { class: "option-more" }, textObject(option.description, scene.names)),
    ),
  );
}
