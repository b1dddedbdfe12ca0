/** Puts the page together: state in, views out; every change renders anew what it touches. */

import { Hint, showHead, showIntro } from "./channel.js";
import { Composer } from "./composer.js";
import { MessageList } from "./messages.js";
import { spoken } from "./mrkdwn.js";
import { PersonSwitch } from "./people.js";
import { Rail } from "./rail.js";
import { Refused, fetchState, playTrouble, press, say } from "./server.js";
import { State } from "./state.js";
import { follow } from "./stream.js";
import { announce, clearToasts, notice, toast } from "./toasts.js";
import { Troubles } from "./troubles.js";

const NOTICE_AFTER_MS = 400;
const START_AGAIN_MS = 1000;

class Page {
  #noticeTimer = null;

  constructor(snapshot) {
    this.state = new State(snapshot);
    this.channel = this.state.channelAt(location.hash);
    this.rail = new Rail();
    this.people = new PersonSwitch();
    this.hint = new Hint((line) => this.#fill(line));
    this.troubles = new Troubles((name) => this.#try(() => playTrouble(name)));
    this.messages = new MessageList((message, action) => this.#try(() => press(this.me, message.id, action)));
    this.composer = new Composer((channelId, text) => this.#try(() => say(this.me, channelId, text)));
  }

  get me() {
    return this.state.me.id;
  }

  start() {
    this.show();
    this.#offerToType();
    addEventListener("hashchange", () => this.#goTo(this.state.channelAt(location.hash)));
    document.addEventListener("visibilitychange", () => this.show());
    document.getElementById("skip").addEventListener("click", () => this.composer.focus());
    follow(this.me, {
      onOpen: () => this.#catchUp(),
      onEvent: (name, data) => this.#happened(name, data),
      onLost: () => this.#lost(),
    });
  }

  show() {
    const { state, channel } = this;
    if (!document.hidden) state.markRead(channel.id);
    const unread = state.unreadDirect();
    document.title = `${unread ? `(${unread}) ` : ""}${state.channelName(channel)} · ${state.team.name}`;
    document.getElementById("team").textContent = state.team.name;
    this.rail.show(state, channel.id);
    this.people.show(state, channel);
    this.troubles.show(state);
    showHead(state, channel);
    showIntro(state, channel);
    this.hint.show(state, channel);
    this.composer.show(state, channel);
    this.messages.show(state, channel.id);
  }

  #goTo(channel) {
    this.channel = channel;
    clearToasts();
    this.show();
    this.messages.toEnd();
    this.#offerToType();
  }

  /** Where typing needs no keyboard on the screen, one can type at once. */
  #offerToType() {
    if (matchMedia("(pointer: fine)").matches) this.composer.focus();
  }

  #fill(line) {
    this.composer.fill(line);
    this.composer.focus();
  }

  #happened(name, data) {
    if (name === "message") {
      const before = this.state.get(data.id);
      this.state.put(data);
      this.#tell(data, before);
    }
    if (name === "removed") this.state.remove(data.id);
    if (name === "trouble") this.state.trouble = data.name;
    this.show();
  }

  /** Say what is new in a message, to the ear, and to the eye when it stands elsewhere. */
  #tell(message, before) {
    const { state } = this;
    if (message.user_id === this.me && message.from === "person") return;
    if (before && before.text === message.text) return;
    const author = state.author(message);
    const text = spoken(message.text, state.names);
    const channel = state.channel(message.channel_id);
    const where = channel ? ` in ${state.channelName(channel)}` : "";
    const privacy = message.is_ephemeral ? ", only visible to you" : "";
    announce(`${author.name}${where}${before ? ", edited" : ""}${privacy}: ${text}`);
    const isElsewhere = message.channel_id !== this.channel.id;
    const firstLine = spoken(message.text.trim().split("\n")[0], state.names);
    if (isElsewhere && channel?.kind === "dm") toast(author, message.channel_id, firstLine);
  }

  async #catchUp() {
    const snapshot = await fetchState(this.me);
    const known = new Map(snapshot.messages.map(({ id }) => [id, this.state.get(id)]));
    this.state.replace(snapshot);
    for (const message of snapshot.messages) this.#tell(message, known.get(message.id));
    this.channel = this.state.channel(this.channel.id) ?? this.state.channels[0];
    clearTimeout(this.#noticeTimer);
    this.#noticeTimer = null;
    notice("");
    this.show();
  }

  #lost() {
    this.#noticeTimer ??= setTimeout(() => notice("The connection is lost. Trying to get it back…"), NOTICE_AFTER_MS);
  }

  /** Give whether the workspace took it. */
  async #try(request) {
    try {
      await request();
      return true;
    } catch (error) {
      announce("That did not work.");
      if (!(error instanceof Refused)) this.#lost();
      return false;
    }
  }
}

/** The workspace may still be starting, or be gone for a moment: ask again until it answers. */
async function begin() {
  try {
    const user = new URLSearchParams(location.search).get("user") ?? "";
    new Page(await fetchState(user)).start();
  } catch (error) {
    notice("The workspace does not answer. Trying again…");
    console.warn(error);
    setTimeout(begin, START_AGAIN_MS);
  }
}

begin();
