// @ts-check
// Names this browser tab. A reload keeps the name; a duplicated tab gets a new one, because the lock is taken.

const KEY = "desk-id";

/** @returns {Promise<string>} */
export async function deskId() {
  const kept = sessionStorage.getItem(KEY);
  if (kept && (await take(kept, 400))) return kept;
  const fresh = newId();
  sessionStorage.setItem(KEY, fresh);
  await take(fresh, 400);
  return fresh;
}

/** A random id; also where the page is not a secure context. @returns {string} */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Hold the lock of `id` as long as this page lives.
 * @param {string} id @param {number} patienceMs a page being reloaded lets go within this time
 * @returns {Promise<boolean>}
 */
function take(id, patienceMs) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(patienceMs);
    navigator.locks
      .request(`desk-${id}`, { signal }, () => { resolve(true); return new Promise(() => {}); })
      .catch(() => resolve(false));
  });
}
