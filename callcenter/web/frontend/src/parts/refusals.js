// @ts-check
// Refusals where the act was. Answers may overtake one another: an older act's refusal never replaces a newer one's.

/** @typedef {Pick<HTMLElement, "textContent" | "hidden">} Place */

export class Refusals {
  constructor() {
    this.acts = 0;
    /** The act whose refusal stands in a place. @type {WeakMap<Place, number>} */
    this.standing = new WeakMap();
  }

  /** A new act begins: what stood in its place goes. @param {Place | null} place @returns {number} the act's number */
  begin(place) {
    if (place) write(place, "");
    return ++this.acts;
  }

  /** @param {number} act from `begin` @param {Place | null} place @param {string} text */
  refuse(act, place, text) {
    if (!place || (this.standing.get(place) ?? 0) > act) return;
    this.standing.set(place, act);
    write(place, text);
  }
}

/** @param {Place} place @param {string} text */
function write(place, text) {
  place.textContent = text;
  place.hidden = !text;
}
