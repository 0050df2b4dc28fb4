// @ts-check
// Clock and file time of a recording: pauses leave no sound in the file, so the two part there.

/** @typedef {{at: number, clock: number, length: number}} Stretch in ms; file time, clock time, length */

/** @param {string} text "at,clock,length;…" @returns {Stretch[]} */
export function stretchesOf(text) {
  return text.split(";").filter(Boolean).map((piece) => {
    const [at = 0, clock = 0, length = 0] = piece.split(",").map(Number);
    return { at, clock, length };
  });
}

/**
 * Where a moment lies in the file; null when it is before the beginning or after the end.
 * @param {Stretch[]} stretches @param {number} clock @returns {number | null}
 */
export function fileTime(stretches, clock) {
  const first = stretches[0];
  if (!first || clock < first.clock - 1000) return null;
  for (const stretch of stretches) {
    if (clock < stretch.clock) return stretch.at;
    if (clock <= stretch.clock + stretch.length) return stretch.at + clock - stretch.clock;
  }
  const last = stretches[stretches.length - 1];
  return last && clock <= last.clock + last.length + 1000 ? last.at + last.length : null;
}

/** What o'clock it was at a place in the file. @param {Stretch[]} stretches @param {number} at @returns {number} */
export function clockTime(stretches, at) {
  let clock = 0;
  for (const stretch of stretches) {
    if (at >= stretch.at) clock = stretch.clock + at - stretch.at;
  }
  return clock;
}
