/** Buttons, and the menu behind the three dots: https://docs.slack.dev/reference/block-kit/block-elements */

import { isMeant, tell } from "./acting.js";
import { actionMenu } from "./actionmenu.js";
import { element, icon, unseen } from "./element.js";
import { safeAddress } from "./mrkdwn.js";

/** @import { Block, ButtonPart, Option, OptionsPart, Scene } from "./types.d.ts" */

/**
 * A button; with an address it is a link that opens a new tab, and Slack reports that press, too.
 *
 * @param {ButtonPart} part
 * @param {Scene} scene
 * @param {Block} block
 */
export function button(part, scene, block) {
  const address = part.url && safeAddress(part.url);
  const look = {
    class: `button ${part.style === "primary" || part.style === "danger" ? part.style : ""}`,
    "data-action-id": part.action_id ?? "",
    "data-value": part.value ?? null,
    "aria-label": part.accessibility_label ?? null,
  };
  /** @param {MouseEvent} event */
  const pressed = async (event) => {
    const node = /** @type {HTMLElement} */ (event.currentTarget);
    if (part.confirm) {
      event.preventDefault();
      if (!(await isMeant(part, scene))) return;
      if (address) window.open(address, "_blank", "noopener");
    }
    await tell(node, part, scene, block);
  };
  if (!address) return element("button", { ...look, type: "button", on: { click: pressed } }, part.text.text);
  return element(
    "a",
    { ...look, href: address, target: "_blank", rel: "noopener", on: { click: pressed } },
    part.text.text,
    unseen(" (opens in a new tab)"),
    icon("external"),
  );
}

/**
 * A menu of things to do: https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element
 *
 * @param {OptionsPart} part
 * @param {Scene} scene
 * @param {Block} block
 */
export function overflow(part, scene, block) {
  const node = element(
    "button",
    { type: "button", class: "button overflow", "data-action-id": part.action_id ?? "", title: "More actions" },
    icon("dots"),
    unseen("More actions"),
  );
  /** @param {Option} option */
  const choose = async (option) => {
    if (!(await isMeant(part, scene))) return;
    const address = option.url && safeAddress(option.url);
    if (address) window.open(address, "_blank", "noopener");
    await tell(node, part, scene, block, option.value);
  };
  const items = part.options.map((option) => ({
    text: option.text.text,
    more: option.description?.text,
    attributes: { "data-value": option.value },
    choose: () => choose(option),
  }));
  return element("span", { class: "holder" }, node, actionMenu(node, "More actions", () => items));
}
