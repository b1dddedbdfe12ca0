/** What the modules of the page hand to each other, and what Block Kit calls its parts. Only the type checker reads it. */

export interface Team {
  id: string;
  name: string;
}

export interface Person {
  id: string;
  name: string;
  full_name: string;
  role: string;
  is_bot: boolean;
  is_deleted: boolean;
}

export interface App {
  id: string;
  name: string;
  is_installed: boolean;
}

export interface Channel {
  id: string;
  name: string;
  kind: "channel" | "dm";
}

export interface Command {
  name: string;
  description: string;
  usage_hint: string;
}

export interface Shortcut {
  callback_id: string;
  name: string;
  description: string;
}

export interface Fault {
  name: string;
  label: string;
  explanation: string;
}

export interface Message {
  id: string;
  channel_id: string;
  ts: string;
  user_id: string;
  text: string;
  blocks: Block[];
  is_ephemeral: boolean;
  is_edited: boolean;
  from: "app" | "slackbot" | "person";
}

export interface Author {
  id: string;
  name: string;
  kind: "app" | "slackbot" | "person";
}

/** A modal or an App Home: https://docs.slack.dev/reference/views */
export interface View {
  id: string;
  hash: string;
  blocks: Block[];
  title?: TextObject;
  submit?: TextObject;
  close?: TextObject;
}

/** Problems of a submission by `block_id`. */
export type Errors = Record<string, string>;

/** What /page/state answers. */
export interface Snapshot {
  team: Team;
  teams: Team[];
  me: Person;
  people: Person[];
  app: App;
  channels: Channel[];
  command: Command;
  faults: Fault[];
  fault_note: string;
  fault: string;
  messages: Message[];
  home: View | null;
  modal: View | null;
  modal_errors: Errors;
  shortcuts: Shortcut[];
}

/** What the stream tells, by the event's name. */
export interface Events {
  fault: { name: string };
  home: { view: View };
  installed: { is_installed: boolean };
  message: Message;
  modal: { view: View | null; errors: Errors };
  removed: { id: string };
}

/** https://docs.slack.dev/reference/block-kit/composition-objects */
export interface TextObject {
  type: "plain_text" | "mrkdwn";
  text: string;
}

export interface Option {
  text: TextObject;
  value: string;
  description?: TextObject;
  url?: string;
}

export interface OptionGroup {
  label: TextObject | null;
  options: Option[];
}

export interface ConfirmDialog {
  title: TextObject;
  text: TextObject;
  confirm: TextObject;
  deny: TextObject;
  style?: string;
}

/** An element of a block: https://docs.slack.dev/reference/block-kit/block-elements */
export interface Part {
  type: string;
  action_id?: string;
  confirm?: ConfirmDialog;
  placeholder?: TextObject;
  focus_on_load?: boolean;
  options?: Option[];
  option_groups?: OptionGroup[];
  initial_option?: Option;
  initial_options?: Option[];
  initial_users?: string[];
  initial_value?: string;
}

export interface ButtonPart extends Part {
  text: TextObject;
  url?: string;
  value?: string;
  style?: string;
  accessibility_label?: string;
}

/** Radio buttons, checkboxes, an overflow menu. */
export interface OptionsPart extends Part {
  options: Option[];
}

export interface SelectPart extends Part {
  min_query_length?: number;
  max_selected_items?: number;
}

export interface TextPart extends Part {
  multiline?: boolean;
  min_length?: number;
  max_length?: number;
  is_decimal_allowed?: boolean;
  dispatch_action_config?: { trigger_actions_on?: string[] };
}

/** https://docs.slack.dev/reference/block-kit/blocks */
export interface Block {
  type: string;
  block_id: string;
  accessory?: Part;
  element?: Part;
  elements?: Part[];
  optional?: boolean;
  dispatch_action?: boolean;
}

export interface SectionBlock extends Block {
  text?: TextObject;
  fields?: TextObject[];
}

export interface ContextBlock extends Block {
  elements: (TextObject | { type: "image"; alt_text: string })[];
}

export interface HeaderBlock extends Block {
  text: TextObject;
}

export interface ActionsBlock extends Block {
  elements: Part[];
}

export interface InputBlock extends Block {
  element: Part;
  label: TextObject;
  hint?: TextObject;
}

/** What an element holds: the text typed, the option chosen, all that are, or the ids of people. */
export type Held = string | Option | Option[] | string[] | null;

/** What the stand-in is told of it: texts and values of options. */
export type Told = string | string[] | null;

/** What fields hold, by `block_id` and `action_id`. */
export type Filled = Record<string, Record<string, Told>>;

export interface Place {
  message_id?: string;
  view_id?: string;
}

/** What an element calls; `suggest` answers null when the app did not. */
export interface Acting {
  act(blockId: string, actionId: string, value: Told): Promise<boolean>;
  suggest(blockId: string, actionId: string, query: string): Promise<Pick<Part, "options" | "option_groups"> | null>;
}

export type ActingAt = (place: Place, all?: () => Filled) => Acting;

/** A message or a view, as blocks are rendered in it. */
export interface Scene extends Acting {
  place: Place;
  blocks: Block[];
  text: string;
  names: import("./state.js").Names;
  values: import("./values.js").Values;
  errors: Errors;
}

// Methods, so that a renderer may ask for the one kind of block or element that it is registered for.
export type BlockRenderer = { render(block: Block, scene: Scene): HTMLElement }["render"];
export type PartRenderer = { render(part: Part, scene: Scene, block: Block): HTMLElement }["render"];

/** Finds options, and hands them to `show`, now or later. */
export type Search = (query: string, show: (groups: OptionGroup[], note?: string) => void) => unknown;

/** `chosen` are values; when it `isFull` no other can be chosen besides. */
export interface Chosen {
  chosen: string[];
  isFull?: boolean;
}

export interface MenuItem {
  id: string;
  nodes: Node[];
  isChosen: boolean;
  choose(): unknown;
}

export interface MenuContent {
  face: Node[];
  label: string;
  heading: string;
  note: string;
  items: MenuItem[];
}

export interface ActionItem {
  text: string;
  more?: string;
  picture?: Node;
  attributes: Attributes;
  choose(): unknown;
}

export interface FocusMark {
  node: HTMLElement;
  blockId: string | undefined;
  actionId: string | undefined;
  value: string | undefined;
  caret: [number | null, number | null] | null;
}

export interface Floating {
  open(): void;
  close(): void;
  isOpen(): boolean;
  follow(): unknown;
}

export type Listeners = { [E in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[E]) => unknown };

export interface Attributes {
  on?: Listeners;
  [name: string]: string | number | boolean | null | undefined | Listeners;
}

export type Child = Node | string | false | null | undefined;
