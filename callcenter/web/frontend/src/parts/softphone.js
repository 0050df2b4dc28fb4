// @ts-check
// The agent's telephone: registers over our own /ws and carries at most one call.

import JsSIP from "jssip";
import { quickCandidates } from "./candidates.js";

const AUDIO_ONLY = { audio: true, video: false };

/**
 * @typedef {{uri: string, password: string, ws_path: string, display_name?: string}} Credentials
 * @typedef {{registered: (up: boolean) => void, incoming: () => void, changed: () => void, failed: (cause: string) => void}} On
 */

/** @param {string} path @returns {string} */
export function socketUrl(path) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}

export class Softphone {
  /** @param {HTMLAudioElement} remote @param {boolean} loopbackOnly @param {On} on */
  constructor(remote, loopbackOnly, on) {
    this.remote = remote;
    this.loopbackOnly = loopbackOnly;
    this.on = on;
    /** @type {any} */
    this.ua = null;
    /** @type {any} */
    this.session = null;
    this.answering = false;
    this.answerUntil = 0;
  }

  /** @param {Credentials} credentials */
  start(credentials) {
    if (this.ua) return;
    const socket = new JsSIP.WebSocketInterface(socketUrl(credentials.ws_path));
    this.ua = new JsSIP.UA({
      sockets: [socket],
      uri: credentials.uri,
      password: credentials.password,
      display_name: credentials.display_name ?? "",
      register: true,
      register_expires: 120,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 8,
    });
    this.ua.on("registered", () => this.on.registered(true));
    this.ua.on("unregistered", () => this.on.registered(false));
    this.ua.on("registrationFailed", () => this.on.registered(false));
    this.ua.on("disconnected", () => this.on.registered(false));
    this.ua.on("newRTCSession", (/** @type {any} */ event) => this.take(event));
    this.ua.start();
  }

  /** Leave the telephone to another window. */
  stop() {
    this.ua?.stop();
    this.ua = null;
    this.session = null;
  }

  /** @param {any} event */
  take({ session, request, originator }) {
    if (originator !== "remote") return;
    if (this.session) { session.terminate({ status_code: 486 }); return; }
    this.session = session;
    this.answering = false;
    quickCandidates(session, this.loopbackOnly);
    session.on("peerconnection", (/** @type {any} */ event) => this.hear(event.peerconnection));
    session.on("accepted", () => this.on.changed());
    session.on("ended", () => this.drop(session));
    session.on("failed", (/** @type {any} */ event) => this.drop(session, event.cause));
    session.on("getusermediafailed", () => this.on.failed("microphone"));
    this.on.incoming();
    const asked = Date.now() < this.answerUntil;
    if (asked || (request.getHeader("X-Auto-Answer") ?? "").toLowerCase() === "yes") this.answer();
  }

  /** @param {RTCPeerConnection} peer */
  hear(peer) {
    peer.addEventListener("track", (event) => {
      this.remote.srcObject = event.streams[0] ?? new MediaStream([event.track]);
      this.remote.play().catch(() => {});
    });
  }

  /** @param {any} session @param {string} [cause] */
  drop(session, cause) {
    if (this.session !== session) return;
    this.session = null;
    this.answering = false;
    this.remote.srcObject = null;
    if (cause === JsSIP.C.causes.USER_DENIED_MEDIA_ACCESS) this.on.failed("microphone");
    this.on.changed();
  }

  /** @returns {boolean} a call rings and was not answered */
  get ringing() {
    return Boolean(this.session?.isInProgress()) && !this.answering;
  }

  /** @returns {boolean} a call is up */
  get up() {
    return Boolean(this.session?.isEstablished());
  }

  /** Answer the next call as it comes: the page shows an offer a moment before the phone rings. @param {number} forMs */
  answerSoon(forMs) {
    this.answerUntil = Date.now() + forMs;
  }

  /** @returns {boolean} whether there was something to answer */
  answer() {
    if (!this.ringing) return false;
    this.answering = true;
    this.answerUntil = 0;
    this.session.answer({ mediaConstraints: AUDIO_ONLY, pcConfig: { iceServers: [] } });
    this.on.changed();
    return true;
  }

  /** End our side at once, when the server can't. */
  hangUp() {
    if (this.session && !this.session.isEnded()) this.session.terminate();
  }

  /** @returns {boolean} */
  get muted() {
    return Boolean(this.session?.isMuted().audio);
  }

  /** Microphone off or on. */
  toggleMute() {
    if (!this.up) return;
    if (this.muted) this.session.unmute({ audio: true });
    else this.session.mute({ audio: true });
    this.on.changed();
  }
}
