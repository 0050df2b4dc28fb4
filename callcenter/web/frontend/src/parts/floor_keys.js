// @ts-check
// The floor by keyboard: arrows between tiles and rows, letters for the open panel.

const PLACES = { q: ".row-open", g: "#groups .tile:not([hidden]) .tile-open", n: ".alarms button" };

/** @param {import("./floor_panel.js").Panel} panel @param {import("./floor_filter.js").Filter} filter */
export function listenForFloorKeys(panel, filter) {
  const groups = /** @type {HTMLElement} */ (document.getElementById("groups"));
  rove(groups);
  new MutationObserver(() => rove(groups)).observe(groups, { childList: true, subtree: true, attributes: true, attributeFilter: ["tabindex", "hidden", "open"] });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.metaKey || event.ctrlKey || event.repeat && event.key.length === 1) return;
    if (document.querySelector("dialog[open], .menu:popover-open")) return;
    const done = event.key.startsWith("Arrow") ? arrow(event) : key(event, panel, filter);
    if (done) event.preventDefault();
  });
  groups.addEventListener("focusin", (event) => {
    const tile = event.target instanceof Element ? event.target.closest(".tile-open") : null;
    if (tile) choose(groups, tile);
  });
}

/** One tile is in the tab order: the chosen one, else the first. @param {HTMLElement} groups */
function rove(groups) {
  const chosen = groups.querySelector('.tile-open[tabindex="0"]');
  if (chosen?.checkVisibility?.() ?? chosen) return;
  const active = document.activeElement?.closest?.("#groups .tile-open");
  const first = active ?? tiles()[0];
  if (first) choose(groups, first);
}

/** @param {HTMLElement} groups @param {Element} tile */
function choose(groups, tile) {
  if (tile.getAttribute("tabindex") === "0") return;
  for (const old of groups.querySelectorAll('.tile-open[tabindex="0"]')) old.setAttribute("tabindex", "-1");
  tile.setAttribute("tabindex", "0");
}

/** @returns {HTMLElement[]} those that can be seen, in order */
function tiles() {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#groups .group[open] .tile:not([hidden]) .tile-open")]);
}

/** @param {EventTarget | null} target @returns {boolean} */
function types(target) {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && !["radio", "checkbox"].includes(target.type));
}

/** @param {KeyboardEvent} event @returns {boolean} */
function arrow(event) {
  const here = event.target instanceof HTMLElement ? event.target.closest(".tile-open, .row-open, .row-menu, summary") : null;
  if (!(here instanceof HTMLElement)) return false;
  if (here.matches(".row-open, .row-menu")) return row(here, event.key);
  const next = here.matches("summary") ? fromHead(here, event.key) : neighbour(here, event.key);
  next?.focus();
  return next !== undefined;
}

/** @param {HTMLElement} here @param {string} key @returns {boolean} */
function row(here, key) {
  const kind = here.matches(".row-open") ? ".row-open" : ".row-menu";
  if (key === "ArrowRight" || key === "ArrowLeft") {
    /** @type {HTMLElement | null | undefined} */ (here.closest("tr")?.querySelector(key === "ArrowRight" ? ".row-menu" : ".row-open"))?.focus();
    return true;
  }
  const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(`tbody ${kind}`)]);
  all[all.indexOf(here) + (key === "ArrowDown" ? 1 : -1)]?.focus();
  return true;
}

/** @param {HTMLElement} head @param {string} key @returns {HTMLElement | undefined} */
function fromHead(head, key) {
  if (key !== "ArrowDown") return undefined;
  return /** @type {HTMLElement | undefined} */ (head.parentElement?.querySelector(".tile:not([hidden]) .tile-open") ?? undefined);
}

/** The tile beside, above or below, across groups. @param {HTMLElement} here @param {string} key @returns {HTMLElement | undefined} */
function neighbour(here, key) {
  const all = tiles();
  const at = all.indexOf(here);
  if (key === "ArrowRight" || key === "ArrowLeft") return all[at + (key === "ArrowRight" ? 1 : -1)];
  const place = here.getBoundingClientRect();
  const down = key === "ArrowDown";
  const rest = down ? all.slice(at + 1) : all.slice(0, at).reverse();
  const off = rest.filter((one) => (down ? one.getBoundingClientRect().top > place.top + 4 : one.getBoundingClientRect().top < place.top - 4));
  if (!off.length) return undefined;
  const line = off[0].getBoundingClientRect().top;
  const beside = off.filter((one) => Math.abs(one.getBoundingClientRect().top - line) < 4);
  return beside.reduce((best, one) => (far(one, place) < far(best, place) ? one : best));
}

/** @param {HTMLElement} one @param {DOMRect} place @returns {number} */
function far(one, place) {
  return Math.abs(one.getBoundingClientRect().left - place.left);
}

/** @param {KeyboardEvent} event @param {import("./floor_panel.js").Panel} panel @param {import("./floor_filter.js").Filter} filter @returns {boolean} */
function key(event, panel, filter) {
  if (event.key === "Escape") {
    if (types(event.target)) { /** @type {HTMLElement} */ (event.target).blur(); return true; }
    panel.close();
    return true;
  }
  if (types(event.target)) return false;
  if (event.key === "?") { /** @type {HTMLDialogElement | null} */ (document.getElementById("floor-help"))?.showModal(); return true; }
  if (event.key === "/") { /** @type {HTMLElement | null} */ (filter.form.querySelector("[name=text]"))?.focus(); return true; }
  const lower = event.key.toLowerCase();
  if (event.key.length === 1 && panel.press(event.key.toUpperCase())) return true;
  if (lower in PLACES) {
    const first = /** @type {HTMLElement | null} */ (document.querySelector(PLACES[/** @type {keyof typeof PLACES} */ (lower)]));
    first?.focus();
    return first !== null;
  }
  return false;
}
