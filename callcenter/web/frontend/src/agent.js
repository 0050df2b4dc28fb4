// @ts-check
// The agent page: live regions, softphone, keyboard.
import { Check, wasChecked } from "./parts/check.js";
import { ChatPane } from "./parts/chat.js";
import { runTimers } from "./parts/clock.js";
import { Commands, deskText, showProblem } from "./parts/commands.js";
import { deskId } from "./parts/desk_id.js";
import { listenForDialogs } from "./parts/dialogs.js";
import { listenForKeys } from "./parts/keys.js";
import { KnowledgePanel } from "./parts/knowledge.js";
import { openLive, showLine } from "./parts/live.js";
import { endNotice, notice } from "./parts/notify.js";
import { post } from "./parts/post.js";
import { QualityMark } from "./parts/quality.js";
import { applyRegions, keepDrafts } from "./parts/regions.js";
import { prepareSound, startRinging, stopRinging } from "./parts/ring.js";
import { listenForSession, sessionOver } from "./parts/session.js";
import { Softphone } from "./parts/softphone.js";
import { listenForTabs } from "./parts/tabs.js";
import { listenForTheme } from "./parts/theme.js";

/** @type {{mode: string, state: string, contact: string, focus: string, part: string, place: string, rejoining: boolean, offered: string, offeredBy: string}} */
let facts = { mode: "", state: "", contact: "", focus: "", part: "", place: "", rejoining: false, offered: "", offeredBy: "" };
let online = false;
let registered = false;
let starting = false;
let rejoinAsked = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let ghostTimer;
const GHOST_MS = 1_000;

const remote = /** @type {HTMLAudioElement} */ (document.getElementById("remote"));
const loopback = document.getElementById("desk")?.dataset.loopbackIce === "yes";
const place = document.getElementById("desk")?.dataset.phone ?? "";
const phone = new Softphone(remote, loopback, {
  registered: (up) => { registered = up; settle(); },
  incoming: settle,
  changed: settle,
  microphone: tellMicrophone,
}, place === "browser" ? "" : place);
const quality = new QualityMark();
const commands = new Commands(phone);
const chat = new ChatPane(commands);
const check = new Check(phone, () => !phone.session && facts.contact === "");

/** Bring line mark, ringing, mute button and the call in accord with what is known. */
function settle() {
  showLine(!online ? "offline" : facts.mode === "elsewhere" ? "away" : phone.apart ? phone.apart : registered ? "ready" : starting || !facts.mode ? "starting" : "phone");
  const chatOffered = facts.offeredBy === "chat" && facts.mode === "here";
  if ((phone.ringing || chatOffered) && facts.mode !== "elsewhere") ring(chatOffered ? "chat-offer" : "offer");
  else { stopRinging(); endNotice(); }
  const mute = document.getElementById("act-mute");
  mute?.setAttribute("aria-pressed", String(phone.muted));
  document.documentElement.dataset.call = phone.up ? "up" : phone.ringing ? "ringing" : "none";
  quality.watch(phone.peer);
  if (!facts.offered) document.getElementById("decline-menu")?.hidePopover();
  tendCheck();
  dropGhost();
  comeBack();
}

/** The server has ended the call and could not tell the telephone, as while the network was away: end it here, too. */
function dropGhost() {
  const ghost = () => online && facts.mode === "here" && !facts.contact && phone.up;
  if (!ghost() || ghostTimer !== undefined) return;
  ghostTimer = setTimeout(() => {
    ghostTimer = undefined;
    if (ghost()) phone.hangUp();
  }, GHOST_MS);
}

/** @param {string} what */
function ring(what) {
  startRinging(deskText(what));
  const card = document.querySelector(".work-card.offer");
  const said = [".caller", ".number", ".queue-name"].map((place) => card?.querySelector(place)?.textContent ?? "").filter(Boolean);
  if (said.length) notice(deskText(what), said.join(" · "));
}

/** The check shows itself once, at the beginning of a shift, and is never in the way of a call. */
function tendCheck() {
  if (facts.state !== "on_break" || facts.contact) check.close();
  else if (facts.mode === "here" && !phone.apart && !wasChecked()) check.open();
}

/** @param {string} what */
function tellMicrophone(what) {
  const lost = /** @type {HTMLElement} */ (document.getElementById("microphone-lost"));
  if (what === "lost" || what === "back") lost.hidden = what === "back";
  if (what !== "lost") showProblem(deskText(`microphone-${what}`));
}

/** The server says we talk, but this page has no call: it was reloaded. Ask to be rung again, once a call. */
async function comeBack() {
  if (facts.part !== "talking") { rejoinAsked = ""; return; }
  if (facts.mode !== "here" || !registered || phone.session || facts.rejoining || rejoinAsked === facts.contact) return;
  rejoinAsked = facts.contact;
  if (!(await commands.send("rejoin", { contact: facts.contact }))) setTimeout(() => { rejoinAsked = ""; settle(); }, 2_000);
}

/** Register the telephone here, or leave it to another window. */
async function tendPhone() {
  if (facts.mode === "elsewhere" || facts.mode === "signed_out") {
    if (facts.mode === "elsewhere") phone.leave();
    else phone.stop();
    registered = false;
    starting = false;
    return;
  }
  phone.stay();
  if (phone.ua || phone.apart || starting) return;
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

/** @param {string} desk */
function connect(desk) {
  const stream = openLive((first) => `/agent/live?desk=${desk}${first || facts.state !== "logged_out" ? "&sign_in=true" : ""}`, "desk", {
    message: (data) => {
      if (facts.contact !== data.facts.contact) showProblem("");
      facts = data.facts;
      commands.contact = facts.contact;
      commands.offered = { id: data.facts.offered, chat: data.facts.offeredBy === "chat" };
      online = true;
      applyRegions(data.regions);
      chat.show(data.facts, data.chat);
      tendPhone().then(settle);
    },
    up: () => { online = true; settle(); },
    down: () => { online = false; settle(); },
    refused: sessionOver,
  });
  listenForSession(() => { showProblem(""); stream.reopen(); });
}

runTimers();
listenForTheme();
listenForTabs();
new KnowledgePanel(() => facts.focus, chat); // after the tabs: it goes to its field when its panel is shown
keepDrafts();
prepareSound();
commands.listen();
listenForDialogs(commands);
listenForKeys();
document.addEventListener("desk:check", () => check.open());
deskId().then((desk) => {
  commands.desk = desk;
  connect(desk);
});
