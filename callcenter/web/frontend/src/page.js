// @ts-check
// Every page without live parts.
import { runTimers } from "./parts/clock.js";
import { listenForComponents } from "./parts/components.js";
import { listenForTheme } from "./parts/theme.js";
import { listenForToasts } from "./parts/toasts.js";

runTimers();
listenForTheme();
listenForComponents();
listenForToasts();
document.body.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf"]')?.getAttribute("content") ?? "";
  /** @type {any} */ (event).detail.headers["X-CSRF-Token"] = token;
});
