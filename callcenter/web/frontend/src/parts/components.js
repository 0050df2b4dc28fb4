// @ts-check
// What the shared components need: opening dialogs, tabs inside a page, choosing rows. One listener each for
// the whole document, so that swapped fragments need no second word.

/** @param {Event} event @param {string} selector @returns {HTMLElement | null} */
function near(event, selector) {
  const found = event.target instanceof Element ? event.target.closest(selector) : null;
  return found instanceof HTMLElement ? found : null;
}

/** Dialogs, tabs and choices of rows. */
export function listenForComponents() {
  document.addEventListener("click", (event) => {
    const opener = near(event, "[data-opens]");
    const dialog = opener && document.getElementById(opener.dataset.opens ?? "");
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
    const closer = near(event, "[data-closes]");
    if (closer) closer.closest("dialog")?.close();
    const tab = near(event, '[role="tab"]');
    if (tab) choose(tab);
  });
  document.addEventListener("keydown", (event) => {
    const tab = near(event, '[role="tab"]');
    const next = tab && neighbour(tab, event.key);
    if (!next) return;
    event.preventDefault();
    choose(next);
    next.focus();
  });
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.type === "checkbox") count(event.target);
  });
}

/** @param {HTMLElement} tab @param {string} key @returns {HTMLElement | undefined} */
function neighbour(tab, key) {
  const tabs = /** @type {HTMLElement[]} */ ([...(tab.parentElement?.querySelectorAll('[role="tab"]') ?? [])]);
  const at = tabs.indexOf(tab);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[key];
  return to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
}

/** @param {HTMLElement} chosen */
function choose(chosen) {
  for (const tab of chosen.parentElement?.querySelectorAll('[role="tab"]') ?? []) {
    const on = tab === chosen;
    tab.setAttribute("aria-selected", String(on));
    if (on) tab.removeAttribute("tabindex");
    else tab.setAttribute("tabindex", "-1");
    const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
    if (panel) panel.hidden = !on;
  }
}

/** @param {HTMLInputElement} changed */
function count(changed) {
  const name = changed.dataset.selects ?? changed.name;
  const place = document.querySelector(`[data-selected="${CSS.escape(name)}"]`);
  const all = document.querySelector(`[data-selects="${CSS.escape(name)}"]`);
  if (!name || !(all instanceof HTMLInputElement)) return;
  const rows = /** @type {HTMLInputElement[]} */ ([
    ...document.querySelectorAll(`.tick input[name="${CSS.escape(name)}"]`),
  ]);
  if (changed === all) for (const row of rows) row.checked = all.checked;
  const chosen = rows.filter((row) => row.checked).length;
  all.checked = chosen > 0 && chosen === rows.length;
  all.indeterminate = chosen > 0 && chosen < rows.length;
  if (place instanceof HTMLElement) place.textContent = (place.dataset.text ?? "{count}").replace("{count}", String(chosen));
}
