/**
 * What a person has typed and chosen in one message or view. It outlives an update, as long as block and action keep
 * their names: https://docs.slack.dev/reference/methods/views.update
 */

/** @import { Block, Filled, Held, Part } from "./types.d.ts" */

/** @type {Record<string, string>} */
const INITIAL = {
  checkboxes: "initial_options",
  external_select: "initial_option",
  multi_external_select: "initial_options",
  multi_static_select: "initial_options",
  multi_users_select: "initial_users",
  number_input: "initial_value",
  plain_text_input: "initial_value",
  radio_buttons: "initial_option",
  static_select: "initial_option",
};

/**
 * Return the interactive elements of a block.
 *
 * @param {Block} block
 * @returns {Part[]}
 */
export function elementsOf(block) {
  if (block.type === "actions") return block.elements ?? [];
  return [block.accessory, block.element].filter((part) => part !== undefined);
}

/**
 * Return the options of a select or of radio buttons, those in groups, too.
 *
 * @param {Pick<Part, "options" | "option_groups">} part
 */
export function optionsOf(part) {
  return [...(part.options ?? []), ...(part.option_groups ?? []).flatMap(({ options }) => options)];
}

export class Values {
  /** @type {Map<string, any>} */
  #touched = new Map();

  /**
   * Return the text typed, or the option chosen, or all that are (of people: their ids), or null.
   *
   * @param {Block} block
   * @param {Part} part
   * @returns {any}
   */
  get(block, part) {
    const key = keyOf(block, part);
    return (this.#touched.has(key) ? this.#touched.get(key) : /** @type {Record<string, any>} */ (part)[INITIAL[part.type]]) ?? null;
  }

  /**
   * @param {Block} block
   * @param {Part} part
   * @param {Held} value
   */
  set(block, part, value) {
    this.#touched.set(keyOf(block, part), value);
  }

  /**
   * Forget what the blocks no longer have, and what can no longer be chosen there.
   *
   * @param {Block[]} blocks
   */
  fit(blocks) {
    const kept = new Map();
    for (const [block, part] of stateful(blocks)) {
      const key = keyOf(block, part);
      const value = this.#touched.has(key) ? stillOffered(part, this.#touched.get(key)) : undefined;
      if (value !== undefined) kept.set(key, value);
    }
    this.#touched = kept;
  }

  /**
   * Return everything that is filled in: `{block_id: {action_id: value}}`.
   *
   * @param {Block[]} blocks
   * @returns {Filled}
   */
  all(blocks) {
    /** @type {Filled} */
    const found = {};
    for (const [block, part] of stateful(blocks)) {
      const value = this.get(block, part);
      found[block.block_id] ??= {};
      found[block.block_id][part.action_id ?? ""] = Array.isArray(value) ? value.map(bare) : bare(value) || null;
    }
    return found;
  }
}

/**
 * @param {Block[]} blocks
 * @returns {[Block, Part][]}
 */
function stateful(blocks) {
  return blocks.flatMap((block) =>
    elementsOf(block)
      .filter(({ type }) => Object.hasOwn(INITIAL, type))
      .map((part) => /** @type {[Block, Part]} */ ([block, part])),
  );
}

/**
 * @param {Block} block
 * @param {Part} part
 */
function keyOf(block, part) {
  return JSON.stringify([block.block_id, part.action_id, part.type]);
}

/** @param {any} value */
function bare(value) {
  return typeof value === "string" ? value : value?.value;
}

/**
 * Return what of the value is still offered; what the app names while one types, and people, always are.
 *
 * @param {Part} part
 * @param {Held} value
 */
function stillOffered(part, value) {
  if (value === null || (!part.options && !part.option_groups)) return value;
  /** @param {any} chosen */
  const isOffered = (chosen) => optionsOf(part).some((option) => option.value === chosen.value);
  if (Array.isArray(value)) return value.filter(isOffered);
  return isOffered(value) ? value : undefined;
}
