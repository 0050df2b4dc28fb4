// @ts-check
// How good the line is, from the browser's own counts: jitter, loss and round trip in words and a shape.

export const SHAPES = { good: "▰▰▰", fair: "▰▰▱", poor: "▰▱▱" };
const EVERY_MS = 2_000;
const WINDOWS = 3;

/**
 * @typedef {{received: number, lost: number, jitterMs: number | null, rttMs: number | null, lossThere: number | null, codec: string}} Counts
 * @typedef {{loss: number | null, jitter: number | null, rtt: number | null, lossThere: number | null, codec: string}} Figures
 * @typedef {keyof typeof SHAPES} Grade
 */

/** Limits after ITU-T G.114 (delay) and what Opus conceals: above the second one people ask each other to repeat. */
const LIMITS = { loss: [2, 6], lossThere: [2, 6], jitter: [30, 60], rtt: [300, 600] };

/** The grade of some figures; unknown ones do not count. @param {Figures} figures @returns {Grade} */
export function grade(figures) {
  let worst = 0;
  for (const [name, [fair, poor]] of Object.entries(LIMITS)) {
    const value = /** @type {any} */ (figures)[name];
    if (value === null) continue;
    worst = Math.max(worst, value >= poor ? 2 : value >= fair ? 1 : 0);
  }
  return /** @type {Grade[]} */ (["good", "fair", "poor"])[worst];
}

/** Read what concerns our one audio stream. @param {Iterable<any>} rows of getStats @returns {Counts} */
export function countsOf(rows) {
  /** @type {Counts} */
  const counts = { received: 0, lost: 0, jitterMs: null, rttMs: null, lossThere: null, codec: "" };
  const all = [...rows];
  for (const row of all) {
    if (row.type === "inbound-rtp" && row.kind === "audio") {
      Object.assign(counts, { received: row.packetsReceived ?? 0, lost: row.packetsLost ?? 0, jitterMs: ms(row.jitter) });
      counts.codec = all.find((other) => other.id === row.codecId)?.mimeType?.split("/")[1] ?? "";
    } else if (row.type === "remote-inbound-rtp") {
      counts.rttMs = ms(row.roundTripTime) ?? counts.rttMs;
      if (typeof row.fractionLost === "number") counts.lossThere = row.fractionLost * 100;
    } else if (row.type === "candidate-pair" && row.nominated) {
      counts.rttMs ??= ms(row.currentRoundTripTime);
    }
  }
  return counts;
}

/** @param {number | undefined} seconds @returns {number | null} */
const ms = (seconds) => (typeof seconds === "number" ? seconds * 1000 : null);

/** What happened from one count to the last one. @param {Counts[]} counts oldest first @returns {Figures} */
export function figuresOf(counts) {
  const [first, last] = [counts[0], counts[counts.length - 1]];
  const received = last.received - first.received;
  const lost = Math.max(0, last.lost - first.lost);
  const all = received + lost;
  // no sound comes while we are alone in the call, on hold or consulting: that is no loss
  const heard = received > 0;
  return { loss: heard ? (100 * lost) / all : null, jitter: heard ? last.jitterMs : null, rtt: last.rttMs, lossThere: last.lossThere, codec: last.codec };
}

/** Watches the call of the moment and paints the mark. */
export class QualityMark {
  constructor() {
    /** @type {RTCPeerConnection | null} */
    this.peer = null;
    /** @type {Counts[]} */
    this.counts = [];
    setInterval(() => this.look(), EVERY_MS);
  }

  /** @param {RTCPeerConnection | null} peer */
  watch(peer) {
    if (this.peer === peer) return;
    this.peer = peer;
    this.counts = [];
    if (!peer) paint(null);
  }

  async look() {
    const peer = this.peer;
    if (!peer) return;
    const counts = countsOf((await peer.getStats()).values());
    if (this.peer !== peer) return;
    this.counts = [...this.counts, counts].slice(-WINDOWS - 1);
    if (this.counts.length > 1) paint(figuresOf(this.counts));
  }
}

/** @param {Figures | null} figures */
function paint(figures) {
  const mark = document.getElementById("quality");
  const desk = document.getElementById("desk");
  if (!mark || !desk) return;
  mark.hidden = figures === null;
  if (!figures) {
    document.getElementById("quality-figures")?.hidePopover?.();
    return;
  }
  const now = grade(figures);
  mark.dataset.grade = now;
  const text = `${desk.dataset.textQuality} ${desk.getAttribute(`data-text-${now}`)}`;
  const place = /** @type {HTMLElement} */ (document.getElementById("quality-text"));
  if (place.textContent !== text) place.textContent = text;
  /** @type {HTMLElement} */ (mark.querySelector(".shape")).textContent = SHAPES[now];
  for (const cell of document.querySelectorAll("[data-figure]")) cell.textContent = shown(/** @type {HTMLElement} */ (cell).dataset.figure ?? "", figures);
}

/** @param {string} name @param {any} figures @returns {string} */
export function shown(name, figures) {
  const value = figures[name];
  if (value === null || value === "" || value === undefined) return "–";
  if (name === "codec") return String(value);
  return name.startsWith("loss") ? `${value.toFixed(1)} %` : `${Math.round(value)} ms`;
}
