// @ts-check
// The tabs of the side panel: clicks, arrows, and the choice kept over a reload.

const KEPT = "desk-tab";

/** @returns {HTMLElement[]} */
const tabs = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[role=tab]")]);

/** Take over the tabs of the page. */
export function listenForTabs() {
  for (const tab of tabs()) tab.addEventListener("click", () => choose(tab));
  document.querySelector("[role=tablist]")?.addEventListener("keydown", (event) => {
    const key = /** @type {KeyboardEvent} */ (event).key;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key] ?? 0;
    if (!step) return;
    const all = tabs();
    const next = all[(all.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + step + all.length) % all.length];
    choose(next);
    next.focus();
    event.preventDefault();
  });
  const kept = document.getElementById(sessionStorage.getItem(KEPT) ?? "");
  if (kept && tabs().includes(kept)) choose(kept);
}

/** @param {HTMLElement} chosen */
function choose(chosen) {
  for (const tab of tabs()) {
    const on = tab === chosen;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
    if (panel) panel.hidden = !on;
  }
  sessionStorage.setItem(KEPT, chosen.id);
}
