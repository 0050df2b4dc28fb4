// @ts-check
// The keyboard does everything. This table is the one owner of keys; the help list and the tests are made from it.
// Letters act only where nobody types.

import { buildHelp } from "./key_help.js";

/**
 * @typedef {{id: string, keys: string[], press?: string[], focus?: string, dialog?: string, submit?: string}} Key
 * `press`: ids of buttons, the first that is there and enabled (or the one at the key's place, when `each`);
 * `focus`: a selector; `dialog`: an id to open; `submit`: a form's selector.
 * @type {(Key & {each?: boolean})[]}
 */
export const KEYS = [
  { id: "accept", keys: ["Enter"], press: ["act-accept"] },
  { id: "decline", keys: ["Escape"], press: ["act-decline_open"] },
  { id: "available", keys: ["a"], press: ["act-available"] },
  { id: "break", keys: ["b"], press: ["act-break"] },
  { id: "hold", keys: ["h"], press: ["act-hold", "act-resume"] },
  { id: "mute", keys: ["m"], press: ["act-mute"] },
  { id: "transfer", keys: ["t"], press: ["act-transfer_open"] },
  { id: "hand_over", keys: ["o"], press: ["act-complete"] },
  { id: "conference", keys: ["c"], press: ["act-conference"] },
  { id: "back", keys: ["x"], press: ["act-cancel_consult"] },
  { id: "keypad", keys: ["k"], press: ["act-keypad_open"] },
  { id: "payment", keys: ["p"], press: ["act-payment_on", "act-payment_off"] },
  { id: "recording", keys: ["r"], press: ["act-recording_pause", "act-recording_resume"] },
  { id: "hang_up", keys: ["e"], press: ["act-hang_up", "act-leave"] },
  { id: "result", keys: ["f"], focus: "form[data-wrapup] [name=disposition]:checked, form[data-wrapup] [name=disposition]" },
  { id: "note", keys: ["n"], focus: "#note" },
  { id: "file", keys: ["Control+Enter"], submit: "form[data-wrapup]" },
  { id: "more_time", keys: ["w"], press: ["act-extend_wrap_up"] },
  { id: "follow_ups", keys: ["l"], focus: ".follow-ups a" },
  { id: "read", keys: ["g"], press: ["act-read"] },
  { id: "next", keys: ["j"], press: ["act-next"] },
  { id: "reply", keys: ["y"], focus: "#chat:not([hidden]) #chat-text" },
  { id: "internal_note", keys: ["v"], press: ["chat-note"] },
  { id: "tab", keys: ["1", "2", "3", "4"], press: ["tab-customer", "tab-help", "tab-history", "tab-knowledge"], each: true },
  { id: "knowledge", keys: ["z"], press: ["tab-knowledge"] },
  { id: "quality", keys: ["q"], press: ["quality"] },
  { id: "check", keys: ["d"], press: ["act-check"] },
  { id: "microphone", keys: ["u"], press: ["act-microphone"] },
  { id: "start", keys: ["s"], press: ["act-take_over"] },
  { id: "sign_in", keys: ["i"], press: ["sign-in-again"] },
  { id: "help", keys: ["?"], dialog: "help" },
];

/**
 * The table's entry for what was pressed.
 * @param {{key: string, ctrlKey?: boolean}} event @returns {{entry: Key & {each?: boolean}, at: number} | null}
 */
export function entryOf({ key, ctrlKey = false }) {
  const name = (ctrlKey ? "Control+" : "") + (key.length === 1 ? key.toLowerCase() : key);
  for (const entry of KEYS) {
    const at = entry.keys.indexOf(name);
    if (at >= 0) return { entry, at };
  }
  return null;
}

/** Listen for keys on the whole page, and fill the help list. */
export function listenForKeys() {
  buildHelp(KEYS);
  document.addEventListener("keydown", (event) => {
    if (act(event)) event.preventDefault();
  });
}

/** @param {EventTarget | null} target @returns {boolean} */
function types(target) {
  // A dialog that has just been closed keeps the focus until the next picture is drawn.
  if (target instanceof Element && target.closest("dialog:not([open])")) return false;
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type !== "radio");
}

/** @param {KeyboardEvent} event @returns {boolean} whether the key was ours */
function act(event) {
  if (event.isComposing || event.altKey || event.metaKey || event.repeat) return false;
  if (document.querySelector("dialog:modal")) return false;
  const found = entryOf(event);
  if (event.ctrlKey) return found !== null && run(found.entry, found.at);
  const menu = /** @type {HTMLElement | null} */ (document.querySelector(".menu:popover-open"));
  if (menu && pick(menu, event.key)) return true;
  if (types(event.target)) {
    if (event.key === "Escape") /** @type {HTMLElement} */ (event.target).blur();
    return false;
  }
  if (event.key === "Enter" && event.target instanceof HTMLAnchorElement) return false;
  if (event.key === "Escape") return leave() || (!menu && found !== null && run(found.entry, found.at));
  return found !== null && run(found.entry, found.at);
}

/** Close the check, if it is open. @returns {boolean} */
function leave() {
  const check = /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog#check[open]"));
  check?.close();
  return check !== null;
}

/** @param {Key & {each?: boolean}} entry @param {number} at @returns {boolean} */
function run(entry, at) {
  if (entry.press) return press(entry.each ? entry.press.slice(at, at + 1) : entry.press);
  if (entry.dialog) {
    /** @type {HTMLDialogElement | null} */ (document.getElementById(entry.dialog))?.showModal();
    return true;
  }
  if (entry.submit) {
    const form = /** @type {HTMLFormElement | null} */ (document.querySelector(entry.submit));
    form?.requestSubmit();
    return form !== null;
  }
  const field = /** @type {HTMLElement | null} */ (document.querySelector(entry.focus ?? ""));
  field?.focus();
  return field !== null;
}

/** @param {string[]} ids @returns {boolean} */
function press(ids) {
  for (const id of ids) {
    const button = document.getElementById(id);
    if (!button || button.closest("[hidden]") || (button instanceof HTMLButtonElement && button.disabled)) continue;
    button.click();
    const menu = document.getElementById(button.getAttribute("popovertarget") ?? "");
    if (menu?.matches(":popover-open")) /** @type {HTMLElement | null} */ (menu.querySelector("button"))?.focus();
    return true;
  }
  return false;
}

/** Digits and arrows in an open menu. @param {HTMLElement} menu @param {string} key @returns {boolean} */
function pick(menu, key) {
  const all = /** @type {HTMLButtonElement[]} */ ([...menu.querySelectorAll("button")]);
  const byDigit = all.find((button, at) => (button.dataset.digit ?? String(at + 1)) === key);
  if (byDigit) { byDigit.click(); return true; }
  if (key !== "ArrowDown" && key !== "ArrowUp") return false;
  const at = all.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  all[(at + (key === "ArrowDown" ? 1 : all.length - 1) + all.length) % all.length]?.focus();
  return true;
}
