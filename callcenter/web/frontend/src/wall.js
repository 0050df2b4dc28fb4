// @ts-check
// The wall: figures patched as they change, a clock, and a plain word when the picture is old.
import { runTimers, serverNow } from "./parts/clock.js";
import { openLive, showLine } from "./parts/live.js";
import { applyPatch } from "./parts/patches.js";

runTimers();
const clock = document.getElementById("wall-clock");
const language = document.documentElement.lang;
const tell = () => {
  if (clock) clock.textContent = new Date(serverNow()).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: clock.dataset.timezone });
};
tell();
setInterval(tell, 1_000);

openLive(() => "/floor/wall/live", "floor", {
  message: (data) => {
    if (data.regions || data.lists) applyPatch({ regions: data.regions ?? {}, gone: data.gone ?? [], lists: data.lists ?? {}, whole: Boolean(data.whole) });
  },
  up: () => { delete document.body.dataset.old; showLine("ready"); },
  down: () => { document.body.dataset.old = "yes"; showLine("offline"); },
  refused: () => { document.body.dataset.old = "yes"; showLine("signedout"); },
});
