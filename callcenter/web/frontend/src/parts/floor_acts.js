// @ts-check
// Buttons and forms of the floor to commands; a refusal is said where the act was.

import { newId } from "./desk_id.js";
import { forgetDraft } from "./drafts.js";
import { post } from "./post.js";
import { Refusals } from "./refusals.js";
import { toast } from "./toasts.js";

const HEARS = new Set(["listen", "whisper", "barge"]);

export class FloorActs {
  /** @param {import("./floor_phone.js").FloorPhone} phone @param {import("./floor_panel.js").Panel} panel */
  constructor(phone, panel) {
    this.phone = phone;
    this.panel = panel;
    this.refusals = new Refusals();
    this.texts = /** @type {HTMLElement} */ (document.getElementById("floor")).dataset;
  }

  /** Take clicks and forms of the page. */
  listen() {
    document.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-act]") : null;
      if (button instanceof HTMLButtonElement) this.click(button);
    });
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (form instanceof HTMLFormElement && form.dataset.form) { event.preventDefault(); this.submit(form); }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      const form = event.target instanceof Element ? event.target.closest("form[data-form]") : null;
      if (form instanceof HTMLFormElement) { event.preventDefault(); form.requestSubmit(); }
    });
    document.addEventListener("floor:reopen", (event) => {
      this.send({ act: "reopen_queue", queue: /** @type {CustomEvent} */ (event).detail }, document.getElementById("floor-problem"));
    });
    const to = document.getElementById("broadcast-to");
    to?.addEventListener("change", () => this.count());
    document.querySelector('[data-opens="broadcast"]')?.addEventListener("click", () => this.count());
  }

  /** @param {HTMLButtonElement} button */
  async click(button) {
    const { act = "", contact, alarm, queue } = button.dataset;
    const place = this.problemOf(button);
    button.setAttribute("aria-busy", "true");
    try {
      if (HEARS.has(act)) await this.hear(act, contact ?? "", place);
      else if (act === "take_over") await this.takeOver(contact ?? "", place);
      else if (act === "stop") { if (await this.send({ act, contact }, place)) this.phone.say(""); }
      else if (alarm) await this.send({ act, alarm }, place);
      else if (queue) await this.send({ act, queue }, place);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  /** @param {string} act @param {string} contact @param {HTMLElement | null} place */
  async hear(act, contact, place) {
    const number = this.refusals.begin(this.standing(place));
    try {
      const where = await this.phone.ready();
      if (!(await this.send({ act, contact }, place, number))) return;
      this.phone.say((document.getElementById("floor")?.getAttribute(`data-text-rings-${where}`)) ?? "");
    } catch (error) {
      this.refuse(number, place, error);
    }
  }

  /** @param {string} contact @param {HTMLElement | null} place */
  async takeOver(contact, place) {
    const answer = await this.send({ act: "take_over", contact, desk: await this.phone.desk }, place);
    if (!answer) return;
    const band = /** @type {HTMLElement | null} */ (document.getElementById("taken"));
    if (band) { band.hidden = false; band.querySelector("a")?.focus(); }
  }

  /** @param {HTMLFormElement} form */
  async submit(form) {
    const body = bodyOf(form);
    if (!body) return;
    const answer = await this.send(body, this.problemOf(form));
    if (!answer) return;
    forgetDraft(form.dataset.keep ?? "");
    if (form.dataset.form === "message") form.reset();
    form.closest("dialog")?.close();
    const count = /** @type {any} */ (answer).count;
    toast(count === undefined ? this.texts.textDone ?? "" : (this.texts.textSent ?? "").replace("{count}", String(count)));
    this.panel.fetch();
  }

  /**
   * @param {object} body @param {HTMLElement | null} place where a refusal is said
   * @param {number} [number] the act's, if it began before
   * @returns {Promise<object | null>} the answer, or null when refused
   */
  async send(body, place, number = this.refusals.begin(this.standing(place))) {
    try {
      return await post("/floor/commands", { command: newId(), ...body });
    } catch (error) {
      this.refuse(number, place, error);
      return null;
    }
  }

  /** @param {Element} from @returns {HTMLElement | null} */
  problemOf(from) {
    const around = from.closest("dialog, .floor-panel, .alarm-item");
    return around?.querySelector("[data-problem]") ?? document.querySelector("#floor-problem");
  }

  /** @param {number} number @param {HTMLElement | null} place @param {unknown} error */
  refuse(number, place, error) {
    this.refusals.refuse(number, this.standing(place), /** @type {Error} */ (error).message || (this.texts.textOffline ?? ""));
  }

  /** The place, or the page's own when the panel with it was closed or swapped meanwhile. @param {HTMLElement | null} place */
  standing(place) {
    return place?.isConnected ? place : document.getElementById("floor-problem");
  }

  /** How many a message would reach. */
  async count() {
    const to = /** @type {HTMLSelectElement | null} */ (document.getElementById("broadcast-to"));
    const place = document.getElementById("recipients");
    if (!to || !place) return;
    const answer = await fetch(`/floor/recipients?to=${encodeURIComponent(to.value)}`).catch(() => null);
    const count = answer?.ok ? (await answer.json()).count : 0;
    place.textContent = (place.dataset.text ?? "{count}").replace("{count}", String(count));
  }
}

/** @param {HTMLFormElement} form @returns {object | null} the command, without its id */
function bodyOf(form) {
  const values = new FormData(form);
  const of = (/** @type {string} */ name) => String(values.get(name) ?? "");
  switch (form.dataset.form) {
    case "message":
      return { act: "message", to: of("to"), text: of("text") };
    case "state": {
      const [state, reason = ""] = of("state").split(":");
      return state ? { act: "state", agent: of("agent"), state, reason } : null;
    }
    case "skills": {
      const chosen = [...values].filter(([name, level]) => name.startsWith("skill:") && Number(level) > 0);
      return { act: "skills", agent: of("agent"), skills: Object.fromEntries(chosen.map(([name, level]) => [name.slice(6), Number(level)])) };
    }
    case "close_queue": {
      const then = of("then");
      const target = then === "end" ? "" : `${then}:${of(`${then}_target`).trim()}`;
      return { act: "close_queue", queue: of("queue"), message: of("message"), target };
    }
    default:
      return null;
  }
}
