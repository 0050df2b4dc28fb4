// @ts-check
// Puts pushed HTML into the page without losing typed text, focus or scroll position.

import { paintTimers } from "./clock.js";
import { forgetDraft, readDraft, restoreForm, saveDraft } from "./drafts.js";
import { paintErrors } from "./form_errors.js";

/** @param {Record<string, string>} regions HTML by region name */
export function applyRegions(regions) {
  for (const [name, html] of Object.entries(regions)) {
    const region = document.querySelector(`[data-region="${name}"]`);
    if (region) swap(/** @type {HTMLElement} */ (region), html);
  }
}

/** @param {HTMLElement} region @param {string} html our own server's, escaped there */
function swap(region, html) {
  const focus = focusIn(region);
  const scroll = region.closest(".column")?.scrollTop ?? 0;
  for (const form of keptForms(region)) saveDraft(form);
  region.innerHTML = html;
  for (const form of keptForms(region)) {
    restoreForm(form, readDraft(form.dataset.keep ?? ""));
    paintErrors(form);
  }
  paintTimers(region);
  const column = region.closest(".column");
  if (column) column.scrollTop = scroll;
  focus?.(region);
}

/** @param {ParentNode} root @returns {HTMLFormElement[]} */
function keptForms(root) {
  return /** @type {HTMLFormElement[]} */ ([...root.querySelectorAll("form[data-keep]")]);
}

/**
 * @param {HTMLElement} region
 * @returns {((region: HTMLElement) => void) | null} puts the focus back on what replaced the focused element
 */
function focusIn(region) {
  const active = document.activeElement;
  if (!active || !region.contains(active)) return null;
  const { id } = active;
  const name = active.getAttribute("name");
  const value = active instanceof HTMLInputElement && active.type === "radio" ? active.value : null;
  const text = active instanceof HTMLTextAreaElement || (active instanceof HTMLInputElement && value === null) ? active : null;
  const selection = text ? [text.selectionStart, text.selectionEnd] : null;
  return (fresh) => {
    const same = id ? fresh.querySelector(`#${CSS.escape(id)}`) : null;
    const named = name ? fresh.querySelector(`[name="${CSS.escape(name)}"]${value === null ? "" : `[value="${CSS.escape(value)}"]`}`) : null;
    const target = /** @type {HTMLElement | null} */ (same ?? named);
    target?.focus({ preventScroll: true });
    if (selection && target instanceof HTMLTextAreaElement) target.setSelectionRange(selection[0], selection[1]);
  };
}

/** Keep drafts as they are typed, so that a reload or a lost session loses nothing. */
export function keepDrafts() {
  for (const form of keptForms(document)) restoreForm(form, readDraft(form.dataset.keep ?? ""));
  document.addEventListener("input", (event) => {
    const form = event.target instanceof Element ? event.target.closest("form[data-keep]") : null;
    if (form instanceof HTMLFormElement) saveDraft(form);
  });
}

export { forgetDraft };
