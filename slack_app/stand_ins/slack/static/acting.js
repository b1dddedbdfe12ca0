/** What happens when an element is used: it may ask first, is busy while the app is told, shows when that failed. */

import { confirmed } from "./confirm.js";
import { element, icon } from "./element.js";

/** @import { Block, Held, Part, Scene, Told } from "./types.d.ts" */

/**
 * Return whether the person means it; elements without `confirm` do not ask.
 *
 * @param {Part} part
 * @param {Scene} scene
 */
export async function isMeant(part, scene) {
  return !part.confirm || confirmed(part.confirm, scene.names);
}

/**
 * Tell the app; `node` is what was used.
 *
 * @param {HTMLElement} node
 * @param {Part} part
 * @param {Scene} scene
 * @param {Block} block
 * @param {Told} [value]
 */
export async function tell(node, part, scene, block, value = null) {
  if (node.getAttribute("aria-busy") === "true") return;
  clearFailure(node);
  node.setAttribute("aria-busy", "true");
  const isTaken = await scene.act(block.block_id, part.action_id ?? "", value);
  node.removeAttribute("aria-busy");
  if (!isTaken) node.after(element("span", { class: "failed" }, icon("warning"), "That did not work"));
}

/**
 * Keep what was typed or chosen; inside of an input block only `dispatch_action` tells the app at once.
 *
 * @param {HTMLElement} node
 * @param {Part} part
 * @param {Scene} scene
 * @param {Block} block
 * @param {Held} value
 * @param {any} [told]
 */
export function keep(node, part, scene, block, value, told = value) {
  scene.values.set(block, part, value);
  if (block.type !== "input" || block.dispatch_action) return tell(node, part, scene, block, told);
  return undefined;
}

/** @param {Element} node */
function clearFailure(node) {
  if (node.nextElementSibling?.matches(".failed")) node.nextElementSibling.remove();
}
