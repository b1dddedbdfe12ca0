/**
 * Renders Block Kit: https://docs.slack.dev/reference/block-kit/blocks
 *
 * One function a block in BLOCKS, one an element in ELEMENTS: a new kind is a new entry. A renderer gets the object and
 * the scene: `{message, names, press}`.
 */

import { confirmed } from "./confirm.js";
import { element, icon, unseen } from "./element.js";
import { mrkdwn, safeAddress } from "./mrkdwn.js";

const BLOCKS = { actions, context, divider, header, section };
const ELEMENTS = { button };

/** Give the nodes of a message's blocks; in the place of the first that is not known stands the message's text. */
export function renderBlocks(scene) {
  const nodes = [];
  let fallen = false;
  for (const block of scene.message.blocks) {
    if (isKnown(block)) {
      nodes.push(BLOCKS[block.type](block, scene));
    } else if (!fallen) {
      fallen = true;
      nodes.push(element("div", { class: "block" }, mrkdwn(scene.message.text, scene.names)));
    }
  }
  return nodes;
}

function isKnown(block) {
  const elements = block.type === "actions" ? block.elements : block.accessory ? [block.accessory] : [];
  return Object.hasOwn(BLOCKS, block.type) && elements.every(({ type }) => Object.hasOwn(ELEMENTS, type));
}

/** Give the nodes of a text object; plain_text stands as it is, an address in it is no link. */
export function textObject(object, names) {
  if (object.type === "mrkdwn") return mrkdwn(object.text, names);
  const isAddress = /^https?:\/\/\S+$/.test(object.text);
  return element("span", { class: isAddress ? "plain address" : "plain" }, object.text);
}

function section(block, scene) {
  const body = element("div", { class: "section-body" });
  if (block.text) body.append(element("div", { class: "section-text" }, textObject(block.text, scene.names)));
  if (block.fields) {
    const fields = block.fields.map((field) => element("div", { class: "field" }, textObject(field, scene.names)));
    body.append(element("div", { class: "fields" }, ...fields));
  }
  const accessory = block.accessory && element("div", { class: "accessory" }, interactive(block.accessory, scene));
  return element("div", { class: "block section" }, body, accessory);
}

function context(block, scene) {
  const parts = block.elements.map((part) =>
    element("span", { class: "context-part" }, part.type === "image" ? part.alt_text : textObject(part, scene.names)),
  );
  return element("div", { class: "block context" }, ...parts);
}

function header(block, scene) {
  return element("h3", { class: "block block-header" }, textObject(block.text, scene.names));
}

function divider() {
  return element("hr", { class: "block divider" });
}

function actions(block, scene) {
  return element("div", { class: "block actions" }, ...block.elements.map((part) => interactive(part, scene)));
}

function interactive(part, scene) {
  return ELEMENTS[part.type](part, scene);
}

/** A button; with an address it is a link that opens a new tab, and Slack reports that press, too. */
function button(part, scene) {
  const address = part.url && safeAddress(part.url);
  const look = {
    class: `button ${part.style === "primary" || part.style === "danger" ? part.style : ""}`,
    "data-action-id": part.action_id ?? "",
    "aria-label": part.accessibility_label ?? null,
  };
  const pressed = async (event) => {
    const node = event.currentTarget;
    if (part.confirm) {
      event.preventDefault();
      if (!(await confirmed(part.confirm, scene.names))) return;
      if (address) window.open(address, "_blank", "noopener");
    }
    if (node.getAttribute("aria-busy") === "true") return;
    node.setAttribute("aria-busy", "true");
    await scene.press(scene.message, part.action_id ?? "");
    node.removeAttribute("aria-busy");
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
