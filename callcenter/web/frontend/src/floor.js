// @ts-check
// The floor page: regions pushed as they change.
import { runTimers } from "./parts/clock.js";
import { openLive, showLine } from "./parts/live.js";
import { applyRegions } from "./parts/regions.js";
import { listenForTheme } from "./parts/theme.js";

runTimers();
listenForTheme();
openLive(() => "/floor/live", "floor", {
  message: (data) => applyRegions(data.regions),
  up: () => showLine("ready"),
  down: () => showLine("offline"),
  refused: () => location.reload(),
});
