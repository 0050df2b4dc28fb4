// @ts-check
// The picture of a recording: one path for each side, customer above, ours below the middle line.

const WIDTH = 1000;
const MIDDLE = 50;
const SPACE = "http://www.w3.org/2000/svg";

/**
 * The outline of one side: up from the middle, or down.
 * @param {number[]} peaks 0 to 100 @param {1 | -1} direction @returns {string}
 */
export function outline(peaks, direction) {
  if (peaks.length === 0) return "";
  const step = WIDTH / peaks.length;
  // Speech is quiet most of the time: the square root shows it without hiding what is loud.
  const points = peaks.map((peak, at) => {
    const height = Math.sqrt(Math.max(0, peak) / 100) * (MIDDLE - 2);
    return `L${(at * step).toFixed(1)} ${(MIDDLE - direction * Math.max(height, 0.5)).toFixed(1)}`;
  });
  return `M0 ${MIDDLE}${points.join("")}L${WIDTH} ${MIDDLE}Z`;
}

/**
 * Draw the sides; a recording with one side lies on both halves.
 * @param {SVGGElement} group @param {number[][]} sides
 */
export function draw(group, sides) {
  const both = sides.length === 1 ? [sides[0], sides[0]] : sides;
  group.replaceChildren(...both.slice(0, 2).map((peaks, side) => {
    const path = document.createElementNS(SPACE, "path");
    path.setAttribute("d", outline(peaks ?? [], side === 0 ? 1 : -1));
    path.setAttribute("class", side === 0 ? "wave-path-customer" : "wave-path-ours");
    return path;
  }));
}
