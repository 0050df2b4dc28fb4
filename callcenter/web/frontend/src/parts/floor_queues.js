// @ts-check
// The menu of a queue's row, and the dialog that closes or diverts it.

let queue = "";
/** @type {HTMLElement | null} */
let opener = null;

/** @param {import("./floor_panel.js").Panel} panel */
export function listenForQueues(panel) {
  const menu = /** @type {HTMLElement} */ (document.getElementById("queue-menu"));
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("close-queue"));
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const button = /** @type {HTMLElement | null} */ (target?.closest("[data-queue-menu]") ?? null);
    if (button) openMenu(menu, button);
    const closer = /** @type {HTMLElement | null} */ (target?.closest("[data-close-queue]") ?? null);
    if (closer) openDialog(dialog, closer.dataset.closeQueue ?? "");
    const item = /** @type {HTMLElement | null} */ (target?.closest("[data-menu]") ?? null);
    if (item) choose(item.dataset.menu ?? "", menu, dialog, panel);
  });
  menu.addEventListener("keydown", (event) => {
    const items = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role=menuitem]:not([hidden])")]);
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    items[(to + items.length) % items.length]?.focus();
  });
  menu.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "closed" && menu.contains(document.activeElement)) opener?.focus();
  });
  // choosing where to also chooses that way
  dialog.addEventListener("input", (event) => {
    const name = event.target instanceof HTMLElement ? event.target.getAttribute("name") ?? "" : "";
    const way = name.endsWith("_target") ? dialog.querySelector(`[name=then][value="${name.replace("_target", "")}"]`) : null;
    if (way instanceof HTMLInputElement) way.checked = true;
  });
}

/** @param {HTMLElement} menu @param {HTMLElement} button */
function openMenu(menu, button) {
  queue = button.dataset.queueMenu ?? "";
  opener = button;
  const closed = button.closest("tr")?.getAttribute("data-closed") === "yes";
  menu.querySelector("[data-menu=reopen]")?.toggleAttribute("hidden", !closed);
  menu.showPopover();
  const place = button.getBoundingClientRect();
  menu.style.insetBlockStart = `${Math.min(place.bottom + 2, innerHeight - menu.offsetHeight - 8)}px`;
  menu.style.insetInlineStart = `${Math.min(place.left, innerWidth - menu.offsetWidth - 8)}px`;
  /** @type {HTMLElement | null} */ (menu.querySelector("[role=menuitem]"))?.focus();
}

/** @param {string} what @param {HTMLElement} menu @param {HTMLDialogElement} dialog @param {import("./floor_panel.js").Panel} panel */
function choose(what, menu, dialog, panel) {
  menu.hidePopover();
  if (what === "open") panel.open(`queue:${queue}`, opener);
  if (what === "close") openDialog(dialog, queue);
  if (what === "reopen") document.dispatchEvent(new CustomEvent("floor:reopen", { detail: queue }));
}

/** @param {HTMLDialogElement} dialog @param {string} of */
async function openDialog(dialog, of) {
  const answer = await fetch(`/floor/queues/${encodeURIComponent(of)}/close`).catch(() => null);
  if (!answer?.ok) return;
  dialog.innerHTML = await answer.text();
  dialog.showModal();
}
