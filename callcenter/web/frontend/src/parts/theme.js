// @ts-check
// Switch colours without leaving the page: a call may be up.

const NEXT = { auto: "light", light: "dark", dark: "auto" };
const SHAPE = { auto: "◐", light: "☼", dark: "☾" };

/** Take over the theme link. */
export function listenForTheme() {
  document.querySelector("[data-theme-switch]")?.addEventListener("click", async (event) => {
    event.preventDefault();
    const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
    const now = /** @type {keyof typeof NEXT} */ (document.documentElement.dataset.theme ?? "auto");
    const next = /** @type {keyof typeof NEXT} */ (NEXT[now] ?? "auto");
    document.documentElement.dataset.theme = next;
    link.textContent = SHAPE[next];
    await fetch(`/theme/${next}`, { redirect: "manual" });
  });
}
