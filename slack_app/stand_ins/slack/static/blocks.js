/**
 * Renders Block Kit: https://docs.slack.dev/reference/block-kit/blocks
 *
 * One function a block in BLOCKS, one an element in ELEMENTS: a new kind is a new entry. A block's renderer gets the
 * block and the scene, an element's the element, the scene and its block. The scene is a message or a view:
 * `{place, blocks, text, names, values, errors, act(blockId, actionId, value), suggest(blockId, actionId, query)}`;
 * `text` stands in for blocks that are not known, `errors` are those of the last submission, by block.
 */

import { button, overflow } from "./buttons.js";
import { checkboxes } from "./checkboxes.js";
import { element } from "./element.js";
import { plainTextInput } from "./inputs.js";
import { mrkdwn, textObject } from "./mrkdwn.js";
import { multiExternalSelect, multiStaticSelect, multiUsersSelect } from "./multiselects.js";
import { radioButtons } from "./radios.js";
import { externalSelect, staticSelect } from "./selects.js";
import { elementsOf } from "./values.js";

/** @import { ActionsBlock, Block, BlockRenderer, ContextBlock, HeaderBlock, InputBlock, Part, PartRenderer, Scene, SectionBlock } from "./types.d.ts" */

/** @type {Record<string, BlockRenderer>} */
const BLOCKS = { actions, context, divider, header, input, section };
/** @type {Record<string, PartRenderer>} */
const ELEMENTS = {
  button,
  checkboxes,
  external_select: externalSelect,
  multi_external_select: multiExternalSelect,
  multi_static_select: multiStaticSelect,
  multi_users_select: multiUsersSelect,
  overflow,
  number_input: plainTextInput,
  plain_text_input: plainTextInput,
  radio_buttons: radioButtons,
  static_select: staticSelect,
};

let fields = 0;

/**
 * Return the nodes of a scene's blocks; in the place of the first that is not known stands the scene's text.
 *
 * @param {Scene} scene
 */
export function renderBlocks(scene) {
  const nodes = [];
  let fallen = false;
  for (const block of scene.blocks) {
    if (isKnown(block)) {
      nodes.push(renderBlock(block, scene));
    } else if (!fallen) {
      fallen = true;
      nodes.push(element("div", { class: "block" }, mrkdwn(scene.text, scene.names)));
    }
  }
  return nodes;
}

/**
 * Return the node of one block; of one that is not known, a line that says so.
 *
 * @param {Block} block
 * @param {Scene} scene
 */
export function renderBlock(block, scene) {
  const node = isKnown(block)
    ? BLOCKS[block.type](block, scene)
    : element("p", { class: "block unknown" }, `This stand-in cannot show this “${block.type}” block.`);
  if (block.block_id) node.dataset.blockId = block.block_id;
  return node;
}

/** @param {Block} block */
function isKnown(block) {
  return (
    Object.hasOwn(BLOCKS, block.type) && elementsOf(block).every(({ type }) => Object.hasOwn(ELEMENTS, type))
  );
}

/**
 * @param {SectionBlock} block
 * @param {Scene} scene
 */
function section(block, scene) {
  const body = element("div", { class: "section-body" });
  if (block.text) body.append(element("div", { class: "section-text" }, textObject(block.text, scene.names)));
  if (block.fields) {
    const fields = block.fields.map((field) => element("div", { class: "field" }, textObject(field, scene.names)));
    body.append(element("div", { class: "fields" }, ...fields));
  }
  if (!block.accessory) return element("div", { class: "block section" }, body);
  const accessory = element("div", { class: `accessory of-${block.accessory.type}` });
  accessory.append(interactive(block.accessory, scene, block));
  return element("div", { class: "block section" }, body, accessory);
}

/**
 * @param {ContextBlock} block
 * @param {Scene} scene
 */
function context(block, scene) {
  const parts = block.elements.map((part) =>
    element("span", { class: "context-part" }, part.type === "image" ? part.alt_text : textObject(part, scene.names)),
  );
  return element("div", { class: "block context" }, ...parts);
}

/**
 * @param {HeaderBlock} block
 * @param {Scene} scene
 */
function header(block, scene) {
  return element("h3", { class: "block block-header" }, textObject(block.text, scene.names));
}

function divider() {
  return element("hr", { class: "block divider" });
}

/**
 * @param {ActionsBlock} block
 * @param {Scene} scene
 */
function actions(block, scene) {
  const parts = block.elements.map((part) => interactive(part, scene, block));
  return element("div", { class: "block actions" }, ...parts);
}

/**
 * https://docs.slack.dev/reference/block-kit/blocks/input-block
 *
 * @param {InputBlock} block
 * @param {Scene} scene
 */
function input(block, scene) {
  const id = `field-${(fields += 1)}`;
  const error = scene.errors[block.block_id];
  const control = interactive(block.element, scene, block);
  const target = targetOf(control);
  const isLabelable = target.matches("input, textarea");
  target.id ||= `${id}-control`;
  const label = element(
    isLabelable ? "label" : "span",
    { class: "input-label", id: `${id}-label`, for: isLabelable ? target.id : null },
    textObject(block.label, scene.names),
    block.optional && element("span", { class: "input-optional" }, " (optional)"),
  );
  if (!isLabelable) {
    const face = target.querySelector(".select-face")?.id ?? "";
    target.setAttribute("aria-labelledby", `${label.id} ${face}`.trim());
  }
  const notes = [
    error && element("p", { class: "input-error", id: `${id}-error`, role: "alert" }, error),
    block.hint && element("p", { class: "input-hint", id: `${id}-hint` }, textObject(block.hint, scene.names)),
  ].filter((note) => note instanceof HTMLElement);
  if (notes.length) target.setAttribute("aria-describedby", notes.map((note) => note.id).join(" "));
  if (error) target.setAttribute("aria-invalid", "true");
  return element("div", { class: error ? "block input has-error" : "block input" }, label, control, ...notes);
}

/**
 * Return what a label belongs to: the control itself, or the first in it that can be used.
 *
 * @param {HTMLElement} control
 * @returns {HTMLElement}
 */
function targetOf(control) {
  const target = "[data-action-id], [role]";
  return control.matches(target) ? control : (control.querySelector(target) ?? control);
}

/**
 * @param {Part} part
 * @param {Scene} scene
 * @param {Block} block
 */
function interactive(part, scene, block) {
  return ELEMENTS[part.type](part, scene, block);
}
