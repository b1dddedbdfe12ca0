/** The blocks of a view, home or modal: a block that did not change keeps its node, and with it focus and caret. */

import { renderBlock } from "./blocks.js";
import { markFocus, returnFocus } from "./focus.js";

/** @import { Block, Scene } from "./types.d.ts" */

export class ViewBlocks {
  /** @type {Map<string, { node: HTMLElement, seen: string }>} */
  #shown = new Map();

  /** @param {HTMLElement} holder */
  constructor(holder) {
    this.holder = holder;
  }

  /**
   * Show the scene's blocks; return whether the focus, if it was in here, still is.
   *
   * @param {Scene} scene
   */
  show(scene) {
    const focused = markFocus(this.holder);
    const before = this.#shown;
    this.#shown = new Map();
    scene.values.fit(scene.blocks);
    const nodes = scene.blocks.map((block) => this.#node(block, scene, before));
    settle(this.holder, nodes);
    return !focused || returnFocus(this.holder, focused);
  }

  /**
   * @param {Block} block
   * @param {Scene} scene
   * @param {Map<string, { node: HTMLElement, seen: string }>} before
   */
  #node(block, scene, before) {
    const key = block.block_id ?? `unnamed-${this.#shown.size}`;
    const seen = JSON.stringify([scene.place, block, scene.errors[block.block_id]]);
    const old = before.get(key);
    const node = old?.seen === seen ? old.node : renderBlock(block, scene);
    this.#shown.set(key, { node, seen });
    return node;
  }
}

/**
 * Bring the holder to hold exactly these nodes, moving none that already stands right.
 *
 * @param {HTMLElement} holder
 * @param {HTMLElement[]} nodes
 */
export function settle(holder, nodes) {
  /** @type {Set<Element>} */
  const wanted = new Set(nodes);
  for (const node of [...holder.children]) if (!wanted.has(node)) node.remove();
  nodes.forEach((node, index) => {
    if (holder.children[index] !== node) holder.insertBefore(node, holder.children[index] ?? null);
  });
}
