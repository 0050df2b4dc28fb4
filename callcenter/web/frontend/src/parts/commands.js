// @ts-check
// Buttons and forms of the desk to commands; a refusal is shown where the act was.

import { newId } from "./desk_id.js";
import { post, Refused } from "./post.js";
import { Refusals } from "./refusals.js";
import { fileResult } from "./result_form.js";
import { sessionOver } from "./session.js";

const RING_PATIENCE_MS = 2_000;
const COMMANDS = "/agent/commands";

const refusals = new Refusals();
const problem = () => document.getElementById("problem");

/** What is said at once, by an act that asks nobody. @param {string} text */
export function showProblem(text) {
  const act = refusals.begin(problem());
  if (text) refusals.refuse(act, problem(), text);
}

/** @param {string} name @returns {string} */
export function deskText(name) {
  return document.getElementById("desk")?.getAttribute(`data-text-${name}`) ?? "";
}

export class Commands {
  /** @param {import("./softphone.js").Softphone} phone */
  constructor(phone) {
    /** This tab's name. */
    this.desk = "";
    /** The live call. */
    this.contact = "";
    /** What is offered, and whether it is a chat. */
    this.offered = { id: "", chat: false };
    this.phone = phone;
  }

  /**
   * @param {string} act @param {object} [more] @param {HTMLElement | null} [place] where a refusal is shown @param {string} [path] who is asked
   * @returns {Promise<boolean>}
   */
  async send(act, more = {}, place = null, path = COMMANDS) {
    const number = this.begin(place);
    const refused = await this.ask(act, more, path);
    if (refused) this.refuse(number, refused.message, place);
    return refused === null;
  }

  /**
   * @param {string} act @param {object} [more] @param {string} [path]
   * @returns {Promise<Refused | null>} why not, in words; null when it was done
   */
  async ask(act, more = {}, path = COMMANDS) {
    try {
      await post(path, { act, command: newId(), desk: this.desk, ...more });
      return null;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.code === "sign_in") sessionOver();
      error.message ||= deskText("offline");
      return error;
    }
  }

  /** An act begins; what was refused before goes. @param {HTMLElement | null} [place] @returns {number} the act's number */
  begin(place = null) {
    return refusals.begin(place ?? problem());
  }

  /** @param {number} act from `begin` @param {string} text @param {HTMLElement | null} [place] */
  refuse(act, text, place = null) {
    refusals.refuse(act, place ?? problem(), text);
  }

  /** Take clicks and forms of the page. */
  listen() {
    document.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-act]") : null;
      if (button instanceof HTMLElement) this.click(button);
    });
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (form instanceof HTMLFormElement && form.dataset.wrapup) { event.preventDefault(); fileResult(this, form); }
    });
  }

  /** @param {HTMLElement} button */
  async click(button) {
    const { act = "", contact = "", state, reason } = button.dataset;
    switch (act) {
      case "accept":
        if (this.offered.chat) await this.take(this.offered.id);
        else this.accept();
        return;
      case "focus":
        await this.focus(contact);
        return;
      case "next":
        await this.next();
        return;
      case "mute":
        this.phone.toggleMute();
        return;
      case "check":
      case "transfer_open":
      case "keypad_open":
        button.dispatchEvent(new CustomEvent(`desk:${act}`, { bubbles: true, detail: contact }));
        return;
      case "state":
        document.getElementById("break-menu")?.hidePopover();
        await this.send("state", { state, reason: reason ?? "" });
        return;
      case "sign_out":
        document.getElementById("break-menu")?.hidePopover();
        await this.send("sign_out");
        return;
      case "take_over":
        await this.send("take_over");
        return;
      case "decline":
        document.getElementById("decline-menu")?.hidePopover();
        await this.send("decline", { contact: this.offered.id || this.contact, reason: reason ?? "" });
        return;
      case "payment_on":
      case "payment_off":
        await this.send("payment", { contact, on: act === "payment_on" });
        return;
      case "read":
        await this.send("read", { message: button.dataset.message });
        return;
      case "follow_up_done":
        await this.send(act, { contact, due_ms: Number(button.dataset.due) }, null, "/agent/follow-ups/done");
        return;
      case "microphone":
        await this.phone.renewMicrophone();
        return;
      case "leave":
        this.phone.hangUp();
        return;
      case "recording_pause":
      case "recording_resume":
        await this.send("recording", { contact, paused: act === "recording_pause" });
        return;
      case "give_back":
        await this.send("transfer", { contact, target: button.dataset.target, mode: "blind", note: "" });
        return;
      case "hang_up":
        if (!(await this.send("hang_up", { contact }))) this.phone.hangUp();
        return;
      default:
        await this.send(act, { contact });
    }
  }

  /** Take a chat, and turn to it. @param {string} contact */
  async take(contact) {
    if (await this.send("accept", { contact })) await this.focus(contact);
  }

  /** Show one of the contacts in hand. @param {string} contact */
  async focus(contact) {
    const act = this.begin();
    try {
      await post("/agent/chats/focus", { command: newId(), desk: this.desk, contact });
    } catch (error) {
      this.refuse(act, error instanceof Refused ? error.message : deskText("offline"));
    }
  }

  /** The next of the contacts in hand, round and round. */
  async next() {
    const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-act=focus]")]);
    const at = all.findIndex((button) => button.getAttribute("aria-pressed") === "true");
    const goal = all[(at + 1) % all.length];
    if (goal) await this.focus(goal.dataset.contact ?? "");
  }

  /** Answer now, or as soon as the phone rings; say so when it does not. */
  accept() {
    showProblem("");
    if (this.phone.answer() || this.phone.answering) return;
    if (this.phone.apart) { showProblem(deskText(`answer-${this.phone.apart}`)); return; }
    this.phone.answerSoon(RING_PATIENCE_MS);
    setTimeout(() => {
      const offered = document.getElementById("act-accept") !== null;
      if (offered && !this.phone.answering && !this.phone.up) showProblem(deskText("unanswered"));
    }, RING_PATIENCE_MS);
  }
}
