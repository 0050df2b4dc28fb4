// @ts-check
// J and K go through the rows of a table marked data-row-keys, Enter opens (it is a link), / goes to the search.

/** @param {EventTarget | null} target @returns {boolean} */
function types(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** The links of the rows, and the one for further rows, from top to bottom. @returns {HTMLElement[]} */
function links() {
  return [...document.querySelectorAll("table[data-row-keys] tbody :is(.row-link, .more a)")].map((link) => /** @type {HTMLElement} */ (link));
}

/** @param {number} step 1 or -1 */
function go(step) {
  const all = links();
  const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step));
  all[next]?.focus();
  all[next]?.scrollIntoView({ block: "nearest" });
}

/** Listen on the whole page; letters act only where nobody types. */
export function listenForRowKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || types(event.target)) return;
    if (document.querySelector("dialog:modal")) return;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "/") /** @type {HTMLElement | null} */ (document.querySelector("form[role=search] input"))?.focus();
    else return;
    event.preventDefault();
  });
}
