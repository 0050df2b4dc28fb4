// @ts-check
// Names this browser tab. A reload keeps the name; a duplicated tab gets a new one, because the lock is taken.

const KEY = "desk-id";
const LEFT = "desk-left"; // the page before said good-bye, so its lock is about to be free
const PATIENCE_MS = { left: 5_000, unknown: 400 };

/** @returns {Promise<string>} */
export async function deskId() {
  const kept = sessionStorage.getItem(KEY);
  const left = sessionStorage.getItem(LEFT) !== null;
  sessionStorage.removeItem(LEFT);
  addEventListener("pagehide", () => sessionStorage.setItem(LEFT, "yes"));
  addEventListener("pageshow", (event) => { if (event.persisted) sessionStorage.removeItem(LEFT); });
  if (kept && (await take(kept, left ? PATIENCE_MS.left : PATIENCE_MS.unknown))) return kept;
  const fresh = newId();
  sessionStorage.setItem(KEY, fresh);
  await take(fresh, PATIENCE_MS.unknown);
  return fresh;
}

/** A random id; also where the page is not a secure context. @returns {string} */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Hold the lock of `id` as long as this page lives.
 * @param {string} id @param {number} patienceMs so long a page that holds it may take to let go; a free one is ours
 *   however slow the browser answers
 * @returns {Promise<boolean>}
 */
async function take(id, patienceMs) {
  if (!navigator.locks) return true;
  return (await request(id, { ifAvailable: true })) || request(id, { signal: AbortSignal.timeout(patienceMs) });
}

/** @param {string} id @param {LockOptions} options @returns {Promise<boolean>} */
function request(id, options) {
  return new Promise((resolve) => {
    navigator.locks
      .request(`desk-${id}`, options, (lock) => { resolve(lock !== null); return lock && new Promise(() => {}); })
      .catch(() => resolve(false));
  });
}
