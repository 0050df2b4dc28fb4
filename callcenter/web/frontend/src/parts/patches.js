// @ts-check
// Puts pushed rows and tiles into lists: changed ones in place, moved ones moved, gone ones removed.
// In the page a list is `data-list="name"`, each of its children one element with `data-key`.

import { elementOf, morph, move } from "./morph.js";
import { applyRegions } from "./regions.js";
import { paintTimers } from "./clock.js";

/**
 * @typedef {[key: string, after: string | null, html: string | null]} Op
 * `after`: the key to put it after, "" for first, null where it stands; `html`: null for as it was.
 * @typedef {{regions: Record<string, string>, gone: string[], lists: Record<string, Op[]>, whole: boolean}} Patch
 */

/** Apply what the server pushed. Throws when the page is not what the server thinks: then ask for all again. @param {Patch} patch */
export function applyPatch(patch) {
  applyRegions(patch.regions);
  for (const key of patch.gone) rowOf(key)?.remove();
  for (const [name, ops] of Object.entries(patch.lists)) {
    const list = document.querySelector(`[data-list="${CSS.escape(name)}"]`);
    if (!list) continue;
    for (const op of ops) applyOp(list, op);
    if (patch.whole) dropRemnants(list, new Set(ops.map(([key]) => key)));
  }
}

/** @param {Element} list @param {Op} op */
function applyOp(list, [key, after, html]) {
  const old = rowOf(key);
  if (!old && (html === null || after === null)) throw new Error(`no row ${key}`);
  const row = old ? (html === null ? old : morph(old, elementOf(html))) : elementOf(/** @type {string} */ (html));
  if (after !== null) {
    const before = after ? rowOf(after) : null;
    if (after && before?.parentElement !== list) throw new Error(`no row ${after} in its list`);
    const place = before ? before.nextElementSibling : list.firstElementChild;
    if (place !== row) move(list, row, place);
  }
  paintTimers(row);
}

/** @param {Element} list @param {Set<string>} keys */
function dropRemnants(list, keys) {
  for (const row of [...list.querySelectorAll(":scope > [data-key]")]) {
    if (!keys.has(row.getAttribute("data-key") ?? "")) row.remove();
  }
}

/** @param {string} key @returns {Element | null} */
function rowOf(key) {
  return document.querySelector(`[data-key="${CSS.escape(key)}"]`);
}
