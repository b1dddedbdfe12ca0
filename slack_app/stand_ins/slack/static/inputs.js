/**
 * Fields to type into: https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element, and
 * https://docs.slack.dev/reference/block-kit/block-elements/number-input-element
 */

import { isMeant, tell } from "./acting.js";
import { element } from "./element.js";

/** @import { Block, Scene, TextPart } from "./types.d.ts" */

const PAUSE_MS = 500;
const WARN_BELOW = 20;
const ON_ENTER = "on_enter_pressed";

/**
 * @param {TextPart} part
 * @param {Scene} scene
 * @param {Block} block
 */
export function plainTextInput(part, scene, block) {
  const triggers = block.dispatch_action ? (part.dispatch_action_config?.trigger_actions_on ?? [ON_ENTER]) : [];
  const look = {
    class: "text-field",
    type: part.multiline ? null : "text",
    rows: part.multiline ? "4" : null,
    placeholder: part.placeholder?.text ?? null,
    autocomplete: "off",
    inputmode: part.type === "number_input" ? "decimal" : null,
    enterkeyhint: triggers.includes(ON_ENTER) ? "search" : null,
    "data-action-id": part.action_id ?? "",
    "data-focus-on-load": part.focus_on_load ?? null,
    "aria-required": block.type === "input" && !block.optional ? "true" : null,
    on: { keydown: (/** @type {KeyboardEvent} */ event) => keyed(event) },
  };
  const field = part.multiline ? element("textarea", look) : element("input", look);
  const count = element("span", { class: "text-count", "aria-hidden": "true" });
  const showCount = () => {
    const left = (part.max_length ?? Infinity) - field.value.length;
    count.textContent = left < WARN_BELOW ? String(left) : "";
    count.classList.toggle("is-over", left < 0);
  };
  const told = async () => {
    if (await isMeant(part, scene)) await tell(field, part, scene, block, field.value);
  };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  field.value = scene.values.get(block, part) ?? "";
  field.addEventListener("input", () => {
    scene.values.set(block, part, field.value);
    showCount();
    clearTimeout(pause);
    if (triggers.includes("on_character_entered")) pause = setTimeout(told, PAUSE_MS);
  });
  /** @param {KeyboardEvent} event */
  const keyed = (event) => {
    const isEnter = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (!isEnter || !triggers.includes(ON_ENTER)) return;
    event.preventDefault();
    told();
  };
  showCount();
  const keys = triggers.includes(ON_ENTER) && element("kbd", { class: "text-keys", "aria-hidden": "true" }, "Enter");
  return element("span", { class: "text-holder" }, field, element("span", { class: "text-notes" }, count, keys));
}

/**
 * Return what is wrong with a text, as Slack does before it asks the app, or null.
 *
 * @param {TextPart} part
 * @param {string} text
 */
export function textProblem(part, text) {
  if (part.type === "number_input" && text) {
    if (part.is_decimal_allowed && !/^-?\d+(\.\d+)?$/.test(text)) return "Please enter a number.";
    if (!part.is_decimal_allowed && !/^-?\d+$/.test(text)) return "Please enter a whole number.";
  }
  if (part.max_length && text.length > part.max_length) return `Please use at most ${part.max_length} characters.`;
  const isShort = part.min_length && text && text.length < part.min_length;
  return isShort ? `Please use at least ${part.min_length} characters.` : null;
}
