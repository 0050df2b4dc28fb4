// @ts-check
// What has happened, said in passing. Errors stand where the act was, never here.

const SHOWN_MS = 6000;

/** @param {string} text @param {number} shownMs ms until it goes */
export function toast(text, shownMs = SHOWN_MS) {
  const place = document.getElementById("toasts");
  if (!place || !text) return;
  const element = document.createElement("div");
  element.className = "toast";
  const said = document.createElement("span");
  said.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = place.dataset.textClose ?? "✕";
  close.addEventListener("click", () => element.remove());
  element.append(said, close);
  place.append(element);
  const leave = () => {
    if (element.matches(":hover, :focus-within")) setTimeout(leave, shownMs);
    else element.remove();
  };
  setTimeout(leave, shownMs);
}

/** Toasts the server asks for: `HX-Trigger: {"toast": {"text": "…"}}`. */
export function listenForToasts() {
  document.addEventListener("toast", (event) => toast(String(/** @type {CustomEvent} */ (event).detail?.text ?? "")));
}
