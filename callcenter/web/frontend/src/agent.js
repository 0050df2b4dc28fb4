// @ts-check
// The agent page: live regions, softphone, keyboard.
import { runTimers } from "./parts/clock.js";
import { Commands, deskText, showProblem } from "./parts/commands.js";
import { deskId } from "./parts/desk_id.js";
import { listenForDialogs } from "./parts/dialogs.js";
import { listenForKeys } from "./parts/keys.js";
import { openLive, showLine } from "./parts/live.js";
import { post } from "./parts/post.js";
import { applyRegions, keepDrafts } from "./parts/regions.js";
import { prepareSound, startRinging, stopRinging } from "./parts/ring.js";
import { Softphone } from "./parts/softphone.js";
import { listenForTheme } from "./parts/theme.js";

/** @type {{mode: string, state: string, contact: string, place: string, legUp: boolean, rejoining: boolean}} */
let facts = { mode: "", state: "", contact: "", place: "", legUp: false, rejoining: false };
let online = false;
let registered = false;
let starting = false;
let rejoinAsked = "";

const remote = /** @type {HTMLAudioElement} */ (document.getElementById("remote"));
const loopback = document.getElementById("desk")?.dataset.loopbackIce === "yes";
const phone = new Softphone(remote, loopback, {
  registered: (up) => { registered = up; settle(); },
  incoming: settle,
  changed: settle,
  failed: (cause) => { if (cause === "microphone") showProblem(deskText("microphone")); },
});

const commands = new Commands(phone);

/** Bring line mark, ringing, mute button and the call in accord with what is known. */
function settle() {
  showLine(!online ? "offline" : facts.mode === "elsewhere" ? "away" : registered ? "ready" : starting || !facts.mode ? "starting" : "phone");
  if (phone.ringing && facts.mode !== "elsewhere") startRinging(deskText("offer"));
  else stopRinging();
  const mute = document.getElementById("act-mute");
  mute?.setAttribute("aria-pressed", String(phone.muted));
  document.documentElement.dataset.call = phone.up ? "up" : phone.ringing ? "ringing" : "none";
  comeBack();
}

/** The server says we talk, but this page has no call: it was reloaded. Ask to be rung again, once a call. */
async function comeBack() {
  if (facts.place !== "talking" && facts.place !== "agent_lost") { rejoinAsked = ""; return; }
  if (facts.mode !== "here" || !registered || phone.session || facts.rejoining || rejoinAsked === facts.contact) return;
  rejoinAsked = facts.contact;
  if (!(await commands.send("rejoin", { contact: facts.contact }))) setTimeout(() => { rejoinAsked = ""; settle(); }, 2_000);
}

/** Register the telephone here, or leave it to another window. */
async function tendPhone() {
  if (facts.mode === "elsewhere" || facts.mode === "signed_out") {
    phone.stop();
    registered = false;
    starting = false;
    return;
  }
  if (phone.ua || starting) return;
  starting = true;
  try {
    phone.start(await post("/agent/softphone", {}));
  } catch (error) {
    showProblem(/** @type {Error} */ (error).message || deskText("offline"));
    setTimeout(() => tendPhone().then(settle), 3_000);
  } finally {
    starting = false;
  }
}

runTimers();
listenForTheme();
keepDrafts();
prepareSound();
commands.listen();
listenForDialogs(commands);
listenForKeys();
deskId().then((desk) => {
  commands.desk = desk;
  connect(desk);
});

/** @param {string} desk */
function connect(desk) {
  openLive((first) => `/agent/live?desk=${desk}${first || facts.state !== "logged_out" ? "&sign_in=true" : ""}`, "desk", {
    message: (data) => {
      if (facts.contact !== data.facts.contact) showProblem("");
      facts = data.facts;
      online = true;
      applyRegions(data.regions);
      tendPhone().then(settle);
    },
    up: () => { online = true; settle(); },
    down: () => { online = false; settle(); },
    refused: () => showProblem(deskText("signedout")),
  });
}
