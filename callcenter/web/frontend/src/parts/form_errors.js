// @ts-check
// Refusals of a kept form, beside their field. They belong to the form's name, not to its elements: pushed HTML that
// takes the form's place shows them again.

/** What stands refused, by form (`data-keep`). @type {Map<string, {field: string, text: string}>} */
const standing = new Map();

/** The form of this name that is in the page now. @param {string} keep @returns {HTMLFormElement | null} */
function formOf(keep) {
  return document.querySelector(`form[data-keep="${CSS.escape(keep)}"]`);
}

/** @param {string} keep the form's name @param {string} field "" for the form as a whole @param {string} text */
export function refuseField(keep, field, text) {
  standing.set(keep, { field, text });
  const form = formOf(keep);
  if (form) paintErrors(form)?.focus();
}

/** @param {string} keep the form's name */
export function clearErrors(keep) {
  standing.delete(keep);
  const form = formOf(keep);
  if (!form) return;
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-error-for], [data-problem]"))) place.hidden = true;
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

/** Show what stands refused of this form. @param {HTMLFormElement} form @returns {HTMLElement | null} the field to mend */
export function paintErrors(form) {
  const refused = standing.get(form.dataset.keep ?? "");
  if (!refused) return null;
  const beside = refused.field ? form.querySelector(`[data-error-for="${CSS.escape(refused.field)}"]`) : null;
  const place = /** @type {HTMLElement | null} */ (beside ?? form.querySelector("[data-problem]"));
  if (!place) return null;
  place.textContent = refused.text;
  place.hidden = false;
  if (!beside) return null;
  const input = /** @type {HTMLElement | null} */ (place.closest("[data-field]")?.querySelector("input, select, textarea") ?? null);
  input?.setAttribute("aria-invalid", "true");
  return input;
}
