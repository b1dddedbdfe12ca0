/** The modal: a view over the page that is filled in and submitted: https://docs.slack.dev/surfaces/modals */

import { avatar, element, icon, unseen } from "./element.js";
import { textProblem } from "./inputs.js";
import { Values } from "./values.js";
import { ViewBlocks } from "./viewblocks.js";

/** @import { ActingAt, Errors, Filled, View } from "./types.d.ts" */
/** @import { State } from "./state.js" */

const FIELDS = ".text-field, .select-button, .choice input";
const REQUIRED = "Please complete this required field.";
const NO_ANSWER = "The app did not take it. What you filled in is still here: please try again.";

export class Modal {
  /** @type {View | null} */
  #view = null;
  /** @type {HTMLDialogElement | null} */
  #dialog = null;
  /** @type {Map<string, Values>} */
  #values = new Map();
  /** @type {Errors | null} */
  #problems = null;
  /** @type {Errors} */
  #errors = {};
  /** @type {string | null} */
  #framed = null;
  #isAnswerDue = false;
  // What follows is there as soon as a modal is open.
  /** @type {State} */
  #state;
  /** @type {HTMLElement} */
  body;
  /** @type {HTMLElement} */
  problem;
  /** @type {HTMLFormElement} */
  form;
  /** @type {ViewBlocks} */
  blocks;
  /** @type {HTMLButtonElement | undefined} */
  button;

  /**
   * `submit(viewId, values)` returns whether the app took it; `close(viewId)` closes; `acting` as for the Home.
   *
   * @param {{ acting: ActingAt, submit: (viewId: string, values: Filled) => Promise<boolean>, close: (viewId: string) => unknown }} calls
   */
  constructor({ acting, submit, close }) {
    this.acting = acting;
    this.submit = submit;
    this.close = close;
  }

  /**
   * Show the modal that the state has, or none.
   *
   * @param {State} state
   */
  show(state) {
    const view = state.modal;
    if (!view) return this.#leave();
    const isOther = view.id !== this.#view?.id;
    if (!isOther && view.hash === this.#view?.hash && state.modalErrors === this.#errors) return undefined;
    this.#view = view;
    this.#errors = state.modalErrors;
    this.#problems = null;
    this.#state = state;
    if (isOther) {
      this.#isAnswerDue = false;
      this.#open(view, state);
    }
    return this.#render(isOther);
  }

  /**
   * @param {View} view
   * @param {State} state
   */
  #open(view, state) {
    this.#dialog ??= this.#dialogNode();
    this.body = element("div", { class: "modal-body view-blocks" });
    this.problem = element("p", { class: "modal-problem", role: "alert", hidden: true });
    this.blocks = new ViewBlocks(this.body);
    this.form = element("form", { class: "modal-form", novalidate: true, autocomplete: "off" });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#dialog.replaceChildren(this.form);
  }

  #dialogNode() {
    const look = { class: "modal", "data-testid": "modal", "aria-labelledby": "modal-title" };
    const node = element("dialog", look);
    node.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#giveUp();
    });
    // A browser may close it all the same, as on the second Escape.
    node.addEventListener("close", () => this.#giveUp());
    document.body.append(node);
    return node;
  }

  /** @param {boolean} isOther */
  #render(isOther) {
    const view = this.#view;
    const dialog = this.#dialog;
    if (!view || !dialog) return;
    const { names } = this.#state;
    const errors = this.#problems ?? this.#errors;
    const values = this.#valuesOf(view);
    const place = { view_id: view.id };
    const acting = this.acting(place, () => values.all(this.#view?.blocks ?? []));
    this.#frame(view);
    const isFocused = this.blocks.show({ place, blocks: view.blocks, text: "", names, values, errors, ...acting });
    const elsewhere = Object.keys(errors).filter((id) => !view.blocks.some(({ block_id: known }) => known === id));
    this.#say(elsewhere.map((id) => errors[id]).join(" "));
    if (!dialog.open) dialog.showModal();
    const invalid = this.#isAnswerDue ? this.body.querySelector("[aria-invalid]") : null;
    if (invalid) {
      // Once for each submission: an update that comes later leaves the focus where the person has it.
      this.#isAnswerDue = false;
      focusable(invalid).focus();
    } else if (isOther || !isFocused || !dialog.contains(document.activeElement)) {
      this.#first().focus();
    }
  }

  /**
   * What stands around the blocks is built anew only when it says something else: it may have the focus.
   *
   * @param {View} view
   */
  #frame(view) {
    const framed = JSON.stringify([view.id, view.title, view.close, view.submit]);
    if (framed === this.#framed) return;
    this.#framed = framed;
    const closing = { type: "button", on: { click: () => this.#giveUp() } };
    const close = view.close?.text ?? (view.submit ? "Cancel" : "Close");
    const head = element(
      "header",
      { class: "modal-head" },
      avatar(this.#state.app, "app"),
      element("h2", { id: "modal-title" }, view.title?.text ?? ""),
      element("button", { ...closing, class: "icon-button", "data-testid": "modal-x" }, icon("close"), unseen("Close")),
    );
    const submitting = { type: "submit", class: "button primary", "data-testid": "modal-submit" };
    this.button = view.submit && element("button", submitting, view.submit.text);
    const cancel = element("button", { ...closing, class: "button", "data-testid": "modal-close" }, close);
    const foot = element("footer", { class: "modal-foot" }, cancel, this.button);
    const parts = [head, this.body, this.problem, foot];
    if (this.body.parentNode !== this.form) this.form.replaceChildren(...parts);
    else {
      // The body stays where it is: what is moved loses the focus.
      this.form.querySelector(".modal-head")?.replaceWith(head);
      this.form.querySelector(".modal-foot")?.replaceWith(foot);
    }
  }

  async #submit() {
    const view = this.#view;
    if (!view?.submit || this.form.getAttribute("aria-busy") === "true") return;
    const values = this.#valuesOf(view);
    const problems = problemsOf(view, values);
    this.#problems = problems;
    this.#isAnswerDue = true;
    this.#render(false);
    if (Object.keys(problems).length) return;
    const form = this.form;
    const errors = this.#errors;
    this.#busy(form, true);
    const isTaken = await this.submit(view.id, values.all(view.blocks));
    this.#busy(form, false);
    if (!isTaken && this.#view?.id === view.id && this.#errors === errors) this.#say(NO_ANSWER);
  }

  /**
   * @param {HTMLElement} form
   * @param {boolean} isBusy
   */
  #busy(form, isBusy) {
    form.setAttribute("aria-busy", String(isBusy));
    form.querySelector(".modal-foot .primary")?.setAttribute("aria-busy", String(isBusy));
  }

  /** @param {string} text */
  #say(text) {
    this.problem.textContent = text;
    this.problem.hidden = !text;
  }

  /** Return what has the focus at first. */
  #first() {
    const wanted = this.body.querySelector("[data-focus-on-load]");
    const first =
      wanted ?? this.body.querySelector(FIELDS) ?? this.button ?? this.form.querySelector(".modal-foot .button");
    return /** @type {HTMLElement} */ (first);
  }

  /**
   * Return what was filled in; it is kept while a modal is open, so that one below another has its own still.
   *
   * @param {View} view
   */
  #valuesOf(view) {
    const values = this.#values.get(view.id) ?? new Values();
    this.#values.set(view.id, values);
    return values;
  }

  #giveUp() {
    if (this.#view) this.close(this.#view.id);
  }

  #leave() {
    if (!this.#dialog) return;
    this.#view = this.#problems = this.#framed = null;
    this.#errors = {};
    this.#values.clear();
    const dialog = this.#dialog;
    this.#dialog = null;
    dialog.close();
    dialog.remove();
  }
}

/**
 * @param {Element} node
 * @returns {HTMLElement}
 */
function focusable(node) {
  const found = node.querySelector("input:checked") ?? node.querySelector("input") ?? node;
  return /** @type {HTMLElement} */ (found);
}

/**
 * What Slack itself minds before it asks the app: what is missing, and what is too long or too short.
 *
 * @param {View} view
 * @param {Values} values
 */
function problemsOf(view, values) {
  /** @type {Errors} */
  const problems = {};
  for (const block of view.blocks.filter(({ type }) => type === "input")) {
    if (!block.element) continue;
    const value = values.get(block, block.element);
    const isMissing = !block.optional && (value === null || value.length === 0);
    const problem = isMissing ? REQUIRED : typeof value === "string" && textProblem(block.element, value);
    if (problem) problems[block.block_id] = problem;
  }
  return problems;
}
