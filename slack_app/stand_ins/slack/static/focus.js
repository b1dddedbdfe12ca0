/** Carries the focus over from what is rendered anew to what takes its place, with the caret. */

/** Give what has the focus within `root`, or null. */
export function markFocus(root) {
  const node = root.contains(document.activeElement) ? document.activeElement : null;
  if (!node) return null;
  const control = node.closest("[data-action-id]") ?? node.closest(".holder")?.querySelector("[data-action-id]");
  return {
    node,
    blockId: node.closest("[data-block-id]")?.dataset.blockId,
    actionId: control?.dataset.actionId,
    value: control && valueOf(control),
    caret: node.matches(".text-field") ? [node.selectionStart, node.selectionEnd] : null,
  };
}

/** Focus in `root` what has the same names as what was marked; give whether it has the focus. */
export function returnFocus(root, mark) {
  if (mark.node.isConnected && mark.node === document.activeElement) return true;
  const controls = [...root.querySelectorAll("[data-action-id]")];
  const named = controls.filter((node) => node.dataset.actionId === mark.actionId);
  const same = named.filter((node) => valueOf(node) === mark.value);
  const inBlock = same.find((node) => node.closest("[data-block-id]")?.dataset.blockId === mark.blockId);
  // A button of the same action that stands for something else is not the one, unless there is no other.
  const target = inBlock ?? same[0] ?? (named.length === 1 ? named[0] : null);
  if (!target) return false;
  target.focus();
  if (mark.caret && target.matches(".text-field")) target.setSelectionRange(...mark.caret);
  return true;
}

function valueOf(node) {
  return ["radio", "checkbox"].includes(node.type) ? node.value : node.dataset.value;
}
