// @ts-check
// Pages of the administration: rows are added, arrow keys walk through matrices, leaving with something typed asks first.
import "./page.js";

for (const button of document.querySelectorAll("[data-adds-row]")) {
  button.addEventListener("click", () => addRow(button.getAttribute("data-adds-row") ?? ""));
}

/** @param {string} name */
function addRow(name) {
  const template = /** @type {HTMLTemplateElement|null} */ (document.querySelector(`template[data-new-row="${name}"]`));
  const body = document.querySelector(`table[data-rows="${name}"] tbody`);
  if (!template || !body) return;
  const row = /** @type {HTMLElement} */ (template.content.cloneNode(true));
  const number = String(body.children.length);
  for (const field of row.querySelectorAll("[name]")) {
    field.setAttribute("name", (field.getAttribute("name") ?? "").replace(".NUMBER.", `.${number}.`));
  }
  body.append(row);
  /** @type {HTMLElement|null} */ (body.lastElementChild?.querySelector("input, select, textarea"))?.focus();
}

for (const table of document.querySelectorAll("table[data-grid]")) {
  table.addEventListener("keydown", (event) => walk(/** @type {KeyboardEvent} */ (event)));
}

/** Up and down always; left and right at the edge of what is typed. @param {KeyboardEvent} event */
function walk(event) {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || event.altKey || event.ctrlKey || event.metaKey) return;
  const cell = /** @type {HTMLTableCellElement|null} */ (input.closest("td"));
  const row = /** @type {HTMLTableRowElement|null} */ (input.closest("tr"));
  if (!cell || !row) return;
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  if (!step) return;
  const edge = event.key === "ArrowLeft" ? input.selectionEnd === 0 : input.selectionStart === input.value.length;
  if (step[1] !== 0 && !edge) return;
  const rows = /** @type {HTMLTableSectionElement} */ (row.parentElement).rows;
  const next = rows[row.sectionRowIndex + step[0]]?.cells[cell.cellIndex + step[1]]?.querySelector("input");
  if (!(next instanceof HTMLInputElement)) return;
  event.preventDefault();
  next.focus();
  next.select();
}

let changed = false;
for (const form of document.querySelectorAll("form[data-keeps]")) {
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
}
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
