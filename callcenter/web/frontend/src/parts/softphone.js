// @ts-check
// The agent's telephone: registers over our own /ws and carries at most one call.

import JsSIP from "jssip";
import { quickCandidates } from "./candidates.js";
import { closeStream, NoMicrophone, openMicrophone, toSpeaker } from "./devices.js";

const LEAVE_MS = 15_000;

/**
 * @typedef {{uri: string, password: string, ws_path: string, domain?: string, display_name?: string}} Credentials
 * @typedef {{registered: (up: boolean) => void, incoming: () => void, changed: () => void,
 *   microphone: (what: import("./devices.js").Trouble | "lost" | "back" | "changed") => void}} On
 */

/** @param {string} path @returns {string} */
export function socketUrl(path) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}

export class Softphone {
  /**
   * @param {HTMLAudioElement} remote @param {boolean} loopbackOnly @param {On} on
   * @param {string} [apart] where the telephone is when it is not this page: then nothing is registered here
   */
  constructor(remote, loopbackOnly, on, apart = "") {
    this.remote = remote;
    this.loopbackOnly = loopbackOnly;
    this.on = on;
    /** @type {any} */
    this.ua = null;
    this.apart = apart;
    /** @type {any} */
    this.session = null;
    /** @type {MediaStream | null} */
    this.microphone = null;
    this.microphoneLost = false;
    this.answering = false;
    this.answerUntil = 0;
    this.domain = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.leaving = undefined;
    navigator.mediaDevices?.addEventListener("devicechange", () => { if (this.microphoneLost) this.renewMicrophone(); });
  }

  /** @param {Credentials} credentials */
  start(credentials) {
    if (this.ua || this.apart) return;
    const socket = new JsSIP.WebSocketInterface(socketUrl(credentials.ws_path));
    this.domain = credentials.domain ?? credentials.uri.split("@")[1];
    this.ua = new JsSIP.UA({
      sockets: [socket],
      uri: credentials.uri,
      password: credentials.password,
      display_name: credentials.display_name ?? "",
      register: true,
      register_expires: 120,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 2,
    });
    this.ua.on("registered", () => this.on.registered(true));
    this.ua.on("unregistered", () => this.on.registered(false));
    this.ua.on("registrationFailed", () => this.on.registered(false));
    this.ua.on("disconnected", () => this.on.registered(false));
    this.ua.on("newRTCSession", (/** @type {any} */ event) => this.take(event));
    this.ua.start();
  }

  /** Unregister, and end whatever call there is. */
  stop() {
    this.stay();
    this.ua?.stop();
    this.ua = null;
    this.session = null;
    this.release();
  }

  /** Another window takes over: a call that is up is ended by the server once that window is in it, never by us. */
  leave() {
    if (!this.up) { this.stop(); return; }
    this.leaving ??= setTimeout(() => this.stop(), LEAVE_MS);
  }

  /** This window has the telephone again. */
  stay() {
    clearTimeout(this.leaving);
    this.leaving = undefined;
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
    session.on("failed", () => this.drop(session));
    this.on.incoming();
    const asked = Date.now() < this.answerUntil;
    if (asked || (request.getHeader("X-Auto-Answer") ?? "").toLowerCase() === "yes") this.answer();
  }

  /** @param {RTCPeerConnection} peer */
  hear(peer) {
    peer.addEventListener("track", (event) => {
      this.remote.srcObject = event.streams[0] ?? new MediaStream([event.track]);
      toSpeaker(this.remote).catch(() => {});
      this.remote.play().catch(() => {});
    });
  }

  /** @param {any} session */
  drop(session) {
    if (this.session !== session) return;
    this.session = null;
    this.answering = false;
    this.remote.srcObject = null;
    this.release();
    if (this.leaving !== undefined) this.stop();
    this.on.changed();
  }

  /** Let go of the microphone. */
  release() {
    closeStream(this.microphone);
    this.microphone = null;
    if (this.microphoneLost) this.on.microphone("back");
    this.microphoneLost = false;
  }

  /** @returns {boolean} a call rings and was not answered */
  get ringing() {
    return Boolean(this.session?.isInProgress()) && !this.answering;
  }

  /** @returns {boolean} a call is up */
  get up() {
    return Boolean(this.session?.isEstablished());
  }

  /** @returns {RTCPeerConnection | null} of the call that is up */
  get peer() {
    return this.up ? this.session.connection : null;
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
    this.pickUp(this.session);
    this.on.changed();
    return true;
  }

  /** The call goes on ringing when there is no microphone: it can be mended and answered again. @param {any} session */
  async pickUp(session) {
    try {
      const opened = await openMicrophone();
      if (this.session !== session || !session.isInProgress()) { closeStream(opened.stream); return; }
      this.watch(opened.stream);
      session.answer({ mediaStream: opened.stream, pcConfig: { iceServers: [] } });
      if (opened.fellBack) this.on.microphone("changed");
    } catch (error) {
      if (!(error instanceof NoMicrophone)) throw error;
      if (this.session === session) this.answering = false;
      this.on.microphone(error.trouble);
      this.on.changed();
    }
  }

  /** @param {MediaStream} stream */
  watch(stream) {
    this.microphone = stream;
    stream.getAudioTracks()[0]?.addEventListener("ended", () => {
      if (this.microphone !== stream) return;
      this.microphoneLost = true;
      this.on.microphone("lost");
      this.renewMicrophone();
    });
  }

  /** Go on with whatever microphone there is now. @returns {Promise<boolean>} */
  async renewMicrophone() {
    if (!this.up) return false;
    try {
      const { stream } = await openMicrophone();
      const track = stream.getAudioTracks()[0];
      track.enabled = !this.muted;
      const sender = this.session.connection.getSenders().find((/** @type {RTCRtpSender} */ one) => one.track?.kind === "audio");
      await sender?.replaceTrack(track);
      closeStream(this.microphone);
      this.watch(stream);
      this.microphoneLost = false;
      this.on.microphone("back");
      return true;
    } catch (error) {
      if (!(error instanceof NoMicrophone)) throw error;
      this.on.microphone("lost");
      return false;
    }
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
