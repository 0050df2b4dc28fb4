// @ts-check
// Turns an element into what its new HTML says, changing only what differs: focus, typed text and open menus stay.

import { paintTimers } from "./clock.js";

/** @param {string} html one element, escaped by our server @returns {Element} */
export function elementOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  const element = template.content.firstElementChild;
  if (!element || template.content.childElementCount !== 1) throw new Error("a row is not one element");
  return element;
}

/**
 * Make `old` look like `fresh`; where they are of different kinds, `fresh` takes its place.
 * @param {Element} old @param {Element} fresh @returns {Element} the element that is now in the page
 */
export function morph(old, fresh) {
  if (old.tagName !== fresh.tagName) {
    old.replaceWith(fresh);
    paintTimers(fresh);
    return fresh;
  }
  attributes(old, fresh);
  children(old, fresh);
  paintTimers(old);
  return old;
}

/**
 * Put `node` before `place` without losing what has the focus in it.
 * @param {Element} parent @param {ChildNode} node @param {ChildNode | null} place
 */
export function move(parent, node, place) {
  const active = document.activeElement;
  const focused = active instanceof HTMLElement && node.contains(active) ? active : null;
  // newer browsers keep open menus, too
  if ("moveBefore" in parent && node.isConnected) /** @type {any} */ (parent).moveBefore(node, place);
  else parent.insertBefore(node, place);
  if (focused && document.activeElement !== focused) focused.focus({ preventScroll: true });
}

/** @param {Element} old @param {Element} fresh */
function attributes(old, fresh) {
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) === value) continue;
    old.setAttribute(name, value);
    if (name === "value" && old instanceof HTMLInputElement && old !== document.activeElement) old.value = value;
  }
  for (const name of old.getAttributeNames()) {
    // the browser keeps it while a <details> or <dialog> is open; it is the person's, not ours
    if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
}

/** @param {Element} old @param {Element} fresh */
function children(old, fresh) {
  // a timer's text is the page's own, counted here
  if (old instanceof HTMLTimeElement && (old.dataset.since || old.dataset.until)) return;
  /** @type {Map<string, Element>} */
  const named = new Map();
  for (const child of old.children) if (nameOf(child)) named.set(nameOf(child), child);
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const partner = partnerOf(next, at, named);
    if (!partner) {
      old.insertBefore(next, at);
      continue;
    }
    if (partner === at) at = at.nextSibling;
    else move(old, partner, at);
    if (partner instanceof Element) morph(partner, /** @type {Element} */ (next));
    else if (partner.nodeValue !== next.nodeValue) partner.nodeValue = next.nodeValue;
  }
  while (at) {
    const rest = at.nextSibling;
    at.remove();
    at = rest;
  }
}

/**
 * The old node that `next` continues: the one of the same name, else the one at hand if it is of the same kind.
 * @param {Node} next @param {ChildNode | null} at @param {Map<string, Element>} named @returns {ChildNode | null}
 */
function partnerOf(next, at, named) {
  const name = next instanceof Element ? nameOf(next) : "";
  if (name) {
    const found = named.get(name);
    return found && found.tagName === /** @type {Element} */ (next).tagName ? found : null;
  }
  if (!at || at.nodeType !== next.nodeType || (at instanceof Element && nameOf(at))) return null;
  return at.nodeName === next.nodeName ? at : null;
}

/** @param {Element} element @returns {string} what it is called among its siblings */
function nameOf(element) {
  return element.id || element.getAttribute("data-key") || "";
}
