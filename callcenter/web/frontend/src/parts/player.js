// @ts-check
// A recording to the ear: picture, marks, speed, each side alone; the story goes along and leads to places.

import { clockTime, fileTime, stretchesOf } from "./stretches.js";
import { sidesOf } from "./sides.js";
import { draw } from "./wave.js";

const STEP_S = 5;
const FAR_S = 30;

/** @typedef {import("./stretches.js").Stretch} Stretch */

/** @param {number} seconds @returns {string} */
export function shortTime(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** One player on the page. */
class Player {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.audio = /** @type {HTMLAudioElement} */ (root.querySelector("[data-audio]"));
    this.wave = /** @type {HTMLElement} */ (root.querySelector("[data-wave]"));
    this.button = /** @type {HTMLButtonElement} */ (root.querySelector("[data-play]"));
    this.duration = Number(root.dataset.duration) / 1000;
    this.stretches = stretchesOf(root.dataset.stretches ?? "");
    this.sides = sidesOf(this.audio);
    this.wanted = 0;
    this.listen();
    this.picture();
  }

  /** The file is asked for when somebody listens, and not before: each listening is on record. */
  load() {
    if (!this.audio.src) this.audio.src = this.root.dataset.src ?? "";
  }

  async toggle() {
    this.load();
    if (!this.audio.paused) { this.audio.pause(); return; }
    this.sides.start();
    this.audio.currentTime = this.wanted;
    await this.audio.play();
  }

  /** @param {number} seconds */
  seek(seconds) {
    this.wanted = Math.min(Math.max(0, seconds), this.duration);
    if (this.audio.src) this.audio.currentTime = this.wanted;
    this.show();
  }

  get now() {
    return this.audio.src && this.audio.readyState > 0 ? this.audio.currentTime : this.wanted;
  }

  listen() {
    this.button.addEventListener("click", () => void this.toggle());
    this.audio.addEventListener("timeupdate", () => { this.wanted = this.audio.currentTime; this.show(); });
    for (const kind of ["play", "pause", "ended"]) this.audio.addEventListener(kind, () => this.label());
    this.wave.addEventListener("pointerdown", (event) => {
      const box = this.wave.getBoundingClientRect();
      this.seek(((event.clientX - box.left) / box.width) * this.duration);
    });
    this.wave.addEventListener("keydown", (event) => { if (this.key(event)) event.preventDefault(); });
    const speed = /** @type {HTMLSelectElement} */ (this.root.querySelector("[data-speed]"));
    speed.addEventListener("change", () => { this.audio.defaultPlaybackRate = this.audio.playbackRate = Number(speed.value); });
    for (const box of this.root.querySelectorAll("[data-side]")) {
      box.addEventListener("change", () => this.sides.set(Number(/** @type {HTMLElement} */ (box).dataset.side), /** @type {HTMLInputElement} */ (box).checked));
    }
    for (const mark of this.root.querySelectorAll("[data-seek]")) {
      mark.addEventListener("click", () => this.seek(Number(/** @type {HTMLElement} */ (mark).dataset.seek) / 1000));
    }
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was ours */
  key(event) {
    const steps = /** @type {Record<string, number>} */ ({ ArrowLeft: -STEP_S, ArrowRight: STEP_S, ArrowDown: -STEP_S, ArrowUp: STEP_S, PageDown: -FAR_S, PageUp: FAR_S });
    if (event.altKey || event.ctrlKey || event.metaKey) return false;
    if (event.key === " ") void this.toggle();
    else if (event.key === "Home") this.seek(0);
    else if (event.key === "End") this.seek(this.duration);
    else if (event.key in steps) this.seek(this.now + (steps[event.key] ?? 0));
    else return false;
    return true;
  }

  label() {
    const text = this.audio.paused ? this.button.dataset.textPlay : this.button.dataset.textPause;
    this.button.textContent = `${this.audio.paused ? "▶" : "⏸"} ${text ?? ""}`;
  }

  show() {
    const [now, text] = [this.now, shortTime(this.now)];
    const cursor = this.root.querySelector("[data-cursor]");
    const place = String(this.duration > 0 ? (now / this.duration) * 1000 : 0);
    cursor?.setAttribute("x1", place);
    cursor?.setAttribute("x2", place);
    this.wave.setAttribute("aria-valuenow", String(Math.floor(now)));
    this.wave.setAttribute("aria-valuetext", text);
    const said = this.root.querySelector("[data-now]");
    if (said) said.textContent = text;
    markRow(this.stretches, now * 1000);
    this.markTurn(now * 1000);
  }

  /** The transcript's turn that is being heard. @param {number} at ms in the file */
  markTurn(at) {
    /** @type {Element | null} */
    let current = null;
    for (const turn of this.root.querySelectorAll("[data-turn]")) {
      turn.removeAttribute("aria-current");
      if (Number(/** @type {HTMLElement} */ (turn).dataset.turn) <= at + 250) current = turn;
    }
    current?.setAttribute("aria-current", "true");
  }

  async picture() {
    const group = /** @type {SVGGElement} */ (this.root.querySelector("[data-sides]"));
    try {
      const answer = await fetch(this.root.dataset.peaks ?? "", { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { sides, duration_ms: length } = await answer.json();
      if (length > 0) this.duration = length / 1000;
      draw(group, sides);
      if (sides.length < 2) for (const box of this.root.querySelectorAll("[data-side]")) /** @type {HTMLInputElement} */ (box).disabled = true;
    } catch {
      this.root.querySelector("[data-fault]")?.removeAttribute("hidden");
    }
  }
}

/** The story's row that is being heard. @param {Stretch[]} stretches @param {number} at ms in the file */
function markRow(stretches, at) {
  const clock = clockTime(stretches, at);
  let current = null;
  for (const row of document.querySelectorAll("[data-at]")) {
    row.removeAttribute("aria-current");
    if (Number(/** @type {HTMLElement} */ (row).dataset.at) <= clock + 250) current = row;
  }
  current?.setAttribute("aria-current", "true");
}

/** Rows of the story that lie within a recording lead to their place in it. @param {Player[]} players */
function listenForRows(players) {
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-at]"))) {
    const player = players.find((one) => fileTime(one.stretches, Number(row.dataset.at)) !== null);
    if (!player) continue;
    row.dataset.leads = "";
    row.addEventListener("click", () => {
      if (document.getSelection()?.isCollapsed === false) return;
      player.seek((fileTime(player.stretches, Number(row.dataset.at)) ?? 0) / 1000);
      player.wave.scrollIntoView({ block: "nearest" });
    });
  }
}

/** A finding leads to its sentence, and to the sentence's place in the recording. */
function listenForFindings() {
  for (const link of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-finding]"))) {
    const sentence = document.getElementById(link.dataset.finding ?? "");
    const turn = sentence?.closest("[data-turn]");
    if (!sentence || !turn) continue;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      /** @type {HTMLElement | null} */ (turn.querySelector("[data-seek]"))?.click();
      turn.scrollIntoView({ block: "center" });
    });
  }
}

/** An address that ends in a sentence opens the page at its place in the recording. */
function openAtSentence() {
  const sentence = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const turn = sentence?.closest("[data-turn]");
  /** @type {HTMLElement | null | undefined} */ (turn?.querySelector("[data-seek]"))?.click();
  turn?.scrollIntoView({ block: "center" });
}

/** Start every player of the page; space plays the first, wherever nobody types or presses a button. */
export function startPlayers() {
  const players = [...document.querySelectorAll("[data-player]")].map((root) => new Player(/** @type {HTMLElement} */ (root)));
  listenForRows(players);
  listenForFindings();
  openAtSentence();
  document.addEventListener("keydown", (event) => {
    const target = event.target;
    const free = target === document.body || (target instanceof HTMLElement && target.id === "main");
    if (free && players[0]?.key(event)) event.preventDefault();
  });
}
