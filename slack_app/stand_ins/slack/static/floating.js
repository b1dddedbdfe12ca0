/** Keeps a panel beside what opened it, above everything else; on a narrow screen it is a sheet at the bottom. */

/** @import { Floating } from "./types.d.ts" */

const GAP_PX = 5;
const EDGE_PX = 8;
const TALLEST_PX = 420;
const SHEET_SHARE = 0.72;
const NARROW = matchMedia("(max-width: 720px)");

/**
 * Make `panel`, which stands beside `anchor` in the document, float; return `{open, close, isOpen, follow}`.
 *
 * It opens where there is room for what is in it, and for `room` pixels when more may come.
 *
 * @param {HTMLElement} anchor
 * @param {HTMLElement} panel
 * @param {number} [room]
 * @returns {Floating}
 */
export function floating(anchor, panel, room = 0) {
  /** @type {AbortController | null} */
  let listening = null;
  let wanted = room;
  panel.popover = "manual";
  panel.classList.add("floating");

  const place = () => {
    if (!panel.isConnected) return listening?.abort();
    return NARROW.matches ? placeSheet(panel) : placeBeside(anchor, panel, wanted);
  };
  const close = () => {
    listening?.abort();
    if (panel.isConnected && panel.matches(":popover-open")) panel.hidePopover();
    anchor.setAttribute("aria-expanded", "false");
  };
  /**
   * A tap beside the sheet closes it, and does nothing else; a press beside the panel also does what it says.
   *
   * @param {Event} event
   */
  const pressed = (event) => {
    const isOutside = ![panel, anchor].some((node) => node.contains(/** @type {Node} */ (event.target)));
    if (!isOutside || (event.type === "click") !== NARROW.matches) return;
    if (NARROW.matches) {
      event.preventDefault();
      event.stopPropagation();
    }
    close();
  };
  const open = () => {
    panel.style.maxHeight = "none";
    panel.showPopover();
    wanted = Math.max(room, Math.min(TALLEST_PX, panel.scrollHeight));
    anchor.setAttribute("aria-expanded", "true");
    listening = new AbortController();
    const { signal } = listening;
    place();
    addEventListener("pointerdown", pressed, { capture: true, signal });
    addEventListener("click", pressed, { capture: true, signal });
    addEventListener("resize", place, { signal });
    addEventListener("scroll", (event) => !panel.contains(/** @type {Node} */ (event.target)) && place(), { capture: true, signal });
    visualViewport?.addEventListener("resize", place, { signal });
  };

  const isOpen = () => panel.matches(":popover-open");
  /** Stay beside the anchor, which was moved. */
  const follow = () => isOpen() && place();

  anchor.setAttribute("aria-expanded", "false");
  return { open, close, isOpen, follow };
}

/**
 * @param {HTMLElement} anchor
 * @param {HTMLElement} panel
 * @param {number} wanted
 */
function placeBeside(anchor, panel, wanted) {
  const at = anchor.getBoundingClientRect();
  const above = at.top - EDGE_PX - GAP_PX;
  const below = innerHeight - at.bottom - EDGE_PX - GAP_PX;
  const isBelow = below >= wanted || below >= above;
  panel.classList.toggle("is-above", !isBelow);
  const left = Math.max(EDGE_PX, Math.min(at.left, innerWidth - panel.offsetWidth - EDGE_PX));
  Object.assign(panel.style, {
    left: `${left}px`,
    top: isBelow ? `${at.bottom + GAP_PX}px` : "auto",
    bottom: isBelow ? "auto" : `${innerHeight - at.top + GAP_PX}px`,
    maxHeight: `${Math.min(TALLEST_PX, isBelow ? below : above)}px`,
  });
}

/**
 * The keyboard of a phone covers the bottom of the page, and the sheet must stand above it.
 *
 * @param {HTMLElement} panel
 */
function placeSheet(panel) {
  const covered = visualViewport ? innerHeight - visualViewport.height - visualViewport.offsetTop : 0;
  const free = visualViewport?.height ?? innerHeight;
  const bottom = `${Math.max(0, covered)}px`;
  Object.assign(panel.style, { left: "", top: "", bottom, maxHeight: `${Math.round(free * SHEET_SHARE)}px` });
}
