/** What the page knows: the workspace's snapshot, changed by the stream, and what was read up to where. */

/** @import { App, Author, Channel, Command, Errors, Fault, Message, Person, Shortcut, Snapshot, Team, View } from "./types.d.ts" */

/**
 * The names of people, of the app and of channels, by their ids; `me` is the reader's own id.
 *
 * @extends {Map<string, string>}
 */
export class Names extends Map {
  /**
   * @param {Person[]} people
   * @param {Person} me
   * @param {App} app
   * @param {Channel[]} channels
   */
  constructor(people, me, app, channels) {
    super([...people, me, app, ...channels].map(({ id, name }) => [id, name]));
    this.people = people;
    this.me = me.id;
  }
}

export class State {
  /** @type {Map<string, Message>} */
  #messages = new Map();
  /** @type {View | null} */
  modal = null;
  /** @type {Errors} */
  modalErrors = {};
  #marks;
  /** @type {Team} */
  team;
  /** @type {Team[]} */
  teams;
  /** @type {Person} */
  me;
  /** @type {Person[]} */
  people;
  /** @type {App} */
  app;
  /** @type {Channel[]} */
  channels;
  /** @type {Command} */
  command;
  /** @type {Fault[]} */
  faults;
  /** @type {string} */
  faultNote;
  /** @type {string} */
  fault;
  /** @type {View | null} */
  home;
  /** @type {Shortcut[]} */
  shortcuts;
  /** @type {Names} */
  names;

  /** @param {Snapshot} snapshot */
  constructor(snapshot) {
    this.#marks = new ReadMarks(snapshot.team.id, snapshot.me.id);
    this.replace(snapshot);
  }

  /**
   * Take over a whole snapshot.
   *
   * @param {Snapshot} snapshot
   */
  replace(snapshot) {
    this.team = snapshot.team;
    this.teams = snapshot.teams;
    this.me = snapshot.me;
    this.people = snapshot.people;
    this.app = snapshot.app;
    this.channels = snapshot.channels;
    this.command = snapshot.command;
    this.faults = snapshot.faults;
    this.faultNote = snapshot.fault_note;
    this.fault = snapshot.fault;
    this.home = snapshot.home ?? null;
    this.shortcuts = snapshot.shortcuts ?? [];
    this.names = new Names(this.people, this.me, this.app, this.channels);
    this.#messages = new Map(snapshot.messages.map((message) => [message.id, message]));
    this.#keepModal(snapshot.modal, snapshot.modal_errors);
  }

  /** @param {string} id */
  get(id) {
    return this.#messages.get(id);
  }

  /** @param {Message} message */
  put(message) {
    this.#messages.set(message.id, message);
  }

  /** @param {string} id */
  remove(id) {
    this.#messages.delete(id);
  }

  /**
   * Take the modal that is open now, or null, and what was wrong with its last submission.
   *
   * @param {View | null} view
   * @param {Errors} [errors]
   */
  putModal(view, errors) {
    this.modal = view ?? null;
    this.modalErrors = errors ?? {};
  }

  /**
   * As `putModal`, from a snapshot: errors that are known already are not new ones.
   *
   * @param {View | null} view
   * @param {Errors} errors
   */
  #keepModal(view, errors) {
    const isSame = view?.id === this.modal?.id && JSON.stringify(errors ?? {}) === JSON.stringify(this.modalErrors);
    this.putModal(view, isSame ? this.modalErrors : errors);
  }

  /** @param {string} id */
  channel(id) {
    return this.channels.find((channel) => channel.id === id);
  }

  /**
   * The channel that the page's address names; "dm" and "home" are the two tabs of one's own with the app.
   *
   * @param {string} hash
   */
  channelAt(hash) {
    const word = wordOf(hash);
    const isDirect = word === "dm" || word === "home";
    const named = this.channel(word) ?? this.channels.find((channel) => isDirect && channel.kind === "dm");
    return named ?? this.channels[0];
  }

  /** @param {string} hash */
  isHome(hash) {
    return wordOf(hash) === "home" && this.channelAt(hash).kind === "dm";
  }

  /** @param {Channel} channel */
  channelName(channel) {
    return channel.kind === "dm" ? this.app.name : `#${channel.name}`;
  }

  /** @param {string} channelId */
  messagesIn(channelId) {
    const found = [...this.#messages.values()].filter((message) => message.channel_id === channelId);
    return found.sort((one, other) => Number(one.ts) - Number(other.ts));
  }

  /**
   * Whether the person has begun: has said something here, or was answered.
   *
   * @param {string} channelId
   */
  hasBegun(channelId) {
    return this.messagesIn(channelId).some(({ user_id, from }) => user_id === this.me.id || from !== "person");
  }

  /** @param {string} channelId */
  unread(channelId) {
    const mark = this.#marks.get(channelId);
    return this.messagesIn(channelId).filter(({ ts, user_id }) => user_id !== this.me.id && Number(ts) > mark).length;
  }

  /** How many direct messages nobody has looked at yet. */
  unreadDirect() {
    const direct = this.channels.filter((channel) => channel.kind === "dm");
    return direct.reduce((sum, channel) => sum + this.unread(channel.id), 0);
  }

  /** @param {string} channelId */
  markRead(channelId) {
    const last = this.messagesIn(channelId).at(-1);
    if (last) this.#marks.set(channelId, Number(last.ts));
  }

  /**
   * Who wrote a message: name and kind of picture.
   *
   * @param {Message} message
   * @returns {Author}
   */
  author({ user_id, from }) {
    if (from === "slackbot") return { id: user_id, name: "Slackbot", kind: "slackbot" };
    if (from === "app") return { id: user_id, name: this.app.name, kind: "app" };
    const person = [...this.people, this.me].find(({ id }) => id === user_id);
    return { id: user_id, name: person?.full_name || person?.name || user_id, kind: "person" };
  }
}

/** @param {string} hash */
function wordOf(hash) {
  return decodeURIComponent(hash.replace(/^#/, ""));
}

/** Up to which message each channel was read; outlives the page where the browser allows it. */
class ReadMarks {
  /**
   * @param {string} teamId
   * @param {string} userId
   */
  constructor(teamId, userId) {
    this.key = `read-${teamId}-${userId}`;
    /** @type {Record<string, number>} */
    this.marks = {};
    try {
      this.marks = JSON.parse(localStorage.getItem(this.key) ?? "null") ?? {};
    } catch {
      // No storage: everything counts as unread at the next visit.
    }
  }

  /** @param {string} channelId */
  get(channelId) {
    return this.marks[channelId] ?? 0;
  }

  /**
   * @param {string} channelId
   * @param {number} mark
   */
  set(channelId, mark) {
    this.marks[channelId] = mark;
    try {
      localStorage.setItem(this.key, JSON.stringify(this.marks));
    } catch {
      // As above.
    }
  }
}
