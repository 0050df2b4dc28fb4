// @ts-check
// What the visitor sees of the chat: a button, and a dialog with the talk in it. In a shadow tree, away from the page.

import { el, goRound } from "./chat_dom.js";
import { drawn, store } from "./chat_download.js";
import { mailForm, messageForm, ratingForm } from "./chat_forms.js";
import { dress } from "./chat_style.js";

const TYPING_MS = 6_000;
const DOTS = "••••";

/**
 * @typedef {{
 *   opened: () => void, closed: () => void, say: (text: string, secret?: boolean) => string, choose: (number: number, choice: string) => string,
 *   typing: () => void, file: (file: File) => Promise<string>, leave: () => string, rate: (score: number, comment: string) => string,
 *   message: (left: {name: string, reach: string, text: string}) => string, mail: (address: string) => string,
 *   save: (form: string) => Promise<Blob | null>, picture: (file: any) => Promise<Blob | null>, begin: () => string, seen: () => void,
 * }} Does
 */

export class ChatView {
  /** @param {(word: string, n?: string | number) => string} word @param {string} lang @param {Does} does */
  constructor(word, lang, does) {
    this.word = word;
    this.does = does;
    this.host = el("div", { lang });
    this.root = this.host.attachShadow({ mode: "open" });
    dress(this.root);
    this.unseen = 0;
    this.secret = false;  // what is asked for now is shown to nobody
    /** @type {Map<string, HTMLElement>} */
    this.waiting = new Map();
    /** @type {Map<number, HTMLElement>} */
    this.marks = new Map();
    /** @type {Map<string, string>} id → what it was, for what has no message of its own */
    this.acts = new Map();
    /** @type {any} */
    this.now = null;
    /** @type {any} */
    this.greeting = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.typingEnds = undefined;
    /** @type {(() => void)[]} */
    this.watchers = [];

    this.count = el("span", { class: "count", hidden: true });
    this.launch = el("button", { class: "launch", type: "button", onclick: () => this.open() }, word("open"), this.count);
    this.title = el("h2", { id: "t", text: word("open") });
    this.bar = el("div", { class: "bar", role: "status" });
    this.log = el("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": word("open"), tabindex: "0" });
    this.text = el("textarea", { "aria-label": word("write"), placeholder: word("write"), rows: 1, oninput: () => this.does.typing(), onkeydown: (/** @type {KeyboardEvent} */ e) => this.key(e) });
    this.pick = el("input", { type: "file", hidden: true, tabindex: "-1", onchange: () => void this.picked() });
    this.attach = el("button", { type: "button", "aria-label": word("file"), title: word("file"), onclick: () => this.pick.click() }, "+");
    this.say = el("form", { class: "say", onsubmit: (/** @type {Event} */ e) => this.submit(e) }, this.attach, this.pick, this.text, el("button", { class: "primary", text: word("send") }));
    this.foot = el("div", { class: "form", hidden: true });
    this.more = el("div", { class: "more", hidden: true });
    this.menu = el("button", { type: "button", "aria-label": word("menu"), title: word("menu"), "aria-expanded": "false", onclick: () => this.toggleMenu() }, "⋯");
    this.shut = el("button", { type: "button", "aria-label": word("close"), title: word("close"), onclick: () => this.close() }, "×");
    this.panel = el("section", { class: "panel", role: "dialog", "aria-modal": "false", "aria-labelledby": "t", hidden: true, onkeydown: (/** @type {KeyboardEvent} */ e) => this.trap(e) },
      el("div", { class: "head" }, this.title, this.menu, this.shut), this.more, this.bar, this.log, this.foot, this.say);
    this.root.append(this.launch, this.panel);
  }

  isOpen() {
    return !this.panel.hidden;
  }

  /** @param {boolean} [quietly] without taking the focus */
  open(quietly = false) {
    this.panel.hidden = false;
    this.launch.hidden = true;
    this.unseen = 0;
    this.count.hidden = true;
    this.does.opened();
    this.log.scrollTop = this.log.scrollHeight;
    if (!quietly) this.text.focus();
  }

  close() {
    this.panel.hidden = true;
    this.launch.hidden = false;
    this.does.closed();
    this.launch.focus();
  }

  /** Tab goes round inside, Escape closes. @param {KeyboardEvent} event */
  trap(event) {
    if (event.key === "Escape") this.close();
    if (event.key === "Tab") goRound(event, this.panel, /** @type {HTMLElement} */ (this.root.activeElement));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    this.submit(event);
  }

  /** @param {Event} event */
  submit(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (!text) return;
    if (this.greeting && text.length > this.greeting.text) {
      this.tell(this.word("text_too_long"));
      return;
    }
    this.text.value = "";
    const hidden = this.secret && /\d/.test(text);
    this.queued({ t: "say", id: this.does.say(text, hidden), text: hidden ? DOTS : text });
    this.text.focus();
  }

  /** While a PIN is asked for, what is written is dots. @param {boolean} on */
  hide(on) {
    this.secret = on;
    this.text.classList.toggle("secret", on);
    this.text.autocomplete = on ? "off" : "";
    this.text.setAttribute("aria-label", this.word(on ? "writeSecret" : "write"));
    this.text.placeholder = this.word(on ? "writeSecret" : "write");
  }

  /** Something of the visitor's that is not answered yet. @param {any} frame */
  queued(frame) {
    if (this.waiting.has(frame.id)) return;
    if (frame.t !== "say") {
      this.acts.set(frame.id, frame.t);
      return;
    }
    const line = this.bubble("visitor", frame.text, "");
    this.waiting.set(frame.id, line);
    this.mark(line, this.word("sending"));
    this.log.append(line);
    this.down();
  }

  /** @param {string} by @param {string} text @param {string} kind */
  bubble(by, text, kind) {
    const line = el("div", { class: `m ${by} ${kind}` });
    if (kind !== "notice") line.append(el("span", { class: by === "visitor" ? "unseen" : "who", text: this.word(by === "visitor" ? "me" : by) }));
    line.append(el("p", { text }));
    return line;
  }

  /** @param {HTMLElement} line @param {string} text @param {boolean} [bad] */
  mark(line, text, bad = false) {
    line.querySelector(".state")?.remove();
    line.append(el("div", { class: bad ? "who state bad" : "who state", text }));
  }

  /** A message. @param {any} said */
  show(said) {
    const waited = said.id ? this.waiting.get(said.id) : undefined;
    waited?.remove();
    if (said.id) this.waiting.delete(said.id);
    const line = said.file ? this.fileLine(said) : this.bubble(said.by, said.text ?? "", said.kind ?? "");
    if (said.choices) line.append(this.choices(said));
    if (said.by === "visitor") {
      this.marks.set(said.n, line);
      this.mark(line, this.word(this.now && said.n <= (this.now.read ?? 0) ? "read" : "sent"));
      this.log.querySelectorAll(".choices").forEach((one) => one.remove());
    } else {
      this.typing(false);
    }
    this.hide(said.secret === true);
    this.log.append(line);
    for (const still of this.waiting.values()) this.log.append(still);
    this.down();
    if (this.isOpen()) this.does.seen();
    else if (said.by !== "visitor") {
      this.unseen += 1;
      this.count.textContent = String(this.unseen);
      this.count.hidden = false;
    }
    this.stir();
  }

  /** @param {any} said */
  choices(said) {
    const row = el("div", { class: "choices", role: "group", "aria-label": said.text ?? "" });
    for (const choice of said.choices) {
      row.append(el("button", { type: "button", text: choice.text, onclick: () => {
        row.remove();
        this.acts.set(this.does.choose(said.n, choice.id), "choose");
        this.text.focus();
      } }));
    }
    return row;
  }

  /** @param {any} said */
  fileLine(said) {
    const line = el("div", { class: `m ${said.by}` }, el("span", { class: "unseen", text: this.word(said.by === "visitor" ? "me" : said.by) }));
    const file = said.file;
    line.append(el("button", { type: "button", text: this.word("download", file.name), onclick: () => void this.store(this.does.picture(file), file.name) }));
    if (file.width) void this.draw(line, file);
    return line;
  }

  /** @param {HTMLElement} line @param {any} file */
  async draw(line, file) {
    const blob = await this.does.picture(file);
    const picture = blob && (await drawn(blob, this.word("picture", file.name)));
    if (!picture) return;
    line.insertBefore(picture, line.querySelector("button"));
    this.down();
  }

  /** @param {Promise<Blob | null>} coming @param {string} name */
  async store(coming, name) {
    const blob = await coming;
    if (blob) store(this.root, blob, name);
    else this.tell(this.word("other"));
  }

  async picked() {
    const file = this.pick.files?.[0];
    this.pick.value = "";
    if (!file) return;
    this.tell(this.word("upload", file.name));
    const why = await this.does.file(file);
    this.tell(why ? this.word(why) : "");
  }

  /** @param {string} id @param {number} _number */
  sent(id, _number) {
    const act = this.acts.get(id);
    this.acts.delete(id);
    const line = this.waiting.get(id);
    if (line) this.mark(line, this.word("sent"));
    if (act === "message") this.form(this.word("left"));
    if (act === "mail") this.tell(this.word("mailed"));
  }

  /** @param {string} id @param {string} code */
  failed(id, code) {
    this.acts.delete(id);
    const line = this.waiting.get(id);
    if (!line) {
      this.tell(this.word(code));
      if (code === "closed_now") this.leaveForm();
      return;
    }
    this.waiting.delete(id);
    this.mark(line, `${this.word("failed")}: ${this.word(code)} `, true);
    const text = line.querySelector("p")?.textContent ?? "";
    line.append(el("button", { type: "button", text: this.word("again"), onclick: () => {
      line.remove();
      this.queued({ t: "say", id: this.does.say(text), text });
    } }));
    if (code === "closed_now") this.leaveForm();
  }

  /** Another conversation begins. */
  begin() {
    this.log.replaceChildren(...this.waiting.values());
    this.marks.clear();
    this.now = null;
  }

  /** @param {any} frame */
  welcome(frame) {
    this.greeting = frame;
    this.title.textContent = frame.title;
    this.attach.hidden = !frame.file;
    this.pick.accept = (frame.types ?? []).map((/** @type {string} */ one) => `.${one}`).join(",");
    if (frame.at_work === false && !frame.state?.open) this.leaveForm();
    else if (!frame.state) this.form("");
    this.stir();
  }

  /** @param {any} state */
  state(state) {
    const was = this.now;
    this.now = state;
    for (const [number, line] of this.marks) if (number <= (state.read ?? 0)) this.mark(line, this.word("read"));
    const place = state.ahead === 0 ? this.word("next") : this.word("ahead", state.ahead);
    const wait = state.wait >= 0 ? this.word("wait", Math.max(1, Math.round(state.wait / 60_000))) : "";
    this.tell(state.open && state.ahead !== undefined && state.ahead >= 0 ? place + wait : "");
    this.say.hidden = !state.open;
    if (state.open) this.form("");
    else if (!was || was.open || was.id !== state.id || was.score !== state.score) this.ended(state);
    this.fillMenu();
    this.stir();
  }

  /** @param {any} state */
  ended(state) {
    this.form(this.word("ended"));
    if (state.survey && !state.score) this.rating();
    else if (state.score) this.foot.append(el("p", { text: this.word("thanks") }));
    this.foot.append(el("button", { type: "button", class: "primary", text: this.word("anew"), onclick: () => {
      if (this.greeting?.at_work === false) {
        this.leaveForm();
        return;
      }
      this.acts.set(this.does.begin(), "start");
      this.text.focus();
    } }));
  }

  rating() {
    this.foot.append(...ratingForm(this.word, (score, comment) => this.acts.set(this.does.rate(score, comment), "rate")));
  }

  /** Nobody is at work: a message may be left. */
  leaveForm() {
    this.form(this.word("away"));
    this.say.hidden = true;
    this.foot.append(messageForm(this.word, (left) => this.acts.set(this.does.message(left), "message")));
  }

  /** @param {string} text below the talk; empty: the usual way to write */
  form(text) {
    this.foot.hidden = !text;
    this.foot.replaceChildren(...(text ? [el("p", { role: "status", text })] : []));
    if (!text) this.say.hidden = false;
  }

  toggleMenu() {
    this.more.hidden = !this.more.hidden;
    this.menu.setAttribute("aria-expanded", String(!this.more.hidden));
    this.fillMenu();
  }

  fillMenu() {
    if (this.more.hidden) return;
    /** @param {string} word @param {() => void} act */
    const item = (word, act) => el("button", { type: "button", text: this.word(word), onclick: act });
    const items = [];
    if (this.now?.open) items.push(item("end", () => this.acts.set(this.does.leave(), "leave")));
    if (this.now) {
      items.push(item("saveText", () => void this.store(this.does.save("text"), "chat.txt")));
      items.push(item("saveHtml", () => void this.store(this.does.save("html"), "chat.html")));
    }
    if (this.now && this.greeting?.mail) items.push(item("mail", () => this.mailForm()));
    this.more.replaceChildren(...items);
  }

  mailForm() {
    const { form, address } = mailForm(this.word, (given) => {
      this.acts.set(this.does.mail(given), "mail");
      this.toggleMenu();
    });
    this.more.replaceChildren(form);
    address.focus();
  }

  /** @param {boolean} on */
  typing(on) {
    clearTimeout(this.typingEnds);
    this.root.querySelector(".typing")?.remove();
    if (!on) return;
    this.log.append(el("div", { class: "who typing", text: this.word("typing") }));
    this.down();
    this.typingEnds = setTimeout(() => this.typing(false), TYPING_MS);
  }

  /** @param {string} phase */
  line(phase) {
    this.host.dataset.line = phase;
    if (phase === "pausing") this.tell(this.word("offline"));
    else if (phase === "up" && this.bar.textContent === this.word("offline")) this.now ? this.state(this.now) : this.tell("");
    this.stir();
  }

  /** The line ended for good. @param {string} code */
  over(code) {
    this.tell(this.word(code === "reload" ? "reload" : "over"));
  }

  /** @param {string} text */
  tell(text) {
    this.bar.textContent = text;
  }

  down() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  stir() {
    for (const look of this.watchers) look();
  }

  /** Until something is so, or twenty seconds are over. @param {() => boolean} condition @returns {Promise<boolean>} */
  until(condition) {
    return new Promise((done) => {
      const end = (/** @type {boolean} */ value) => {
        this.watchers = this.watchers.filter((one) => one !== look);
        clearTimeout(limit);
        done(value);
      };
      const look = () => { if (condition()) end(true); };
      const limit = setTimeout(() => end(false), 20_000);
      this.watchers.push(look);
      look();
    });
  }
}
