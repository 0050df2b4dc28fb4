// @ts-check
// The keyboard does everything. Letters act only where nobody types.

/** Acts of single keys; the button must be on the page. */
const BUTTONS = {
  a: ["#act-available"],
  h: ["#act-hold", "#act-resume"],
  m: ["#act-mute"],
  t: ["#act-transfer_open"],
  k: ["#act-keypad_open"],
  e: ["#act-hang_up"],
  r: ["#act-recording_pause", "#act-recording_resume"],
};

/** @param {EventTarget | null} target @returns {boolean} */
function types(target) {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type !== "radio");
}

/** @param {string[]} selectors */
function press(selectors) {
  for (const selector of selectors) {
    const button = /** @type {HTMLButtonElement | null} */ (document.querySelector(selector));
    if (button && !button.disabled) { button.click(); return true; }
  }
  return false;
}

/** @param {HTMLElement} menu @param {string} key */
function pick(menu, key) {
  const buttons = /** @type {HTMLButtonElement[]} */ ([...menu.querySelectorAll("button[data-reason]")]);
  const button = buttons[Number(key) - 1];
  if (button) { button.click(); return true; }
  if (key !== "ArrowDown" && key !== "ArrowUp") return false;
  const all = /** @type {HTMLButtonElement[]} */ ([...menu.querySelectorAll("button")]);
  const at = all.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  all[(at + (key === "ArrowDown" ? 1 : all.length - 1) + all.length) % all.length]?.focus();
  return true;
}

/** Listen for keys on the whole page. */
export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    const done = act(event);
    if (done) event.preventDefault();
  });
}

/** @param {KeyboardEvent} event @returns {boolean} whether the key was ours */
function act(event) {
  if (event.isComposing || event.altKey || event.metaKey || event.repeat) return false;
  if (event.ctrlKey) {
    if (event.key !== "Enter") return false;
    const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-wrapup]"));
    form?.requestSubmit();
    return form !== null;
  }
  if (document.querySelector("dialog[open]")) return false;
  const menu = /** @type {HTMLElement | null} */ (document.querySelector("#break-menu:popover-open"));
  if (menu && pick(menu, event.key)) return true;
  if (types(event.target)) {
    if (event.key === "Escape") /** @type {HTMLElement} */ (event.target).blur();
    return false;
  }
  if (event.key === "Enter" && !(event.target instanceof HTMLAnchorElement)) return press(["#act-accept"]);
  if (event.key === "Escape") return !document.querySelector(":popover-open") && press(["#act-decline"]);
  return letter(event.key);
}

/** @param {string} key @returns {boolean} */
function letter(key) {
  const lower = key.toLowerCase();
  if (key === "?") { /** @type {HTMLDialogElement} */ (document.getElementById("help"))?.showModal(); return true; }
  if (lower === "b") {
    const menu = document.getElementById("break-menu");
    if (!document.getElementById("act-break")) return false;
    menu?.togglePopover();
    /** @type {HTMLElement | null} */ (menu?.querySelector("button"))?.focus();
    return true;
  }
  if (lower === "n") {
    const note = document.getElementById("note");
    note?.focus();
    return note !== null;
  }
  return lower in BUTTONS && press(BUTTONS[/** @type {keyof typeof BUTTONS} */ (lower)]);
}
