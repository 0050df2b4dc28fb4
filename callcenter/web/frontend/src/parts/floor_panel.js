// @ts-check
// The panel beside the floor: one agent or one queue, fetched when it opens and again when its tile or row changed.

import { paintTimers } from "./clock.js";
import { saveDraft, readDraft, restoreForm } from "./drafts.js";
import { morph } from "./morph.js";

const AGAIN_MS = 5_000;
const SPOKEN_AGAIN_MS = 1_000;
const ACTS = "LWBSOM";

export class Panel {
  constructor() {
    /** What it shows: `agent:1001`, `queue:cards`, or nothing. */
    this.about = "";
    this.place = /** @type {HTMLElement} */ (document.getElementById("panel"));
    /** @type {HTMLElement | null} */
    this.openedFrom = null;
    this.asking = false;
    this.again = false;
    /** A letter pressed before the panel's acts were there. */
    this.early = "";
  }

  /** Clicks on tiles, rows and alarms open it. */
  listen() {
    document.addEventListener("click", (event) => {
      const target = event.target instanceof Element ? event.target : null;
      const opener = /** @type {HTMLElement | null} */ (target?.closest("[data-open]") ?? null);
      if (opener) this.open(opener.dataset.open ?? "", opener);
      if (target?.closest("[data-panel-close]")) this.close();
    });
    // a queue's list also changes without its row
    setInterval(() => { if (this.about.startsWith("queue:")) this.fetch(); }, AGAIN_MS);
    // and what is being said changes without its tile
    setInterval(() => { if (this.place.querySelector(".spoken")) this.fetch(); }, SPOKEN_AGAIN_MS);
  }

  /** @param {string} about @param {HTMLElement | null} [from] what gets the focus back */
  async open(about, from = null) {
    if (from && !this.place.contains(from)) this.openedFrom = from;
    if (about !== this.about) { this.place.replaceChildren(); this.early = ""; }
    this.about = about;
    for (const one of document.querySelectorAll("[data-open][aria-expanded]")) one.removeAttribute("aria-expanded");
    this.mark();
    this.place.hidden = false;
    await this.fetch();
    /** @type {HTMLElement | null} */ (this.place.querySelector("#panel-title"))?.focus({ preventScroll: true });
    this.place.scrollIntoView({ block: "nearest" });
    if (this.early && this.about === about) this.press(this.early);
    this.early = "";
  }

  /** The act of a letter; one that comes before the panel is there is done once it is. @param {string} letter @returns {boolean} */
  press(letter) {
    if (!this.about) return false;
    if (!this.place.childElementCount) {
      this.early = ACTS.includes(letter) ? letter : this.early;
      return ACTS.includes(letter);
    }
    const act = /** @type {HTMLElement | null} */ (this.place.querySelector(`[data-letter="${CSS.escape(letter)}"]`));
    if (act instanceof HTMLButtonElement) act.click();
    else act?.focus();
    return act !== null;
  }

  /** Leave it, back to where it was opened. */
  close() {
    if (!this.about) return;
    const opener = this.opener();
    this.about = "";
    this.place.hidden = true;
    this.place.replaceChildren();
    this.mark();
    (opener ?? this.openedFrom)?.focus({ preventScroll: false });
  }

  /** @param {{gone?: string[], lists?: Record<string, [string, string | null, string | null][]>}} patch */
  refresh(patch) {
    if (!this.about) return;
    const key = this.about.replace(":", "-");
    const touched = (patch.gone ?? []).includes(key) || Object.values(patch.lists ?? {}).some((ops) => ops.some(([row]) => row === key));
    if (!touched) return;
    this.mark();
    this.fetch();
  }

  /** Ask for it; a change meanwhile is asked for once more. */
  async fetch() {
    if (this.asking) { this.again = true; return; }
    this.asking = true;
    try {
      do {
        this.again = false;
        const about = this.about;
        if (!about) return;
        const [kind, id] = [about.slice(0, about.indexOf(":")), about.slice(about.indexOf(":") + 1)];
        const answer = await fetch(`/floor/${kind}s/${encodeURIComponent(id)}`).catch(() => null);
        if (about !== this.about) { this.again = true; continue; }
        if (answer?.ok) this.show(await answer.text());
        else if (answer?.status === 404) this.close();
      } while (this.again);
    } finally {
      this.asking = false;
    }
  }

  /** @param {string} html our own server's, escaped there */
  show(html) {
    const forms = () => /** @type {HTMLFormElement[]} */ ([...this.place.querySelectorAll("form[data-keep]")]);
    for (const form of forms()) saveDraft(form);
    const shown = this.problem?.hidden === false ? this.problem.textContent : "";
    const note = this.place.querySelector("#phone-note")?.textContent ?? "";
    const fresh = document.createElement("section");
    fresh.innerHTML = html;
    for (const { name, value } of this.place.attributes) fresh.setAttribute(name, value);
    morph(this.place, fresh);
    for (const form of forms()) restoreForm(form, readDraft(form.dataset.keep ?? ""));
    if (shown && this.problem) { this.problem.textContent = shown; this.problem.hidden = false; }
    const place = this.place.querySelector("#phone-note");
    if (place && note) place.textContent = note;
    paintTimers(this.place);
  }

  /** @returns {HTMLElement | null} where a refusal is said */
  get problem() {
    return this.place.querySelector("[data-problem]");
  }

  /** @returns {HTMLElement | null} the tile or row it is about */
  opener() {
    return this.about ? document.querySelector(`:is(.tile-open, .row-open)[data-open="${CSS.escape(this.about)}"]`) : null;
  }

  /** Mark the tile or row it is about. */
  mark() {
    for (const old of document.querySelectorAll(".is-open")) old.classList.remove("is-open");
    this.opener()?.closest("li, tr")?.classList.add("is-open");
  }
}
