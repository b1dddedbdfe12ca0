/** Follows the workspace's events, and comes back by itself when the stream drops. */

import { addressOf } from "./server.js";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;
const EVENTS = ["home", "installed", "message", "modal", "removed", "fault"];

/**
 * Open the stream of `user`.
 *
 * `onOpen` is called at every (re)opening and fetches what was missed; events that arrive meanwhile wait for it, so
 * that an old snapshot never overwrites a newer event. The pauses are our own: browsers wait 3 to 5 s before they
 * open a dropped stream again, and give up on an answer such as 502.
 *
 * @param {string} user
 * @param {{ onOpen: () => Promise<unknown>, onEvent: (name: string, data: any) => void, onLost: () => void }} calls
 */
export function follow(user, { onOpen, onEvent, onLost }) {
  let pause = FIRST_PAUSE_MS;
  /** @type {Promise<void> | null} */
  let opening = null;
  const givenUp = new WeakSet();

  const open = () => {
    const source = new EventSource(addressOf("/page/stream", { user }));
    source.addEventListener("open", () => {
      opening = catchUp(source);
    });
    for (const name of EVENTS) {
      source.addEventListener(name, async (event) => {
        await opening;
        onEvent(name, JSON.parse(event.data));
      });
    }
    source.addEventListener("error", () => comeBack(source));
  };

  /** @param {EventSource} source */
  const catchUp = async (source) => {
    try {
      await onOpen();
      pause = FIRST_PAUSE_MS;
    } catch {
      comeBack(source);
    }
  };

  /** @param {EventSource} source */
  const comeBack = (source) => {
    if (givenUp.has(source)) return;
    givenUp.add(source);
    source.close();
    onLost();
    setTimeout(open, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  };

  open();
}
