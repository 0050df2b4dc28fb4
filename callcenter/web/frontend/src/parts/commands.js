// @ts-check
// Buttons and forms of the desk to commands; a refusal is shown where the act was.

import { newId } from "./desk_id.js";
import { post, Refused } from "./post.js";
import { forgetDraft } from "./drafts.js";

const RING_PATIENCE_MS = 2_000;

/** @param {string} text */
export function showProblem(text) {
  const place = document.getElementById("problem");
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
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
    this.phone = phone;
  }

  /**
   * @param {string} act @param {object} [more] @param {HTMLElement | null} [place] where a refusal is shown
   * @returns {Promise<boolean>}
   */
  async send(act, more = {}, place = null) {
    try {
      await post("/agent/commands", { act, command: newId(), desk: this.desk, ...more });
      this.show(place, "");
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.show(place, error.message || deskText("offline"));
      return false;
    }
  }

  /** @param {HTMLElement | null} place @param {string} text */
  show(place, text) {
    if (!place) { showProblem(text); return; }
    place.textContent = text;
    place.hidden = !text;
  }

  /** Take clicks and forms of the page. */
  listen() {
    document.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-act]") : null;
      if (button instanceof HTMLElement) this.click(button);
    });
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (form instanceof HTMLFormElement && form.dataset.wrapup) { event.preventDefault(); this.file(form); }
    });
  }

  /** @param {HTMLElement} button */
  async click(button) {
    const { act = "", contact = "", state, reason } = button.dataset;
    switch (act) {
      case "accept":
        this.accept();
        return;
      case "mute":
        this.phone.toggleMute();
        return;
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
      case "recording_pause":
      case "recording_resume":
        await this.send("recording", { contact, paused: act === "recording_pause" });
        return;
      case "hang_up":
        if (!(await this.send("hang_up", { contact }))) this.phone.hangUp();
        return;
      default:
        await this.send(act, { contact });
    }
  }

  /** Answer now, or as soon as the phone rings; say so when it does not. */
  accept() {
    showProblem("");
    if (this.phone.answer() || this.phone.answering) return;
    this.phone.answerSoon(RING_PATIENCE_MS);
    setTimeout(() => {
      const offered = document.getElementById("act-accept") !== null;
      if (offered && !this.phone.answering && !this.phone.up) showProblem(deskText("unanswered"));
    }, RING_PATIENCE_MS);
  }

  /** @param {HTMLFormElement} form */
  async file(form) {
    const values = new FormData(form);
    const place = /** @type {HTMLElement | null} */ (form.querySelector("[data-problem]"));
    const body = { contact: form.dataset.wrapup, disposition: values.get("disposition") ?? "", note: values.get("note") ?? "" };
    if (await this.send("wrap_up", body, place)) forgetDraft(form.dataset.keep ?? "");
  }
}
