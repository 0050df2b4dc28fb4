// @ts-check
// The list of keys, made from the table of keys and the page's words for them.

const SHOWN = { Escape: "Esc", "Control+Enter": "Ctrl+Enter" };

/** How a key is written on a page. @param {string} key @returns {string} */
export function shownKey(key) {
  return SHOWN[/** @type {keyof typeof SHOWN} */ (key)] ?? (key.length === 1 ? key.toUpperCase() : key);
}

/** @param {{id: string, keys: string[]}[]} table */
export function buildHelp(table) {
  const list = document.getElementById("help-keys");
  if (!list) return;
  list.replaceChildren(...table.map(({ id, keys }) => row(keys, list.getAttribute(`data-text-${id.replaceAll("_", "-")}`) ?? id)));
}

/** @param {string[]} keys @param {string} text @returns {HTMLElement} */
function row(keys, text) {
  const line = document.createElement("div");
  const term = document.createElement("dt");
  term.append(...keys.flatMap((key) => {
    const shown = document.createElement("kbd");
    shown.textContent = shownKey(key);
    return [shown, " "];
  }));
  const said = document.createElement("dd");
  said.textContent = text;
  line.append(term, said);
  return line;
}
