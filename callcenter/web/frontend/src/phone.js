// @ts-check
// The web phone: one call to the hotline with fresh guest credentials.
import JsSIP from "jssip";
import { quickCandidates } from "./parts/candidates.js";
import { shortTime } from "./parts/clock.js";
import { post, Refused } from "./parts/post.js";
import { socketUrl } from "./parts/softphone.js";
import { listenForTheme } from "./parts/theme.js";

/** @param {string} id @returns {any} */
const element = (id) => document.getElementById(id);
const box = element("phone");
const loopback = box.dataset.loopbackIce === "yes";
/** @type {any} */
let agent = null;
/** @type {any} */
let session = null;
let answeredAt = 0;

/** @param {string} state @param {string} [trouble] */
function show(state, trouble) {
  box.dataset.state = state;
  element("phone-status").textContent = box.getAttribute(`data-text-${trouble ?? state}`);
  element("phone-status").parentElement.classList.toggle("trouble", Boolean(trouble));
  const busy = state === "connecting" || state === "ringing" || state === "talking";
  element("call").hidden = busy;
  element("hang-up").hidden = !busy;
  element("hotline").disabled = busy;
  element("phone-timer").hidden = !answeredAt;
}

async function call() {
  if (agent) return;
  answeredAt = 0;
  element("pressed").textContent = "";
  show("connecting");
  try {
    const guest = await post("/call/credentials", {}, box.dataset.token);
    ring(guest);
  } catch (error) {
    show("ended", error instanceof Refused && error.code !== "offline" ? "failed" : "offline");
  }
}

/** @param {{uri: string, password: string, ws_path?: string, domain?: string, display_name?: string}} guest */
function ring(guest) {
  const socket = new JsSIP.WebSocketInterface(socketUrl(guest.ws_path ?? "/ws"));
  agent = new JsSIP.UA({ sockets: [socket], uri: guest.uri, password: guest.password, display_name: guest.display_name ?? "", register: false, session_timers: false });
  let dialled = false;
  agent.on("connected", () => { if (!dialled) { dialled = true; dial(guest.domain ?? guest.uri.split("@")[1]); } });
  agent.on("disconnected", () => { if (!session) finish("offline"); });
  agent.start();
}

/** @param {string} domain */
function dial(domain) {
  /** @type {string | undefined} */
  let trouble;
  agent.once("newRTCSession", (/** @type {any} */ event) => {
    session = event.session;
    quickCandidates(session, loopback);
    session.on("progress", () => show("ringing"));
    session.on("confirmed", () => { answeredAt = Date.now(); show("talking"); });
    session.on("getusermediafailed", () => { trouble = "microphone"; });
    session.on("ended", () => finish());
    session.on("failed", (/** @type {any} */ failure) => finish(failure.cause === JsSIP.C.causes.CANCELED ? undefined : trouble ?? "failed"));
    session.on("peerconnection", (/** @type {any} */ made) => hear(made.peerconnection));
  });
  agent.call(`sip:${element("hotline").value}@${domain}`, { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } });
  if (session?.connection) hear(session.connection);
}

/** @param {RTCPeerConnection} peer */
function hear(peer) {
  peer.addEventListener("track", (event) => {
    element("remote").srcObject = event.streams[0] ?? new MediaStream([event.track]);
    element("remote").play().catch(() => {});
  });
}

/** @param {string} [trouble] */
function finish(trouble) {
  agent?.stop();
  agent = null;
  session = null;
  element("remote").srcObject = null;
  show("ended", trouble);
}

/** @param {string} key */
function press(key) {
  if (!session?.isEstablished()) return;
  session.sendDTMF(key, { transportType: "RFC2833" });
  element("pressed").textContent += key;
}

listenForTheme();
show("idle");
element("call").addEventListener("click", call);
element("hang-up").addEventListener("click", () => (session ? session.terminate() : finish()));
box.addEventListener("click", (/** @type {MouseEvent} */ event) => {
  const key = event.target instanceof HTMLElement ? event.target.dataset.key : undefined;
  if (key) press(key);
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const onControl = event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement || event.target instanceof HTMLSelectElement;
  if (/^[0-9*#]$/.test(event.key) && session) press(event.key);
  else if (event.key === "Enter" && !onControl) call();
  else if (event.key === "Escape" && agent) session ? session.terminate() : finish();
});
setInterval(() => { if (answeredAt && session) element("phone-timer").textContent = shortTime(Date.now() - answeredAt); }, 250);
