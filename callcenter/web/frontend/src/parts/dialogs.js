// @ts-check
// Transfer and keypad dialogs of the desk.

import { forgetDraft } from "./drafts.js";

/** @param {string} id @returns {HTMLDialogElement} */
const dialog = (id) => /** @type {HTMLDialogElement} */ (document.getElementById(id));
let contact = "";

/** @param {import("./commands.js").Commands} commands */
export function listenForDialogs(commands) {
  document.addEventListener("desk:transfer_open", (event) => openTransfer(/** @type {CustomEvent} */ (event).detail));
  document.addEventListener("desk:keypad_open", (event) => {
    contact = /** @type {CustomEvent} */ (event).detail;
    setPressed("");
    dialog("keypad").showModal();
  });
  dialog("transfer").addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-transfer]") : null;
    if (button instanceof HTMLElement) transfer(commands, button.dataset.transfer ?? "");
  });
  finder().addEventListener("input", find);
  finder().addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    choosable()[0]?.focus();
  });
  // Enter in a form would press its first submit button, which is Cancel.
  dialog("transfer").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    transfer(commands, chats() ? "blind" : "warm");
  });
  dialog("keypad").addEventListener("click", (event) => {
    const key = event.target instanceof HTMLElement ? event.target.dataset.key : undefined;
    if (key) sendKey(commands, key);
  });
  dialog("keypad").addEventListener("keydown", (event) => {
    if (/^[0-9*#]$/.test(event.key)) sendKey(commands, event.key);
  });
}

/** Whether what is handed on is a chat: no number can take it, and who is asked first reads along. */
const chats = () => document.querySelector(".chat-head") !== null;

/** @param {string} of the contact */
async function openTransfer(of) {
  contact = of;
  for (const part of dialog("transfer").querySelectorAll("[data-calls]")) /** @type {HTMLElement} */ (part).hidden = chats();
  for (const part of dialog("transfer").querySelectorAll("[data-chats]")) /** @type {HTMLElement} */ (part).hidden = !chats();
  const form = /** @type {HTMLFormElement} */ (dialog("transfer").querySelector("form"));
  form.reset();
  problem(form, "");
  find();
  dialog("transfer").showModal();
  const answer = await fetch("/agent/targets");
  const targets = /** @type {HTMLElement} */ (document.getElementById("targets"));
  if (answer.ok) targets.innerHTML = await answer.text();
  find();
  finder().focus();
}

/** @returns {HTMLInputElement} */
const finder = () => /** @type {HTMLInputElement} */ (document.getElementById("find-target"));

/** @returns {HTMLInputElement[]} whom one can transfer to among those shown */
function choosable() {
  return [...document.querySelectorAll("#targets .pick:not([hidden]) input:not(:disabled)")].map((one) => /** @type {HTMLInputElement} */ (one));
}

/** Show those with every word typed; the first who can be asked is chosen, so that Enter does it. */
function find() {
  const words = finder().value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const pick of document.querySelectorAll("#targets .pick")) {
    const about = /** @type {HTMLElement} */ (pick).dataset.find ?? "";
    /** @type {HTMLElement} */ (pick).hidden = !words.every((word) => about.includes(word));
  }
  for (const one of document.querySelectorAll("#targets input:checked")) /** @type {HTMLInputElement} */ (one).checked = false;
  const first = choosable()[0];
  if (words.length && first) first.checked = true;
}

/** @param {HTMLFormElement} form @param {string} text */
function problem(form, text) {
  const place = /** @type {HTMLElement} */ (form.querySelector("[data-problem]"));
  place.textContent = text;
  place.hidden = !text;
}

/** @param {import("./commands.js").Commands} commands @param {string} mode */
async function transfer(commands, mode) {
  const form = /** @type {HTMLFormElement} */ (dialog("transfer").querySelector("form"));
  if (!form.reportValidity()) return;
  const values = new FormData(form);
  const number = String(values.get("number") ?? "").trim();
  const target = number ? `number:${number}` : values.get("target") ?? "number:";
  const place = /** @type {HTMLElement} */ (form.querySelector("[data-problem]"));
  if (await commands.send("transfer", { contact, target, mode, note: values.get("note") ?? "" }, place)) {
    forgetDraft("transfer");
    dialog("transfer").close();
  }
}

/** @param {string} text */
function setPressed(text) {
  const place = dialog("keypad").querySelector(".pressed");
  if (place) place.textContent = text;
}

let keysToSend = "";
let sendingKeys = false;

/**
 * One request at a time: requests side by side may overtake each other, and keys must not.
 * @param {import("./commands.js").Commands} commands @param {string} key
 */
async function sendKey(commands, key) {
  setPressed((dialog("keypad").querySelector(".pressed")?.textContent ?? "") + key);
  keysToSend += key;
  if (sendingKeys) return;
  sendingKeys = true;
  try {
    while (keysToSend) {
      const digits = keysToSend.slice(0, 32);
      keysToSend = keysToSend.slice(32);
      await commands.send("digits", { contact, digits });
    }
  } finally {
    sendingKeys = false;
  }
}
