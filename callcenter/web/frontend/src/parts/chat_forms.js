// @ts-check
// The forms below the visitor's talk: a rating, a message for when nobody is at work, an address for the transcript.

import { el } from "./chat_dom.js";

/** @typedef {(word: string, n?: string | number) => string} Word */

/** One of five, with a comment. @param {Word} word @param {(score: number, comment: string) => void} rated @returns {HTMLElement[]} */
export function ratingForm(word, rated) {
  let chosen = 0;
  const comment = el("textarea", { "aria-label": word("comment"), placeholder: word("comment"), rows: 2, maxlength: 1000 });
  const stars = el("div", { class: "stars", role: "group", "aria-label": word("rate") });
  for (let score = 1; score <= 5; score += 1) {
    stars.append(el("button", { type: "button", text: `${score} ★`, "aria-pressed": "false", onclick: (/** @type {Event} */ event) => {
      chosen = score;
      stars.querySelectorAll("button").forEach((one) => one.setAttribute("aria-pressed", String(one === event.currentTarget)));
    } }));
  }
  const send = el("button", { type: "button", text: word("rateSend"), onclick: () => { if (chosen) rated(chosen, comment.value); } });
  return [el("p", { text: word("rate") }), stars, comment, send];
}

/** @param {Word} word @param {(left: {name: string, reach: string, text: string}) => void} left @returns {HTMLElement} */
export function messageForm(word, left) {
  const name = el("input", { "aria-label": word("name"), placeholder: word("name"), maxlength: 120, autocomplete: "name" });
  const reach = el("input", { "aria-label": word("reach"), placeholder: word("reach"), maxlength: 120, required: true });
  const text = el("textarea", { "aria-label": word("text"), placeholder: word("text"), rows: 4, maxlength: 3500, required: true });
  return el("form", { onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    left({ name: name.value, reach: reach.value, text: text.value });
  } }, name, reach, text, el("button", { class: "primary", text: word("leave") }));
}

/** @param {Word} word @param {(address: string) => void} given @returns {{ form: HTMLElement, address: HTMLElement }} */
export function mailForm(word, given) {
  const address = el("input", { type: "email", "aria-label": word("address"), placeholder: word("address"), required: true, maxlength: 254, autocomplete: "email" });
  const form = el("form", { onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    given(address.value);
  } }, address, el("button", { class: "primary", text: word("mail") }));
  return { form, address };
}
