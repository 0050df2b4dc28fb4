// @ts-check
// The search in articles: finds while one types, arrows choose, Enter inserts in the chat's reply or goes to the answer.

import { post } from "./post.js";

/** @typedef {{language: string, name: string, text: string}} Answer */
/** @typedef {{id: string, question: string, answers: Answer[]}} Hit */

const PAUSE_MS = 150;

/**
 * What stands in the reply when an answer is put where the caret is: what is typed there stays.
 * @param {string} text @param {number} start @param {number} end @param {string} answer
 * @returns {{text: string, caret: number}}
 */
export function inserted(text, start, end, answer) {
  const before = text.slice(0, start);
  const gap = before && !/\s$/.test(before) ? "\n" : "";
  return { text: before + gap + answer + text.slice(end), caret: start + gap.length + answer.length };
}

/** @param {string} id @returns {HTMLElement} */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class KnowledgePanel {
  /** @param {() => string} contact the contact in front @param {import("./chat.js").ChatPane} chat */
  constructor(contact, chat) {
    this.contact = contact;
    this.chat = chat;
    this.field = /** @type {HTMLInputElement} */ (byId("knowledge-text"));
    this.list = byId("knowledge-list");
    this.said = byId("knowledge-said");
    this.answer = byId("knowledge-answer");
    this.missing = byId("knowledge-missing");
    /** @type {Hit[]} */
    this.hits = [];
    this.at = 0;
    this.round = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.pause = undefined;
    byId("tab-knowledge").addEventListener("click", () => {
      this.field.focus();
      this.field.select(); // another search replaces what stands there
    });
    this.field.addEventListener("input", () => {
      clearTimeout(this.pause);
      this.pause = setTimeout(() => this.look(), PAUSE_MS);
    });
    this.missing.addEventListener("click", () => this.tellMissing());
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.list.addEventListener("click", (event) => {
      const option = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[role=option]"));
      if (option) { this.at = Number(option.dataset.at); this.mark(); }
    });
  }

  /** Ask, and show it unless something else was typed meanwhile. */
  async look() {
    clearTimeout(this.pause);
    this.pause = undefined;
    const round = ++this.round;
    const text = this.field.value.trim();
    /** @type {Hit[]} */
    let hits = [];
    let said = "";
    if (text) {
      try {
        hits = await post("/agent/knowledge", { contact: this.contact(), text });
        said = hits.length > 1 ? "some" : hits.length ? "one" : "none";
      } catch {
        said = "lost";
      }
    }
    if (round !== this.round) return;
    this.hits = hits;
    this.at = 0;
    this.said.textContent = said ? (this.said.getAttribute(`data-text-${said}`) ?? "").replace("{count}", String(hits.length)) : "";
    this.missing.hidden = said !== "none";
    this.draw();
  }

  /** Put what found nothing on the authors' list. */
  async tellMissing() {
    this.missing.hidden = true;
    this.field.focus();
    try {
      await post("/agent/knowledge/missing", { text: this.field.value.trim() });
      this.said.textContent = this.missing.dataset.textTold ?? "";
    } catch {
      this.said.textContent = this.said.dataset.textLost ?? "";
      this.missing.hidden = false;
    }
  }

  /** @param {KeyboardEvent} event */
  async press(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.hits.length) {
      this.at = (this.at + step + this.hits.length) % this.hits.length;
      this.mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.pause !== undefined) await this.look();
      if (this.hits.length) this.take();
      else if (!this.missing.hidden) this.tellMissing();
      return;
    } else return;
    event.preventDefault();
  }

  /** The marked article's first answer into the reply; where nobody reads, to the answer itself. @param {number} [which] */
  take(which = 0) {
    const answer = this.hits[this.at]?.answers[which];
    if (!answer) return;
    if (this.chat.insert((text, start, end) => inserted(text, start, end, answer.text))) return;
    this.answer.focus();
  }

  draw() {
    this.list.replaceChildren(...this.hits.map((hit, at) => {
      const option = document.createElement("div");
      option.role = "option";
      option.id = `knowledge-${at}`;
      option.dataset.at = String(at);
      option.textContent = hit.question;
      return option;
    }));
    this.list.hidden = !this.hits.length;
    this.field.ariaExpanded = String(this.hits.length > 0);
    this.mark();
  }

  mark() {
    for (const option of this.list.children) option.ariaSelected = String(option.id === `knowledge-${this.at}`);
    this.list.children[this.at]?.scrollIntoView({ block: "nearest" });
    const hit = this.hits[this.at];
    this.answer.hidden = !hit;
    if (!hit) { this.field.removeAttribute("aria-activedescendant"); return; }
    this.field.setAttribute("aria-activedescendant", `knowledge-${this.at}`);
    byId("knowledge-question").textContent = hit.question;
    byId("knowledge-texts").replaceChildren(...hit.answers.map((answer, which) => this.shown(answer, which)));
  }

  /** @param {Answer} answer @param {number} which @returns {HTMLElement} */
  shown(answer, which) {
    const block = document.createElement("div");
    const text = document.createElement("p");
    text.lang = answer.language;
    text.textContent = answer.text;
    const put = document.createElement("button");
    put.type = "button";
    put.className = "small";
    put.textContent = `${this.answer.dataset.textInsert} · ${answer.name}`;
    put.addEventListener("click", () => this.take(which));
    block.append(text, put);
    return block;
  }
}
