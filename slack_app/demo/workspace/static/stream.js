/** Follows the workspace's events, and comes back by itself when the stream drops. */

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;
const EVENTS = ["message", "removed", "trouble"];

/**
 * Open the stream of `user`.
 *
 * `onOpen` is called at every (re)opening and fetches what was missed; events that arrive meanwhile wait for it, so
 * that an old snapshot never overwrites a newer event. A browser retries a dropped stream itself, but gives up on an
 * answer such as 502: then a timer opens a new one.
 */
export function follow(user, { onOpen, onEvent, onLost }) {
  let pause = FIRST_PAUSE_MS;
  let opening = null;

  const open = () => {
    const source = new EventSource(`/page/stream?${new URLSearchParams({ user })}`);
    source.addEventListener("open", () => {
      pause = FIRST_PAUSE_MS;
      opening = catchUp(source);
    });
    for (const name of EVENTS) {
      source.addEventListener(name, async (event) => {
        await opening;
        onEvent(name, JSON.parse(event.data));
      });
    }
    source.addEventListener("error", () => {
      onLost();
      if (source.readyState === EventSource.CLOSED) reopen();
    });
  };

  const catchUp = async (source) => {
    try {
      await onOpen();
    } catch {
      source.close();
      onLost();
      reopen();
    }
  };

  const reopen = () => {
    setTimeout(open, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  };

  open();
}
