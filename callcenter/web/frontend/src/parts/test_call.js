// @ts-check
// What the check asks of the telephone: how fast it answers, and a short call to ourselves.

import { quickCandidates } from "./candidates.js";
import { countsOf, figuresOf } from "./quality.js";

const ANSWER_MS = 4_000;
const CONNECT_MS = 5_000;
const COUNT_MS = 500;
const COUNTS = 7;

/** @param {number} ms @returns {Promise<void>} */
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/**
 * Ms from asking to the telephone system's answer; null when it does not answer.
 * @param {() => any} uaOf the telephone may only be starting @param {() => string} domainOf @returns {Promise<number | null>}
 */
export async function answerTime(uaOf, domainOf) {
  for (let waited = 0; !uaOf()?.isRegistered(); waited += 100) {
    if (waited > ANSWER_MS) return null;
    await pause(100);
  }
  const ua = uaOf();
  return new Promise((resolve) => {
    const began = performance.now();
    const timer = setTimeout(() => resolve(null), ANSWER_MS);
    const answered = () => { clearTimeout(timer); resolve(Math.round(performance.now() - began)); };
    const eventHandlers = { succeeded: answered, failed: (/** @type {any} */ event) => { if (event.originator === "remote") answered(); } };
    ua.sendOptions(`sip:echo@${domainOf()}`, "", { eventHandlers });
  });
}

/**
 * Call the PBX's echo and measure; ends by itself.
 * @param {{ua: any, domain: string, loopbackOnly: boolean, stream: MediaStream, stopped: () => boolean}} with_
 * @returns {Promise<import("./quality.js").Figures | "none" | "refused">}
 */
export async function echoCall({ ua, domain, loopbackOnly, stream, stopped }) {
  let refused = false;
  /** @type {any} */
  let session = null;
  ua.once("newRTCSession", (/** @type {any} */ event) => {
    if (event.originator !== "local") return;
    session = event.session;
    quickCandidates(session, loopbackOnly);
    session.on("failed", () => { refused = true; });
  });
  ua.call(`sip:echo@${domain}`, { mediaStream: stream, pcConfig: { iceServers: [] } });
  try {
    for (let waited = 0; !session?.isEstablished(); waited += 50) {
      if (refused || stopped()) return "refused";
      if (waited > CONNECT_MS) return "none";
      await pause(50);
    }
    const counts = [];
    while (counts.length < COUNTS && !stopped() && session.isEstablished()) {
      await pause(COUNT_MS);
      counts.push(countsOf((await session.connection.getStats()).values()));
    }
    const figures = counts.length > 1 ? figuresOf(counts) : null;
    return figures === null || figures.loss === null ? "none" : figures;
  } finally {
    if (session && !session.isEnded()) session.terminate();
  }
}
