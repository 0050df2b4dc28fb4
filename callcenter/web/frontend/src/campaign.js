// @ts-check
// A campaign's page: funnel, reasons and pacing are patched as they change.
import { runTimers } from "./parts/clock.js";
import { listenForComponents } from "./parts/components.js";
import { openLive, showLine } from "./parts/live.js";
import { applyPatch } from "./parts/patches.js";
import { listenForTheme } from "./parts/theme.js";
import { listenForToasts } from "./parts/toasts.js";

runTimers();
listenForTheme();
listenForComponents();
listenForToasts();
const page = document.getElementById("campaign");
if (page?.dataset.live) {
  openLive(() => String(page.dataset.live), "campaign", {
    message: (data) => {
      if (data.regions || data.lists) applyPatch({ regions: data.regions ?? {}, gone: data.gone ?? [], lists: data.lists ?? {}, whole: Boolean(data.whole) });
    },
    up: () => showLine("ready"),
    down: () => showLine("offline"),
    refused: () => showLine("signedout"),
  });
}
