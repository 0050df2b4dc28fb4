// @ts-check
// What the widget remembers between pages: who the visitor is, and what is not sent yet. Without storage it forgets.

/** @param {string} entry @param {Storage | null} [storage] */
export function memoryOf(entry, storage = storageThere()) {
  const name = `callcenter-chat-${entry}`;
  /** @param {string} part @param {any} fallback */
  const get = (part, fallback) => {
    try {
      return JSON.parse(storage?.getItem(`${name}-${part}`) ?? "null") ?? fallback;
    } catch {
      return fallback;
    }
  };
  /** @param {string} part @param {any} value */
  const set = (part, value) => {
    try {
      storage?.setItem(`${name}-${part}`, JSON.stringify(value));
    } catch {
      // full or forbidden: then only this page knows
    }
  };
  return {
    /** @returns {string} */ key: () => get("key", ""),
    /** @param {string} key */ keepKey: (key) => set("key", key),
    /** @returns {boolean} */ wasOpen: () => get("open", false),
    /** @param {boolean} open */ keepOpen: (open) => set("open", open),
    /** @returns {any[]} */ outbox: () => get("outbox", []),
    /** Keep one more. @param {any} frame */
    put: (frame) => set("outbox", [...get("outbox", []), frame]),
    /** It was answered. @param {string} id */
    drop: (id) => set("outbox", get("outbox", []).filter((/** @type {any} */ frame) => frame.id !== id)),
  };
}

function storageThere() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/** A random id. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
