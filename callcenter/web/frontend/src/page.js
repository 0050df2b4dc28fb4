// @ts-check
// Every page without live parts.
import { runTimers } from "./parts/clock.js";
import { listenForTheme } from "./parts/theme.js";

runTimers();
listenForTheme();
document.body.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf"]')?.getAttribute("content") ?? "";
  /** @type {any} */ (event).detail.headers["X-CSRF-Token"] = token;
});
