// @ts-check
// J and K go through the rows of a table marked data-review-keys; A, C, D and U act on the row that has the focus.
// After a verdict the next row that waits for one has it.

const KEYS = ["a", "c", "d", "u"];

/** @param {EventTarget | null} target @returns {boolean} */
function types(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** @returns {HTMLElement[]} */
function rows() {
  return [...document.querySelectorAll("table[data-review-keys] tbody tr[data-review]")].map((row) => /** @type {HTMLElement} */ (row));
}

/** @returns {HTMLElement | null} */
function here() {
  return /** @type {HTMLElement | null} */ (document.activeElement?.closest("tr[data-review]") ?? null);
}

/** Put the focus on what a row can be done to. @param {HTMLElement | undefined} row */
function enter(row) {
  const act = row?.querySelector("button:not([disabled])");
  if (!(act instanceof HTMLElement)) return;
  act.focus();
  row?.scrollIntoView({ block: "nearest" });
}

/** @param {number} step 1 or -1 */
function go(step) {
  const all = rows().filter((row) => row.querySelector("button:not([disabled])"));
  const now = here();
  const at = now ? all.indexOf(now) : -1;
  enter(at < 0 ? all[0] : all[Math.min(all.length - 1, Math.max(0, at + step))]);
}

/** @param {string} key @returns {boolean} */
function act(key) {
  const found = (here() ?? rows()[0])?.querySelector(`[data-key="${key}"]:not([disabled])`);
  if (!(found instanceof HTMLElement)) return false;
  if (found instanceof HTMLInputElement) found.select();
  else found.click();
  return true;
}

/** Enter in the field corrects: the first button of a form would else accept. @param {KeyboardEvent} event */
function correct(event) {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || field.dataset.key !== "c" || event.key !== "Enter" || event.isComposing) return;
  const button = field.form?.querySelector("[data-default]");
  if (!(button instanceof HTMLElement)) return;
  event.preventDefault();
  if (field.value.trim()) button.click();
}

/** A row came back: one with a doubt keeps the focus, else the next open one gets it. @param {Event} event */
function settle(event) {
  const fresh = event.target instanceof Element ? event.target.closest("tr[data-review]") : null;
  if (!(fresh instanceof HTMLElement) || !fresh.closest("table[data-review-keys]")) return;
  const said = document.getElementById("review-said");
  if (said) said.textContent = fresh.querySelector(".trainer-verdict form span")?.textContent?.trim() ?? "";
  if (fresh.dataset.review === "open") return enter(fresh);
  const all = rows();
  enter(all.slice(all.indexOf(fresh) + 1).find((row) => row.dataset.review === "open") ?? fresh);
}

/** Listen on the whole page; letters act only where nobody types. */
export function listenForReviewKeys() {
  document.body.addEventListener("htmx:load", settle);
  document.addEventListener("keydown", (event) => {
    correct(event);
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (types(event.target)) {
      if (event.key === "Escape") enter(here() ?? undefined);
      return;
    }
    if (event.key === "j" || event.key === "k") go(event.key === "j" ? 1 : -1);
    else if (!KEYS.includes(event.key) || !act(event.key)) return;
    event.preventDefault();
  });
}
