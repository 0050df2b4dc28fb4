// @ts-check
// The result form: what is sent, and refusals beside their field.

import { forgetDraft } from "./drafts.js";

const QUEUE_FIELD = "field.";

/** What the form says. @param {Iterable<[string, FormDataEntryValue]>} values @returns {{disposition: string, note: string, follow_up: string, fields: Record<string, string>}} */
export function resultOf(values) {
  /** @type {{disposition: string, note: string, follow_up: string, fields: Record<string, string>}} */
  const result = { disposition: "", note: "", follow_up: "", fields: {} };
  for (const [name, value] of values) {
    if (typeof value !== "string") continue;
    if (name.startsWith(QUEUE_FIELD)) result.fields[name.slice(QUEUE_FIELD.length)] = value;
    else if (name === "disposition" || name === "note" || name === "follow_up") result[name] = value;
  }
  return result;
}

/** @param {import("./commands.js").Commands} commands @param {HTMLFormElement} form */
export async function fileResult(commands, form) {
  clearErrors(form);
  const place = /** @type {HTMLElement} */ (form.querySelector("[data-problem]"));
  const body = { contact: form.dataset.wrapup, ...resultOf(new FormData(form)) };
  const act = commands.begin(place);
  const refused = await commands.ask("wrap_up", body);
  if (refused && !refused.field) commands.refuse(act, refused.message, place);
  if (!refused) forgetDraft(form.dataset.keep ?? "");
  else if (refused.field) showError(form, refused.field, refused.message);
}

/** @param {HTMLFormElement} form @param {string} field @param {string} text */
function showError(form, field, text) {
  const place = /** @type {HTMLElement | null} */ (form.querySelector(`[data-error-for="${CSS.escape(field)}"]`));
  if (!place) return;
  place.textContent = text;
  place.hidden = false;
  const input = /** @type {HTMLElement | null} */ (place.closest("[data-field]")?.querySelector("input, select, textarea"));
  input?.setAttribute("aria-invalid", "true");
  input?.focus();
}

/** @param {HTMLFormElement} form */
function clearErrors(form) {
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-error-for]"))) place.hidden = true;
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}
