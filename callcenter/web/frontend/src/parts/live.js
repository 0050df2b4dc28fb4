// @ts-check
// One stream of server-sent events, reconnected with back-off and watched by a heartbeat.

import { setServerNow } from "./clock.js";

const SILENCE_MS = 12_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;

/**
 * @param {(first: boolean) => string} urlOf
 * @param {string} eventName
 * @param {{message: (data: any) => void, up: () => void, down: () => void, refused: () => void}} on
 */
export function openLive(urlOf, eventName, on) {
  /** @type {EventSource | null} */
  let source = null;
  let wait = FIRST_WAIT_MS;
  let first = true;
  let heard = Date.now();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retry;

  function open() {
    clearTimeout(retry);
    source?.close();
    heard = Date.now();
    source = new EventSource(urlOf(first));
    source.addEventListener(eventName, (event) => {
      alive();
      const data = JSON.parse(/** @type {MessageEvent} */ (event).data);
      setServerNow(data.facts.now);
      on.message(data);
    });
    source.addEventListener("tick", (event) => {
      alive();
      setServerNow(JSON.parse(/** @type {MessageEvent} */ (event).data).now);
    });
    source.addEventListener("error", lost);
  }

  function alive() {
    heard = Date.now();
    wait = FIRST_WAIT_MS;
    first = false;
    on.up();
  }

  async function lost() {
    source?.close();
    on.down();
    clearTimeout(retry);
    retry = setTimeout(open, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    if (wait > FIRST_WAIT_MS * 4 && (await sessionOver())) on.refused();
  }

  /** @returns {Promise<boolean>} */
  async function sessionOver() {
    try {
      return (await fetch("/session", { headers: { Accept: "application/json" } })).status === 401;
    } catch {
      return false;
    }
  }

  setInterval(() => {
    if (source?.readyState !== EventSource.CLOSED && Date.now() - heard > SILENCE_MS) lost();
  }, 1_000);
  addEventListener("online", () => { wait = FIRST_WAIT_MS; open(); });
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - heard > SILENCE_MS) { wait = FIRST_WAIT_MS; open(); }
  });
  open();
}

/** Show the state of the line in words and shape. @param {string} state */
export function showLine(state) {
  const line = document.getElementById("line");
  const text = document.getElementById("line-text");
  if (!line || !text || line.dataset.line === state) return;
  line.dataset.line = state;
  text.textContent = line.getAttribute(`data-text-${state}`) ?? state;
}
