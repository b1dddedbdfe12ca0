/** Carries the focus over from what is rendered anew to what takes its place, with the caret. */

/** @import { FocusMark } from "./types.d.ts" */

/**
 * Return what has the focus within `root`, or null.
 *
 * @param {HTMLElement} root
 * @returns {FocusMark | null}
 */
export function markFocus(root) {
  const node = root.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  if (!node) return null;
  const control = /** @type {HTMLElement | null | undefined} */ (
    node.closest("[data-action-id]") ?? node.closest(".holder")?.querySelector("[data-action-id]")
  );
  return {
    node,
    blockId: blockIdOf(node),
    actionId: control?.dataset.actionId,
    value: control ? valueOf(control) : undefined,
    caret: isTextField(node) ? [node.selectionStart, node.selectionEnd] : null,
  };
}

/**
 * Focus in `root` what has the same names as what was marked; return whether it has the focus.
 *
 * @param {HTMLElement} root
 * @param {FocusMark} mark
 */
export function returnFocus(root, mark) {
  if (mark.node.isConnected && mark.node === document.activeElement) return true;
  const controls = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-action-id]")]);
  const named = controls.filter((node) => node.dataset.actionId === mark.actionId);
  const same = named.filter((node) => valueOf(node) === mark.value);
  const inBlock = same.find((node) => blockIdOf(node) === mark.blockId);
  // A button of the same action that stands for something else is not the one, unless there is no other.
  const target = inBlock ?? same[0] ?? (named.length === 1 ? named[0] : null);
  if (!target) return false;
  target.focus();
  if (mark.caret && isTextField(target)) target.setSelectionRange(...mark.caret);
  return true;
}

/** @param {HTMLElement} node */
function valueOf(node) {
  const isBox = node instanceof HTMLInputElement && ["radio", "checkbox"].includes(node.type);
  return isBox ? node.value : node.dataset.value;
}

/** @param {HTMLElement} node */
function blockIdOf(node) {
  return /** @type {HTMLElement | null} */ (node.closest("[data-block-id]"))?.dataset.blockId;
}

/**
 * @param {HTMLElement} node
 * @returns {node is HTMLInputElement | HTMLTextAreaElement}
 */
function isTextField(node) {
  return node.matches(".text-field");
}
