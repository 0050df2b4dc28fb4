// @ts-check
// Running timers by the server's clock: browser and server may be an hour apart.

let offsetMs = 0;

/** Take over the server's time. @param {number} nowMs ms since 1970 by the server */
export function setServerNow(nowMs) {
  offsetMs = nowMs - Date.now();
}

/** @returns {number} the server's time, ms since 1970 */
export function serverNow() {
  return Date.now() + offsetMs;
}

/** `0:42`, `3:41`, `1:02:05`. @param {number} ms @returns {string} */
export function shortTime(ms) {
  const all = Math.max(0, Math.floor(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** Write all timers inside `root`. @param {ParentNode} root */
export function paintTimers(root) {
  for (const element of root.querySelectorAll("time[data-since], time[data-until]")) {
    const { since, until, late } = /** @type {HTMLElement} */ (element).dataset;
    const ms = since ? serverNow() - Number(since) : Number(until) - serverNow();
    const text = shortTime(ms);
    if (element.textContent !== text) element.textContent = text;
    if (late) element.classList.toggle("late", ms > Number(late));
  }
}

/** Keep the page's timers going. */
export function runTimers() {
  const start = Number(document.body.dataset.now);
  if (start) setServerNow(start);
  paintTimers(document);
  setInterval(() => paintTimers(document), 500);
}
