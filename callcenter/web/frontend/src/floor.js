// @ts-check
// The floor page: queues, tiles and alarms patched as they change, a panel beside them, all of it by keyboard.
import { soundAlarms } from "./parts/alarm_sound.js";
import { runTimers } from "./parts/clock.js";
import { listenForComponents } from "./parts/components.js";
import { FloorActs } from "./parts/floor_acts.js";
import { Filter } from "./parts/floor_filter.js";
import { listenForFloorKeys } from "./parts/floor_keys.js";
import { Panel } from "./parts/floor_panel.js";
import { FloorPhone } from "./parts/floor_phone.js";
import { listenForQueues } from "./parts/floor_queues.js";
import { openLive, showLine } from "./parts/live.js";
import { applyPatch } from "./parts/patches.js";
import { keepDrafts } from "./parts/regions.js";
import { listenForTheme } from "./parts/theme.js";
import { listenForToasts } from "./parts/toasts.js";

runTimers();
listenForTheme();
listenForComponents();
listenForToasts();
keepDrafts();

const panel = new Panel();
const filter = new Filter();
const phone = new FloorPhone();
const acts = new FloorActs(phone, panel);
panel.listen();
filter.listen();
acts.listen();
listenForQueues(panel);
listenForFloorKeys(panel, filter);
const alarms = soundAlarms();

openLive(() => "/floor/live", "floor", {
  message: (data) => {
    if (!data.regions && !data.lists) return;
    applyPatch({ regions: data.regions ?? {}, gone: data.gone ?? [], lists: data.lists ?? {}, whole: Boolean(data.whole) });
    filter.refresh(data);
    panel.refresh(data);
    alarms.look();
  },
  up: () => showLine("ready"),
  down: () => showLine("offline"),
  refused: () => location.reload(),
});
