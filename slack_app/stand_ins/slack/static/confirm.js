/**
 * Asks before a button does what it says:
 * https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object
 */

import { element } from "./element.js";
import { mrkdwn } from "./mrkdwn.js";

/** @import { ConfirmDialog } from "./types.d.ts" */
/** @import { Names } from "./state.js" */

/**
 * Show the dialog and return whether the person agreed; Escape declines.
 *
 * @param {ConfirmDialog} dialog
 * @param {Names} names
 */
export function confirmed(dialog, names) {
  const style = dialog.style === "danger" ? "danger" : "primary";
  const text = dialog.text.type === "mrkdwn" ? mrkdwn(dialog.text.text, names) : dialog.text.text;
  /** @type {HTMLDialogElement} */
  const node = element(
    "dialog",
    { class: "dialog", "aria-labelledby": "dialog-title" },
    element("h2", { id: "dialog-title" }, dialog.title.text),
    element("p", { class: "dialog-text" }, text),
    element(
      "div",
      { class: "dialog-buttons" },
      element("button", { type: "button", class: "button", on: { click: () => node.close("no") } }, dialog.deny.text),
      element(
        "button",
        { type: "button", class: `button ${style}`, on: { click: () => node.close("yes") } },
        dialog.confirm.text,
      ),
    ),
  );
  document.body.append(node);
  node.showModal();
  return new Promise((resolve) => {
    node.addEventListener("close", () => {
      node.remove();
      resolve(node.returnValue === "yes");
    });
  });
}
