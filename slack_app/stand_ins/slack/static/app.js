/** Puts the page together: state in, views out; every change renders anew what it touches. */

import { byId } from "./element.js";
import { Hint, Tabs, showHead, showIntro } from "./channel.js";
import { Composer } from "./composer.js";
import { Home } from "./home.js";
import { MessageList } from "./messages.js";
import { Modal } from "./modal.js";
import { spoken } from "./mrkdwn.js";
import { PersonSwitch } from "./people.js";
import { Rail } from "./rail.js";
import * as server from "./server.js";
import { State } from "./state.js";
import { follow } from "./stream.js";
import { announce, clearToasts, notice, toast } from "./toasts.js";
import { WorkspaceSwitch } from "./teams.js";
import { Faults } from "./faults.js";

/** @import { Acting, ActingAt, Channel, Filled, Message, Place, Snapshot, Told } from "./types.d.ts" */

const NOTICE_AFTER_MS = 400;
const START_AGAIN_MS = 1000;

class Page {
  /** @type {ReturnType<typeof setTimeout> | null} */
  #noticeTimer = null;

  /** @param {Snapshot} snapshot */
  constructor(snapshot) {
    this.state = new State(snapshot);
    this.channel = this.state.channelAt(location.hash);
    this.isHome = this.state.isHome(location.hash);
    this.rail = new Rail();
    this.tabs = new Tabs();
    this.people = new PersonSwitch();
    this.teams = new WorkspaceSwitch();
    this.hint = new Hint((line) => this.#fill(line));
    this.faults = new Faults((name) => this.#try(() => server.playFault(name)));
    /** @type {ActingAt} */
    const acting = (place, all) => this.#acting(place, all);
    this.messages = new MessageList(acting);
    this.home = new Home(acting);
    this.modal = new Modal({
      acting,
      submit: (viewId, values) => this.#try(() => server.submitView(this.me, viewId, values)),
      close: (viewId) => this.#closeModal(viewId),
    });
    this.composer = new Composer(
      (channelId, text) => this.#try(() => server.say(this.me, channelId, text)),
      (callbackId) => this.#try(() => server.runShortcut(this.me, callbackId)),
    );
  }

  get me() {
    return this.state.me.id;
  }

  start() {
    this.show();
    this.#arrive();
    addEventListener("hashchange", () => this.#goTo(this.state.channelAt(location.hash)));
    document.addEventListener("visibilitychange", () => this.show());
    byId("skip").addEventListener("click", () => (this.isHome ? this.home : this.composer).focus());
    follow(this.me, {
      onOpen: () => this.#catchUp(),
      onEvent: (name, data) => this.#happened(name, data),
      onLost: () => this.#lost(),
    });
  }

  show() {
    const { state, channel, isHome } = this;
    if (!document.hidden && !isHome) state.markRead(channel.id);
    const unread = state.unreadDirect();
    document.title = `${unread ? `(${unread}) ` : ""}${state.channelName(channel)} · ${state.team.name}`;
    this.teams.show(state, placeOf(channel, isHome));
    this.rail.show(state, channel.id);
    this.people.show(state, placeOf(channel, isHome));
    this.faults.show(state);
    showHead(state, channel);
    this.tabs.show(state, channel, isHome);
    showPanel(isHome);
    showIntro(state, channel);
    this.hint.show(state, channel);
    this.composer.show(state, channel);
    this.messages.show(state, channel.id);
    if (isHome) this.home.show(state);
    this.modal.show(state);
  }

  /** @param {Channel} channel */
  #goTo(channel) {
    this.channel = channel;
    this.isHome = this.state.isHome(location.hash);
    clearToasts();
    this.show();
    this.messages.toEnd();
    this.#arrive();
  }

  /** Opening one of the app's tabs tells it. But in its Home one can type at once, where no keyboard comes up. */
  #arrive() {
    const isOnTab = document.activeElement?.matches("[role=tab]");
    if (this.channel.kind === "dm") this.#try(() => server.openHome(this.me, this.isHome ? "home" : "messages"));
    if (this.isHome) return;
    if (!this.state.modal && !isOnTab && matchMedia("(pointer: fine)").matches) this.composer.focus();
  }

  /**
   * What an element calls; a button of a message is pressed as ever, everything else says what it holds.
   *
   * @param {Place} place
   * @param {(() => Filled) | undefined} all
   * @returns {Acting}
   */
  #acting(place, all) {
    /**
     * @param {string} blockId
     * @param {string} actionId
     * @param {Told} value
     */
    const act = (blockId, actionId, value) =>
      this.#try(() =>
        place.message_id && value === null
          ? server.press(this.me, place.message_id, blockId, actionId)
          : server.act(this.me, place, blockId, actionId, value, all?.() ?? {}),
      );
    /**
     * @param {string} blockId
     * @param {string} actionId
     * @param {string} query
     */
    const suggest = (blockId, actionId, query) =>
      server.suggest(this.me, place, blockId, actionId, query).catch(() => null);
    return { act, suggest };
  }

  /** @param {string} viewId */
  async #closeModal(viewId) {
    await this.#try(() => server.closeView(this.me, viewId));
    if (this.state.modal?.id === viewId) this.state.putModal(null);
    this.show();
  }

  /** @param {string} line */
  #fill(line) {
    this.composer.fill(line);
    this.composer.focus();
  }

  /**
   * @param {string} name
   * @param {any} data
   */
  #happened(name, data) {
    if (name === "message") {
      const before = this.state.get(data.id);
      this.state.put(data);
      this.#tell(data, before);
    }
    if (name === "removed") this.state.remove(data.id);
    if (name === "home") this.state.home = data.view;
    if (name === "installed") this.state.app.is_installed = data.is_installed;
    if (name === "modal") this.state.putModal(data.view, data.errors);
    if (name === "fault") this.state.fault = data.name;
    this.show();
  }

  /**
   * Say what is new in a message, to the ear, and to the eye when it stands elsewhere; Slack does not notify of edits.
   *
   * @param {Message} message
   * @param {Message | undefined} before
   */
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
    const isElsewhere = this.isHome || message.channel_id !== this.channel.id;
    const firstLine = spoken(message.text.trim().split("\n")[0], state.names);
    if (isElsewhere && channel?.kind === "dm" && !before) toast(author, message.channel_id, firstLine);
  }

  async #catchUp() {
    const snapshot = await server.fetchState(this.me);
    const known = new Map(snapshot.messages.map(({ id }) => [id, this.state.get(id)]));
    this.state.replace(snapshot);
    for (const message of snapshot.messages) this.#tell(message, known.get(message.id));
    this.channel = this.state.channel(this.channel.id) ?? this.state.channels[0];
    clearTimeout(this.#noticeTimer ?? undefined);
    this.#noticeTimer = null;
    notice("");
    this.show();
  }

  #lost() {
    this.#noticeTimer ??= setTimeout(() => notice("The connection is lost. Trying to get it back…"), NOTICE_AFTER_MS);
  }

  /**
   * Return whether the workspace took it.
   *
   * @param {() => Promise<unknown>} request
   */
  async #try(request) {
    try {
      await request();
      return true;
    } catch (error) {
      announce("That did not work.");
      if (!(error instanceof server.Refused)) this.#lost();
      return false;
    }
  }
}

/**
 * Where one is, in a word that means the same for another person and in another workspace.
 *
 * @param {Channel} channel
 * @param {boolean} isHome
 */
function placeOf(channel, isHome) {
  if (channel.kind !== "dm") return channel.id;
  return isHome ? "home" : "dm";
}

/**
 * The Home stands in place of messages and message box.
 *
 * @param {boolean} isHome
 */
function showPanel(isHome) {
  byId("home-view").hidden = !isHome;
  byId("messages-view").hidden = isHome;
  byId("composer-form").hidden = isHome;
  byId("skip").textContent = isHome ? "Go to the app's Home" : "Go to the message box";
}

/** The workspace may still be starting, or be gone for a moment: ask again until it answers. */
async function begin() {
  try {
    const user = new URLSearchParams(location.search).get("user") ?? "";
    new Page(await server.fetchState(user)).start();
  } catch (error) {
    notice("The workspace does not answer. Trying again…");
    console.warn(error);
    setTimeout(begin, START_AGAIN_MS);
  }
}

begin();
