// @ts-check
// Typed text by form, in this tab's storage: survives swaps, reloads and a lost session.

const PREFIX = "draft:";
const KEPT = 12;

/** @param {HTMLFormElement} form */
export function saveDraft(form) {
  const key = PREFIX + (form.dataset.keep ?? "");
  const values = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  sessionStorage.setItem(key, JSON.stringify(values));
  const all = Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX) && name !== key);
  for (const old of all.slice(0, Math.max(0, all.length - KEPT))) sessionStorage.removeItem(old);
}

/** @param {string} keep @returns {[string, string][]} */
export function readDraft(keep) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + keep) ?? "[]");
  } catch {
    return [];
  }
}

/** @param {string} keep */
export function forgetDraft(keep) {
  sessionStorage.removeItem(PREFIX + keep);
}

/** @param {HTMLFormElement} form @param {[string, string][]} values */
export function restoreForm(form, values) {
  for (const [name, value] of values) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field instanceof HTMLInputElement && field.type === "radio") field.checked = field.value === value;
      else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) field.value = value;
    }
  }
}
