/** What the page knows: the workspace's snapshot, changed by the stream, and what was read up to where. */

export class State {
  #messages = new Map();
  #marks;

  constructor(snapshot) {
    this.#marks = new ReadMarks(snapshot.team.id, snapshot.me.id);
    this.replace(snapshot);
  }

  /** Take over a whole snapshot. */
  replace(snapshot) {
    const { messages, modal, modal_errors: modalErrors, ...rest } = snapshot;
    Object.assign(this, rest);
    this.#messages = new Map(messages.map((message) => [message.id, message]));
    this.home = snapshot.home ?? null;
    this.#keepModal(modal, modalErrors);
    this.shortcuts = snapshot.shortcuts ?? [];
    this.names = new Map([...this.people, this.me, this.app].map(({ id, name }) => [id, name]));
    this.names.me = this.me.id;
    this.names.people = this.people;
  }

  get(id) {
    return this.#messages.get(id);
  }

  put(message) {
    this.#messages.set(message.id, message);
  }

  remove(id) {
    this.#messages.delete(id);
  }

  /** Take the modal that is open now, or null, and what was wrong with its last submission. */
  putModal(view, errors) {
    this.modal = view ?? null;
    this.modalErrors = errors ?? {};
  }

  /** As `putModal`, from a snapshot: errors that are known already are not new ones. */
  #keepModal(view, errors) {
    const isSame = view?.id === this.modal?.id && JSON.stringify(errors ?? {}) === JSON.stringify(this.modalErrors);
    this.putModal(view, isSame ? this.modalErrors : errors);
  }

  channel(id) {
    return this.channels.find((channel) => channel.id === id);
  }

  /** The channel that the page's address names; "dm" and "home" are the two tabs of one's own with the app. */
  channelAt(hash) {
    const word = wordOf(hash);
    const isDirect = word === "dm" || word === "home";
    const named = this.channel(word) ?? this.channels.find((channel) => isDirect && channel.kind === "dm");
    return named ?? this.channels[0];
  }

  isHome(hash) {
    return wordOf(hash) === "home" && this.channelAt(hash).kind === "dm";
  }

  channelName(channel) {
    return channel.kind === "dm" ? this.app.name : `#${channel.name}`;
  }

  messagesIn(channelId) {
    const found = [...this.#messages.values()].filter((message) => message.channel_id === channelId);
    return found.sort((one, other) => Number(one.ts) - Number(other.ts));
  }

  /** Whether the person has begun: has said something here, or was answered. */
  hasBegun(channelId) {
    return this.messagesIn(channelId).some(({ user_id, from }) => user_id === this.me.id || from !== "person");
  }

  unread(channelId) {
    const mark = this.#marks.get(channelId);
    return this.messagesIn(channelId).filter(({ ts, user_id }) => user_id !== this.me.id && Number(ts) > mark).length;
  }

  /** How many direct messages nobody has looked at yet. */
  unreadDirect() {
    const direct = this.channels.filter((channel) => channel.kind === "dm");
    return direct.reduce((sum, channel) => sum + this.unread(channel.id), 0);
  }

  markRead(channelId) {
    const last = this.messagesIn(channelId).at(-1);
    if (last) this.#marks.set(channelId, Number(last.ts));
  }

  /** Who wrote a message: name and kind of picture. */
  author({ user_id, from }) {
    if (from === "slackbot") return { id: user_id, name: "Slackbot", kind: "slackbot" };
    if (from === "app") return { id: user_id, name: this.app.name, kind: "app" };
    const person = [...this.people, this.me].find(({ id }) => id === user_id);
    return { id: user_id, name: person?.full_name || person?.name || user_id, kind: "person" };
  }
}

function wordOf(hash) {
  return decodeURIComponent(hash.replace(/^#/, ""));
}

/** Up to which message each channel was read; outlives the page where the browser allows it. */
class ReadMarks {
  constructor(teamId, userId) {
    this.key = `read-${teamId}-${userId}`;
    this.marks = {};
    try {
      this.marks = JSON.parse(localStorage.getItem(this.key)) ?? {};
    } catch {
      // No storage: everything counts as unread at the next visit.
    }
  }

  get(channelId) {
    return this.marks[channelId] ?? 0;
  }

  set(channelId, mark) {
    this.marks[channelId] = mark;
    try {
      localStorage.setItem(this.key, JSON.stringify(this.marks));
    } catch {
      // As above.
    }
  }
}
