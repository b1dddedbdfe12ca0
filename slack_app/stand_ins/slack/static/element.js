/** Builds nodes. Text goes in as text nodes only, so nothing that a message says can become markup. */

/** @import { Attributes, Child } from "./types.d.ts" */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Return what the page's HTML has under this id.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`The page has no #${id}`);
  return node;
}

/**
 * Make an element; `on` holds listeners, everything else is an attribute (true: bare, false or null: left out).
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, { on = {}, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  for (const [event, listener] of Object.entries(on)) node.addEventListener(event, /** @type {EventListener} */ (listener));
  for (const child of children) if (child !== null && child !== undefined && child !== false) node.append(child);
  return node;
}

/**
 * Text for people who hear the page.
 *
 * @param {string} text
 */
export function unseen(text) {
  return element("span", { class: "unseen" }, text);
}

/** @type {Record<string, string[]>} */
const ICONS = {
  bolt: ["M11.5 2.5 4 11.5h5l-.7 6 7.7-9.3h-5.2z"],
  caret: ["m5.5 8 4.5 4.5L14.5 8"],
  check: ["m4 10.5 4 4 8-9"],
  close: ["m5 5 10 10M15 5 5 15"],
  dots: ["M4.5 10h.01M10 10h.01M15.5 10h.01"],
  down: ["M10 4v12m-5-5 5 5 5-5"],
  external: ["M8 5H5v10h10v-3M11.5 4H16v4.5M16 4l-7 7"],
  eye: ["M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10z", "M10 7.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8z"],
  hash: ["M8 3 6.5 17M13.5 3 12 17M3.5 7.5h13.5M3 12.5h13.5"],
  link: [
    "M8.7 11.3a3.2 3.2 0 0 0 4.5.1l2.4-2.4a3.2 3.2 0 0 0-4.5-4.5l-.9.9",
    "M11.3 8.7a3.2 3.2 0 0 0-4.5-.1L4.4 11a3.2 3.2 0 0 0 4.5 4.5l.9-.9",
  ],
  menu: ["M3 5.5h14M3 10h14M3 14.5h14"],
  robot: ["M4.5 7.5h11v8h-11z", "M10 7.5V4.5M8 11v1M12 11v1"],
  search: ["M8.8 3.3a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z", "m13 13 4 4"],
  send: ["M3.5 3.6 17 10 3.5 16.4l1.6-5.2L11 10 5.1 8.8z"],
  slash: ["M12.5 3.5 7.5 16.5"],
  warning: ["M10 3 18 16.5H2z", "M10 8v4M10 14.2v.1"],
};

/**
 * Make an icon that says nothing to people who hear the page.
 *
 * @param {string} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  for (const data of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", data);
    svg.append(path);
  }
  return svg;
}

/**
 * Make the mark that counts unread messages.
 *
 * @param {number} unread
 * @param {string} testId
 */
export function badge(unread, testId) {
  const unit = unread === 1 ? " unread message" : " unread messages";
  return element("span", { class: "badge", "data-testid": testId }, String(unread), unseen(unit));
}

/**
 * Make the picture of a person, an app or Slackbot.
 *
 * @param {{ id: string, name: string }} whose
 * @param {string} [kind]
 */
export function avatar({ id, name }, kind = "person") {
  /**
   * @param {string | number} look
   * @param {Child} content
   */
  const picture = (look, content) =>
    element("span", { class: `avatar avatar-${look}`, "aria-hidden": "true" }, content);
  if (kind === "app") return picture("app", icon("link"));
  if (kind === "slackbot") return picture("slackbot", icon("robot"));
  const shade = [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7) % 6;
  return picture(shade, (name || "?").slice(0, 1).toUpperCase());
}
