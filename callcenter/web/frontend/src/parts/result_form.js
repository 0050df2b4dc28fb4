// @ts-check
// The result form: what is sent, and what was refused of it.

import { forgetDraft } from "./drafts.js";
import { clearErrors, refuseField } from "./form_errors.js";

const QUEUE_FIELD = "field.";
/** How often a result was filed: the answer to an older one says nothing any more. */
let filed = 0;

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
  const keep = form.dataset.keep ?? "";
  const turn = ++filed;
  clearErrors(keep);
  const refused = await commands.ask("wrap_up", { contact: form.dataset.wrapup, ...resultOf(new FormData(form)) });
  if (!refused) forgetDraft(keep);
  else if (turn === filed) refuseField(keep, refused.field ?? "", refused.message);
}
