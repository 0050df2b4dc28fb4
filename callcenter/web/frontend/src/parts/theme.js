// @ts-check
// Change colours without leaving the page: a call may be up.

/** Take over the links of the colours. */
export function listenForTheme() {
  document.addEventListener("click", async (event) => {
    const link = event.target instanceof Element ? event.target.closest("[data-theme-choice]") : null;
    if (!(link instanceof HTMLElement)) return;
    event.preventDefault();
    const chosen = link.dataset.themeChoice ?? "auto";
    document.documentElement.dataset.theme = chosen;
    for (const other of document.querySelectorAll("[data-theme-choice]")) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    await fetch(`/theme/${chosen}`, { redirect: "manual" });
  });
}
