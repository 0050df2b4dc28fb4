// @ts-check
// One stream of server-sent events, reconnected with back-off and watched by a heartbeat.

import { setServerNow } from "./clock.js";

const SILENCE_MS = 12_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 1_200;
const ATTEMPT_MS = 2_500;
const BEAT_MS = 1_000;

/**
 * @param {(first: boolean) => string} urlOf
 * @param {string} eventName
 * @param {{message: (data: any) => void, up: () => void, down: () => void, refused: () => void}} on `refused`: nobody is
 *   signed in; nothing is tried again until `reopen`
 * @returns {{reopen: () => void}}
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
      heard = Date.now();
      try {
        const data = JSON.parse(/** @type {MessageEvent} */ (event).data);
        setServerNow(data.facts.now);
        on.message(data);
      } catch (error) {
        // the page is not what the server thinks: a new stream begins with everything
        console.error(error);
        lost();
        return;
      }
      alive();
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
    if (await sessionOver()) {
      clearTimeout(retry);
      on.refused();
    }
  }

  /** @returns {Promise<boolean>} */
  async function sessionOver() {
    try {
      return (await fetch("/session", { headers: { Accept: "application/json" } })).status === 401;
    } catch {
      return false;
    }
  }

  let beat = Date.now();
  setInterval(() => {
    const slept = Date.now() - beat > SILENCE_MS;
    beat = Date.now();
    const patience = source?.readyState === EventSource.CONNECTING ? ATTEMPT_MS : SILENCE_MS;
    if (slept) { wait = FIRST_WAIT_MS; open(); }
    else if (source?.readyState !== EventSource.CLOSED && Date.now() - heard > patience) lost();
  }, BEAT_MS);
  addEventListener("online", () => { wait = FIRST_WAIT_MS; open(); });
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - heard > SILENCE_MS) { wait = FIRST_WAIT_MS; open(); }
  });
  open();
  return { reopen: () => { wait = FIRST_WAIT_MS; open(); } };
}

/** Show the state of the line in words and shape. @param {string} state */
export function showLine(state) {
  const line = document.getElementById("line");
  const text = document.getElementById("line-text");
  if (!line || !text || line.dataset.line === state) return;
  line.dataset.line = state;
  text.textContent = line.getAttribute(`data-text-${state}`) ?? state;
}
