// @ts-check
// Files of a chat in the widget: pictures drawn, everything else stored under its name.

import { el } from "./chat_dom.js";

const WIDEST = 600;
const KEPT_MS = 60_000; // so long the browser may take to begin storing a file

/**
 * The picture on a canvas: so the host page's policy need not allow images from anywhere.
 * @param {Blob} blob @param {string} label @returns {Promise<HTMLElement | null>} null: it can not be drawn, only stored
 */
export async function drawn(blob, label) {
  const made = await createImageBitmap(blob).catch(() => null);
  if (!made) return null;
  const scale = Math.min(1, WIDEST / made.width);
  const canvas = el("canvas", { role: "img", "aria-label": label, width: Math.round(made.width * scale), height: Math.round(made.height * scale) });
  canvas.getContext("2d")?.drawImage(made, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** Let the browser store it. @param {ParentNode} place @param {Blob} blob @param {string} name */
export function store(place, blob, name) {
  const address = URL.createObjectURL(blob);
  const link = el("a", { href: address, download: name });
  place.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}
