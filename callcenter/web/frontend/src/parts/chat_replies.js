// @ts-check
// Prepared replies: "/" at the beginning of the field opens a list, what follows it searches, Enter inserts.

/** @typedef {{id: string, name: string, text: string, words: string}} Reply */

/**
 * What the field asks for: the words after a "/" that begins it; null: nothing.
 * @param {string} text @returns {string | null}
 */
export function sought(text) {
  return text.startsWith("/") && !text.includes("\n") ? text.slice(1).trim().toLowerCase() : null;
}

/**
 * The replies in which every word is found; those whose name begins so come first.
 * @param {Reply[]} replies @param {string} words @returns {Reply[]}
 */
export function fitting(replies, words) {
  const all = words.split(/\s+/).filter(Boolean);
  const found = replies.filter((reply) => all.every((word) => reply.words.includes(word)));
  /** @param {Reply} reply */
  const first = (reply) => words !== "" && [reply.name, reply.id].some((name) => name.toLowerCase().startsWith(words));
  return [...found.filter(first), ...found.filter((reply) => !first(reply))];
}

export class Replies {
  /**
   * @param {HTMLTextAreaElement} field @param {HTMLElement} list
   * @param {() => Promise<Reply[]>} ask for the chat in front @param {() => void} inserted
   */
  constructor(field, list, ask, inserted) {
    this.field = field;
    this.list = list;
    this.ask = ask;
    this.inserted = inserted;
    /** @type {Reply[]} */
    this.all = [];
    /** @type {Reply[]} */
    this.shown = [];
    this.at = 0;
    this.asked = false;
    this.loading = false;
    this.dismissed = false;
    list.addEventListener("mousedown", (event) => {
      const option = /** @type {HTMLElement} */ (event.target).closest("[role=option]");
      event.preventDefault();
      if (option) this.take(Number(/** @type {HTMLElement} */ (option).dataset.at));
    });
    field.addEventListener("blur", () => this.close());
  }

  get open() { return !this.list.hidden; }

  /** The field has changed, or another chat is in front. */
  async look() {
    const words = sought(this.field.value);
    if (words === null) { this.close(); this.asked = false; this.dismissed = false; return; }
    if (this.dismissed) return;
    if (this.loading) return;
    if (!this.asked) {
      this.asked = this.loading = true;
      try {
        this.all = await this.ask();
      } catch {
        this.asked = false;
        return;
      } finally {
        this.loading = false;
      }
      if (sought(this.field.value) !== words) { this.look(); return; }
    }
    this.shown = fitting(this.all, words);
    this.at = 0;
    this.draw();
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was the list's */
  press(event) {
    if (event.isComposing || this.dismissed || sought(this.field.value) === null) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") { this.dismissed = true; this.close(); }
    else if (event.key === "Enter" && !event.shiftKey) {
      if (this.open) this.take(this.at); // what is still being looked for is not sent instead
    } else if (event.key === "Tab" && this.open && this.shown.length) this.take(this.at);
    else if (this.open && step && this.shown.length) {
      this.at = (this.at + step + this.shown.length) % this.shown.length;
      this.mark();
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /** @param {number} at */
  take(at) {
    const reply = this.shown[at];
    if (!reply) return;
    this.close();
    this.asked = false;
    this.field.value = reply.text;
    this.field.setSelectionRange(reply.text.length, reply.text.length);
    this.field.focus();
    this.inserted();
  }

  draw() {
    this.list.replaceChildren(...this.shown.map((reply, at) => {
      const option = document.createElement("div");
      option.role = "option";
      option.id = `chat-reply-${at}`;
      option.dataset.at = String(at);
      const name = document.createElement("b");
      name.textContent = reply.name;
      const text = document.createElement("span");
      text.textContent = reply.text;
      option.append(name, text);
      return option;
    }));
    if (!this.shown.length) {
      const none = document.createElement("div");
      none.role = "option";
      none.ariaDisabled = "true";
      none.textContent = this.list.dataset.textNone ?? "";
      this.list.append(none);
    }
    this.list.hidden = false;
    this.mark();
  }

  mark() {
    for (const option of this.list.children) option.ariaSelected = String(option.id === `chat-reply-${this.at}`);
    const now = this.list.children[this.at];
    now?.scrollIntoView({ block: "nearest" });
    if (this.shown.length) this.field.setAttribute("aria-activedescendant", `chat-reply-${this.at}`);
    else this.field.removeAttribute("aria-activedescendant");
  }

  close() {
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }
}
