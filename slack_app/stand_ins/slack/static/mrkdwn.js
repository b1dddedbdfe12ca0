/** Turns Slack's mrkdwn into nodes: https://docs.slack.dev/messaging/formatting-message-text */

import { formatted, fullDate } from "./dates.js";
import { element } from "./element.js";

/** @import { Child, TextObject } from "./types.d.ts" */
/** @import { Names } from "./state.js" */

/**
 * Emphasis stands at the edges of words, never inside one, and holds no space at its own edges.
 *
 * @param {string} mark
 */
function emphasis(mark) {
  const inner = `(?=[^\\s${mark}])((?:<[^<>]*>|\`[^\`]*\`|[^${mark}])+?)(?<=\\S)`;
  return new RegExp(`(?<![\\p{L}\\p{N}])${mark}${inner}${mark}(?![\\p{L}\\p{N}])`, "uy");
}

/** @type {Record<string, string>} */
const UNESCAPED = { amp: "&", lt: "<", gt: ">" };

/** @type {[RegExp, (inner: string, names: Names) => Node | string][]} */
const INLINE = [
  [/<([^<>]+)>/uy, (inner, names) => angled(inner, names)],
  [/`([^`]+)`/uy, (inner) => element("code", {}, unescaped(inner))],
  [/(?<![\p{L}\p{N}])(https?:\/\/[^\s<>|]*[^\s<>|.,:;!?)'"*_~`])/uy, (url) => link(unescaped(url), unescaped(url)) ?? unescaped(url)],
  [emphasis("\\*"), (inner, names) => element("strong", {}, inline(inner, names))],
  [emphasis("_"), (inner, names) => element("em", {}, inline(inner, names))],
  [emphasis("~"), (inner, names) => element("s", {}, inline(inner, names))],
];

/**
 * Return the nodes of a mrkdwn text; `names` maps the ids of people and channels to names, `names.me` is the reader's own id.
 *
 * @param {string} text
 * @param {Names} names
 */
export function mrkdwn(text, names) {
  const fragment = new DocumentFragment();
  text.split(/```\n?([\s\S]+?)\n?```\n?/).forEach((part, index) => {
    if (index % 2) fragment.append(element("pre", {}, element("code", {}, codeText(part))));
    else if (part) fragment.append(paragraphs(part, names));
  });
  return fragment;
}

/**
 * Return the nodes of a text object; plain_text stands as it is, an address in it is no link.
 *
 * @param {TextObject} object
 * @param {Names} names
 */
export function textObject(object, names) {
  if (object.type === "mrkdwn") return mrkdwn(object.text, names);
  const isAddress = /^https?:\/\/\S+$/.test(object.text);
  return element("span", { class: isAddress ? "plain address" : "plain" }, object.text);
}

/**
 * Return what a mrkdwn text says, without its marks.
 *
 * @param {string} text
 * @param {Names} names
 */
export function spoken(text, names) {
  return mrkdwn(text.replaceAll("\n", " \n"), names).textContent.replace(/\s+/g, " ").trim();
}

/**
 * Return the address if a browser may open it, else null.
 *
 * @param {string} address
 */
export function safeAddress(address) {
  try {
    return ["http:", "https:", "mailto:"].includes(new URL(address).protocol) ? address : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} text
 * @param {Names} names
 */
function paragraphs(text, names) {
  const fragment = new DocumentFragment();
  const lines = text.split("\n");
  let quote = null;
  let wantsBreak = false;
  for (const line of lines) {
    const quoted = /^(?:&gt;|>)+ ?(.*)$/u.exec(line);
    if (quoted) {
      if (quote) quote.append(element("br"));
      else fragment.append((quote = element("blockquote")));
      quote.append(inline(quoted[1], names));
      wantsBreak = false;
      continue;
    }
    quote = null;
    const isBullet = /^\s*[•◦▪] /u.test(line);
    if (isBullet) fragment.append(element("span", { class: "bullet" }, inline(line, names)));
    else fragment.append(...(wantsBreak ? [element("br")] : []), inline(line, names));
    wantsBreak = !isBullet;
  }
  return fragment;
}

/**
 * @param {string} text
 * @param {Names} names
 */
function inline(text, names) {
  const fragment = new DocumentFragment();
  let plainFrom = 0;
  let at = 0;
  while (at < text.length) {
    const found = tokenAt(text, at);
    if (!found) {
      at += 1;
      continue;
    }
    if (at > plainFrom) fragment.append(unescaped(text.slice(plainFrom, at)));
    fragment.append(found.make(found.inner, names));
    at = plainFrom = at + found.length;
  }
  if (at > plainFrom) fragment.append(unescaped(text.slice(plainFrom, at)));
  return fragment;
}

/**
 * @param {string} text
 * @param {number} at
 */
function tokenAt(text, at) {
  for (const [pattern, make] of INLINE) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { make, inner: match[1], length: match[0].length };
  }
  return null;
}

/**
 * What stands between < and >: a mention, a date, a channel, a link, or nothing that is known.
 *
 * @param {string} inner
 * @param {Names} names
 */
function angled(inner, names) {
  const [target, ...rest] = inner.split("|");
  const label = unescaped(rest.join("|"));
  if (/^@[UW]/.test(target)) return mention(target.slice(1), label, names);
  if (target.startsWith("!date^")) return date(target, label);
  if (/^#C/.test(target)) {
    const name = names.get(target.slice(1)) ?? (label || target.slice(1));
    return element("span", { class: "mention" }, `#${name.replace(/^#/, "")}`);
  }
  if (target.startsWith("!")) {
    return element("span", { class: "mention" }, `@${(label || target.slice(1)).replace(/^@/, "")}`);
  }
  return link(unescaped(target), label || unescaped(target)) ?? document.createTextNode(`<${unescaped(inner)}>`);
}

/**
 * @param {string} id
 * @param {string} label
 * @param {Names} names
 */
function mention(id, label, names) {
  const own = names.me === id ? " mention-me" : "";
  return element("span", { class: `mention${own}` }, `@${names.get(id) ?? (label || id)}`);
}

/**
 * @param {string} target
 * @param {string} fallback
 */
function date(target, fallback) {
  const [, seconds, format = "", address = ""] = target.split("^");
  const text = formatted(Number(seconds), unescaped(format)) ?? fallback;
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return document.createTextNode(fallback);
  const node = element("time", { datetime: moment.toISOString(), title: fullDate(moment) }, text);
  if (format.includes("{ago}")) node.dataset.format = `${seconds}^${unescaped(format)}`;
  return (address && link(unescaped(address), node)) || node;
}

/**
 * Write the "… ago" of a part of the page anew.
 *
 * @param {HTMLElement} root
 */
export function refreshAgo(root) {
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("time[data-format]"))) {
    const [seconds, ...format] = (node.dataset.format ?? "").split("^");
    node.textContent = formatted(Number(seconds), format.join("^")) ?? node.textContent;
  }
}

/**
 * @param {string} address
 * @param {Child} content
 * @returns {HTMLAnchorElement | null}
 */
function link(address, content) {
  const safe = safeAddress(address);
  if (!safe) return null;
  return element("a", { href: safe, target: "_blank", rel: "noopener noreferrer" }, content);
}

/** @param {string} text */
function codeText(text) {
  const shown = text.replace(/<((?:https?|mailto):[^<>|]+)(?:\|([^<>]*))?>/g, (_, address, label) => label || address);
  return unescaped(shown);
}

/** @param {string} text */
function unescaped(text) {
  return text.replace(/&(amp|lt|gt);/g, (_, name) => UNESCAPED[name]);
}
