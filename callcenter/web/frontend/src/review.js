// @ts-check
// One review by keyboard: from line to line, all points or none, a comment at the moment that plays.
import "./page.js";
import { shortTime, startPlayers } from "./parts/player.js";

startPlayers();

const form = document.querySelector("form[data-score]");
const comment = document.querySelector("form[data-comment]");

/** @returns {HTMLElement[]} the fields of the form that take points, or say kept or broken */
function fields() {
  const found = form?.querySelectorAll(".review-line input[type=number], .review-line input[type=radio]:checked") ?? [];
  return [...found].map((field) => /** @type {HTMLElement} */ (field));
}

/** @param {number} step */
function go(step) {
  const all = fields();
  const line = document.activeElement?.closest(".review-line");
  const at = all.findIndex((field) => field.closest(".review-line") === line);
  const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))];
  next?.focus();
  if (next instanceof HTMLInputElement && next.type === "number") next.select();
}

/** @param {boolean} whole all points (kept), or none (broken) @returns {boolean} */
function give(whole) {
  const line = document.activeElement?.closest(".review-line");
  const points = line?.querySelector("input[type=number]");
  if (points instanceof HTMLInputElement) {
    points.value = (whole ? points.dataset.most : "0") ?? "";
    go(1);
    return true;
  }
  const choice = line?.querySelector(`input[type=radio][value=${whole ? "no" : "yes"}]`);
  if (!(choice instanceof HTMLInputElement)) return false;
  choice.checked = true;
  go(1);
  return true;
}

/** Ms of what plays now. */
function now() {
  const audio = /** @type {HTMLAudioElement | null} */ (document.querySelector("[data-audio]"));
  return audio && audio.src ? Math.round(audio.currentTime * 1000) : moment;
}

let moment = 0;

/** @param {number} ms */
function mark(ms) {
  moment = ms;
  const at = comment?.querySelector("[data-at]");
  if (at) at.textContent = shortTime(ms / 1000);
  const field = comment?.querySelector("[name=moment]");
  if (field instanceof HTMLInputElement) field.value = String(ms);
}

/** The turn that is said at a moment; its own button leads the player there. @param {number} ms */
function visit(ms) {
  const turns = [...document.querySelectorAll("[data-turn]")];
  const turn = turns.filter((one) => Number(/** @type {HTMLElement} */ (one).dataset.turn) <= ms).pop() ?? turns[0];
  turn?.scrollIntoView({ block: "center" });
  const seek = turn?.querySelector("[data-seek]");
  if (seek instanceof HTMLElement) seek.click();
  mark(ms);
}

/** @param {EventTarget | null} target @returns {boolean} */
function writes(target) {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
    || (target instanceof HTMLInputElement && !["number", "radio", "checkbox"].includes(target.type));
}

document.addEventListener("click", (event) => {
  const place = event.target instanceof Element ? event.target.closest("[data-moment]") : null;
  if (place instanceof HTMLElement) visit(Number(place.dataset.moment));
});

document.querySelector("[data-audio]")?.addEventListener("timeupdate", () => mark(now()));

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const submit = form?.querySelector("[data-submit]");
    if (submit instanceof HTMLElement) submit.click();
    return;
  }
  if (event.ctrlKey || event.metaKey) return;
  if (event.key === "Escape" && writes(event.target)) return go(0);
  if (event.key === "Enter" && event.target instanceof HTMLInputElement && event.target.closest(".review-line")) {
    event.preventDefault();
    return go(1);
  }
  if (writes(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "j") go(1);
  else if (key === "k") go(-1);
  else if (key === "f" || key === "z") { if (!give(key === "f")) return; }
  else if (key === "c") {
    mark(now());
    const text = comment?.querySelector("[name=text]");
    if (text instanceof HTMLElement) text.focus();
  } else return;
  event.preventDefault();
});
