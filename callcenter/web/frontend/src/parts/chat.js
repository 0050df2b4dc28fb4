// @ts-check
// The chat the page is about: its messages, the reply being written, and what is on its way.

import { ChatFiles, shownFile } from "./chat_files.js";
import { Replies, sought } from "./chat_replies.js";
import { deskText } from "./commands.js";
import { newId } from "./desk_id.js";
import { get, post, Refused } from "./post.js";

const TYPING_MS = 4_000;
const DRAFT = "chat-draft:";
const NOTE_DRAFT = "chat-note:";

/** @typedef {{number: number, at: number, author: string, kind: string, who: string, when: string, text: string, choices: string[], file: import("./chat_files.js").FileRef | null}} Line */
/** @typedef {{at: number, who: string, when: string, text: string}} Note */
/** @typedef {{id: string, fresh: boolean, messages: Line[], notes: Note[], typing: boolean, read: number}} News */

/** @param {string} id @returns {HTMLElement} */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class ChatPane {
  /** @param {import("./commands.js").Commands} commands */
  constructor(commands) {
    this.commands = commands;
    this.contact = "";
    this.seen = 0;
    /** A message that may not have arrived: sent again with its key, it is said once. @type {{text: string, key: string, contact: string, note: boolean} | null} */
    this.unsent = null;
    this.typedAt = 0;
    /** Whether what is written is a note for colleagues. */
    this.noting = false;
    /** Whether notes are all that may be written: the chat is a colleague's. */
    this.notesOnly = false;
    this.pane = byId("chat");
    this.log = byId("chat-log");
    this.form = /** @type {HTMLFormElement} */ (byId("chat-form"));
    this.field = /** @type {HTMLTextAreaElement} */ (byId("chat-text"));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.replies = new Replies(this.field, byId("chat-replies"), () => this.askReplies(), () => this.keep());
    this.field.addEventListener("keydown", (event) => {
      if (!this.noting && this.replies.press(event)) return;
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.ctrlKey) return;
      event.preventDefault();
      this.send();
    });
    this.field.addEventListener("input", () => {
      this.keep();
      if (this.noting) return;
      this.replies.look();
      if (sought(this.field.value) === null) this.types();
    });
    this.reply = this.field.placeholder;
    this.files = new ChatFiles(
      this.pane,
      () => ({ desk: this.commands.desk, contact: this.contact, open: !this.form.hidden && !this.notesOnly }),
      (error) => this.tellRefused(error),
    );
    this.toggle = byId("chat-note");
    this.toggle.addEventListener("click", () => { this.note(!this.noting); this.field.focus(); });
    document.addEventListener("visibilitychange", () => this.markSeen());
  }

  /** @param {{focus: string, chat: boolean, writes: boolean, notes: boolean}} facts @param {News | undefined} news */
  show(facts, news) {
    this.pane.hidden = !facts.chat;
    this.form.hidden = !facts.writes && !facts.notes;
    const contact = facts.chat ? facts.focus : "";
    const before = this.notesOnly;
    this.notesOnly = facts.notes;
    this.toggle.hidden = byId("chat-attach").hidden = facts.notes;
    if (contact !== this.contact) this.turnTo(contact);
    else if (before !== this.notesOnly) this.note(this.notesOnly);
    if (!news || news.id !== this.contact) return;
    if (news.fresh) { this.log.replaceChildren(); this.seen = 0; }
    const below = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
    for (const line of news.messages) if (!this.log.querySelector(`[data-number="${line.number}"]`)) this.log.append(this.draw(line));
    for (const note of news.notes) this.place(note);
    byId("chat-typing").hidden = !news.typing;
    for (const own of this.log.querySelectorAll("[data-author=agent]")) {
      own.toggleAttribute("data-read", Number(/** @type {HTMLElement} */ (own).dataset.number) <= news.read);
    }
    if (below || news.fresh) this.log.scrollTop = this.log.scrollHeight;
    this.markSeen();
  }

  /** @param {string} contact */
  turnTo(contact) {
    this.contact = contact;
    this.seen = 0;
    this.log.replaceChildren();
    byId("chat-typing").hidden = true;
    this.note(this.notesOnly || contact !== "" && sessionStorage.getItem(NOTE_DRAFT + contact) !== null);
    if (contact && !this.form.hidden) this.field.focus();
  }

  /** Write a note for colleagues, or to the visitor; each has a draft of its own. @param {boolean} noting */
  note(noting) {
    this.noting = noting;
    this.form.dataset.mode = noting ? "note" : "reply";
    this.toggle.setAttribute("aria-pressed", String(noting));
    const send = /** @type {HTMLElement} */ (this.form.querySelector("[type=submit]"));
    send.textContent = (noting ? send.dataset.textNote : send.dataset.textReply) ?? "";
    const words = (noting ? this.field.dataset.textNote : this.reply) ?? "";
    this.field.placeholder = words;
    this.form.querySelector("label")?.replaceChildren(words);
    this.field.maxLength = noting ? 2_000 : 4_000;
    this.field.value = this.contact ? sessionStorage.getItem(this.draft()) ?? "" : "";
    this.replies.close();
    this.replies.asked = false;
  }

  /**
   * Change the reply to the visitor at the caret, and go there. A note for colleagues waits as a draft meanwhile.
   * @param {(text: string, start: number, end: number) => {text: string, caret: number}} change
   * @returns {boolean} whether a reply can be written
   */
  insert(change) {
    if (this.pane.hidden || this.form.hidden || this.notesOnly) return false;
    if (this.noting) this.note(false);
    const made = change(this.field.value, this.field.selectionStart, this.field.selectionEnd);
    this.field.value = made.text;
    this.field.setSelectionRange(made.caret, made.caret);
    this.field.focus();
    this.keep();
    return true;
  }

  /** @param {string} [contact] @param {boolean} [noting] @returns {string} where the draft is kept */
  draft(contact = this.contact, noting = this.noting) {
    return (noting ? NOTE_DRAFT : DRAFT) + contact;
  }

  /** A note among the messages, by its time; one that is there already is left. @param {Note} note */
  place(note) {
    if (this.log.querySelector(`[data-author=note][data-at="${note.at}"]`)) return;
    const item = this.draw({ ...note, number: 0, author: "note", kind: "note", choices: [], file: null });
    delete item.dataset.number;
    const lines = /** @type {HTMLElement[]} */ ([...this.log.children]);
    this.log.insertBefore(item, lines.find((line) => Number(line.dataset.at) > note.at) ?? null);
  }

  /** @param {Line} line @returns {HTMLElement} */
  draw(line) {
    const item = document.createElement("article");
    item.className = "chat-line";
    item.dataset.number = String(line.number);
    item.dataset.at = String(line.at);
    item.dataset.author = line.author;
    item.dataset.kind = line.kind;
    const head = document.createElement("p");
    head.className = "chat-who";
    const who = document.createElement("b");
    who.textContent = line.who;
    const when = document.createElement("span");
    when.className = "hint";
    when.textContent = line.when;
    head.append(who, " ", when);
    const text = document.createElement("p");
    text.className = "chat-said";
    if (line.file) text.append(shownFile(line.file, line.text));
    else text.textContent = line.text;
    item.append(head, text);
    if (line.choices.length) {
      const list = document.createElement("p");
      list.className = "chat-choices hint";
      list.textContent = line.choices.join(" · ");
      item.append(list);
    }
    return item;
  }

  /** Keep what is typed, by chat. */
  keep() {
    if (this.field.value) sessionStorage.setItem(this.draft(), this.field.value);
    else sessionStorage.removeItem(this.draft());
  }

  /** @param {unknown} error */
  tellRefused(error) {
    if (!(error instanceof Refused)) throw error;
    this.commands.refuse(this.commands.begin(), error.message || deskText("offline"));
  }

  /** @returns {Promise<import("./chat_replies.js").Reply[]>} */
  async askReplies() {
    const asked = new URLSearchParams({ desk: this.commands.desk, contact: this.contact });
    try {
      return await get(`/agent/chats/replies?${asked}`);
    } catch (error) {
      this.tellRefused(error);
      throw error;
    }
  }

  types() {
    if (!this.contact || Date.now() - this.typedAt < TYPING_MS) return;
    this.typedAt = Date.now();
    this.tell("typing", { on: true });
  }

  /** Say it; what could not be sent is sent again with the same key, so that it is said once. */
  async send() {
    const text = this.field.value.trim();
    const contact = this.contact;
    const note = this.noting;
    if (!text || !contact) return;
    const before = this.unsent;
    const again = before && before.text === text && before.contact === contact && before.note === note ? before : null;
    const unsent = again ?? { text, key: newId(), contact, note };
    this.unsent = unsent;
    this.field.value = "";
    this.keep();
    const act = this.commands.begin();
    try {
      const said = { command: unsent.key, desk: this.commands.desk, contact, text: unsent.text };
      await (note ? post("/agent/commands", { act: "note", ...said }) : post("/agent/chats/say", said));
      this.unsent = null;
      this.typedAt = 0;
      if (note && this.noting && this.contact === contact && !this.field.value) this.note(this.notesOnly);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const lost = error.code === "offline" || error.code.startsWith("http_5");
      if (!lost) this.unsent = null;
      this.commands.refuse(act, lost ? this.pane.dataset.textUnsent ?? "" : error.message || deskText("offline"));
      if (this.contact !== contact || this.noting !== note) sessionStorage.setItem(this.draft(contact, note), unsent.text);
      else if (!this.field.value) { this.field.value = unsent.text; this.keep(); }
    }
  }

  /** What is shown on a page in front was seen. */
  markSeen() {
    const shown = /** @type {HTMLElement[]} */ ([...this.log.querySelectorAll("[data-number]")]);
    const last = Number(shown.at(-1)?.dataset.number ?? 0);
    if (document.hidden || !this.contact || this.form.hidden || this.notesOnly || last <= this.seen) return;
    this.seen = last;
    this.tell("seen", { number: last });
  }

  /** @param {string} what @param {object} more */
  async tell(what, more) {
    try {
      await post(`/agent/chats/${what}`, { command: newId(), desk: this.commands.desk, contact: this.contact, ...more });
    } catch {
      if (what === "seen") this.seen = 0;
    }
  }
}
