// @ts-check
// Elements made of words: texts are never read as HTML.

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Record<string, any>} [given] attributes; `on…` are listeners, `text` is the content
 * @param {...(Node | string)} inside @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, given = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name === "text") made.textContent = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, String(value));
  }
  made.append(...inside);
  return made;
}

/** Tab from the last control comes to the first, and back. @param {KeyboardEvent} event @param {HTMLElement} panel @param {HTMLElement} here */
export function goRound(event, panel, here) {
  const all = /** @type {HTMLElement[]} */ ([...panel.querySelectorAll("button, textarea, input, a[href], [tabindex='0']")]);
  const there = all.filter((one) => one.getClientRects().length && !(/** @type {any} */ (one).disabled));
  const next = there.indexOf(here) + (event.shiftKey ? -1 : 1);
  if (next >= 0 && next < there.length) return;
  event.preventDefault();
  there[(next + there.length) % there.length]?.focus();
}
