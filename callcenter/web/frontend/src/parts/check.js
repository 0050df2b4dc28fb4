// @ts-check
// Headset and line before the shift: what works, and what to do about what does not.

import { chooseMicrophone, chooseSpeaker, chosenMicrophone, chosenSpeaker, closeStream, devices, NoMicrophone, openMicrophone, toSpeaker } from "./devices.js";
import { measureLevel } from "./level.js";
import { askPermission, permission } from "./notify.js";
import { grade } from "./quality.js";
import { ringOnce } from "./ring.js";
import { answerTime, echoCall } from "./test_call.js";

const DONE = "checked";
/** What is checked of a telephone that is this page. */
const VOICE = ["microphone", "server", "voice"];
const HEARD_PERCENT = 8;
const QUIET_MS = 3_000;
const SLOW_MS = 400;

/** Whether this window was checked since it was opened. @returns {boolean} */
export const wasChecked = () => sessionStorage.getItem(DONE) === "yes";

export class Check {
  /** @param {import("./softphone.js").Softphone} phone @param {() => boolean} free whether a test call disturbs nobody */
  constructor(phone, free) {
    this.phone = phone;
    this.free = free;
    this.box = /** @type {HTMLDialogElement} */ (document.getElementById("check"));
    /** @type {MediaStream | null} */
    this.stream = null;
    this.run = 0;
    this.stopLevel = () => {};
    this.element("#check-again").addEventListener("click", () => this.begin());
    this.element("#check-close").addEventListener("click", () => this.box.close());
    this.element("#check-tone").addEventListener("click", () => ringOnce());
    this.element("#check-notify").addEventListener("click", async () => { await askPermission(); this.notices(); });
    this.element("#check-microphone").addEventListener("change", (event) => { chooseMicrophone(valueOf(event)); this.begin(); });
    this.element("#check-speaker").addEventListener("change", (event) => { chooseSpeaker(valueOf(event)); toSpeaker(phone.remote); ringOnce(); });
    this.box.addEventListener("close", () => this.end());
    navigator.mediaDevices?.addEventListener("devicechange", () => { if (this.box.open) this.begin(); });
  }

  /** @param {string} selector @returns {HTMLElement} */
  element(selector) {
    return /** @type {HTMLElement} */ (this.box.querySelector(selector));
  }

  open() {
    for (const what of VOICE) this.element(`[data-check=${what}]`).hidden = Boolean(this.phone.apart);
    if (this.box.open) return;
    sessionStorage.setItem(DONE, "yes");
    this.box.show();
    this.begin();
  }

  close() {
    if (this.box.open) this.box.close();
  }

  end() {
    this.run += 1;
    this.stopLevel();
    closeStream(this.stream);
    this.stream = null;
  }

  /** All checks, from the beginning. */
  async begin() {
    this.end();
    const run = this.run;
    this.notices();
    if (this.phone.apart) { await this.list(); return; }
    for (const what of VOICE) this.say(what, "wait", "");
    const microphone = this.microphone(run);
    await this.server(run);
    await microphone;
    if (run === this.run) await this.voice(run);
  }

  /** @param {number} run */
  async microphone(run) {
    try {
      const { stream } = await openMicrophone();
      if (run !== this.run) { closeStream(stream); return; }
      this.stream = stream;
    } catch (error) {
      if (!(error instanceof NoMicrophone)) throw error;
      this.say("microphone", "bad", this.text(`microphone-${error.trouble}`));
      await this.list();
      return;
    }
    this.stream.getAudioTracks()[0]?.addEventListener("ended", () => {
      if (run === this.run) this.say("microphone", "bad", this.text("microphone-ended"));
    });
    await this.list();
    // Closed while the devices were listed: the microphone is shut already.
    if (run !== this.run || this.stream === null) return;
    this.listen(run, this.stream);
  }

  /** @param {number} run @param {MediaStream} stream */
  listen(run, stream) {
    const bar = /** @type {HTMLMeterElement} */ (this.element("#check-level"));
    const began = performance.now();
    let said = "";
    this.stopLevel = measureLevel(stream, (percent) => {
      if (run !== this.run) return;
      bar.value = percent;
      if (percent >= HEARD_PERCENT && said !== "good") this.say("microphone", (said = "good"), this.text("microphone-good"));
      else if (!said && performance.now() - began > QUIET_MS) this.say("microphone", (said = "bad"), this.text("microphone-quiet"));
    });
  }

  /** @param {number} run */
  async server(run) {
    const took = await answerTime(() => this.phone.ua, () => this.phone.domain);
    if (run !== this.run) return;
    if (took === null) this.say("server", "bad", this.text("server-bad"));
    else this.say("server", took > SLOW_MS ? "fair" : "good", this.text(took > SLOW_MS ? "server-fair" : "server-good", { ms: took }));
  }

  /** @param {number} run */
  async voice(run) {
    if (!this.stream || !this.phone.ua?.isRegistered()) { this.say("voice", "bad", this.text("voice-skipped")); return; }
    if (!this.free()) { this.say("voice", "fair", this.text("voice-busy")); return; }
    const found = await echoCall({ ua: this.phone.ua, domain: this.phone.domain, loopbackOnly: this.phone.loopbackOnly, stream: this.stream, stopped: () => run !== this.run || !this.free() });
    if (run !== this.run) return;
    if (found === "none" || found === "refused") { this.say("voice", "bad", this.text(`voice-${found}`)); return; }
    const grading = grade(found);
    const figures = { rtt: Math.round(found.rtt ?? 0), jitter: Math.round(found.jitter ?? 0), loss: (found.loss ?? 0).toFixed(1) };
    this.say("voice", grading === "poor" ? "bad" : grading, this.text(`voice-${grading}`, figures));
  }

  notices() {
    const now = permission();
    this.say("notify", now === "granted" ? "good" : now === "denied" ? "bad" : "fair", this.text(`notify-${now}`));
    this.element("#check-notify").hidden = now !== "default";
  }

  /** Fill the choices; names are known once the microphone was allowed. */
  async list() {
    await fill(this.element("#check-microphone"), await devices("audioinput"), chosenMicrophone(), this.text("default-device"));
    await fill(this.element("#check-speaker"), await devices("audiooutput"), chosenSpeaker(), this.text("default-device"));
  }

  /** @param {string} name @param {Record<string, unknown>} [values] @returns {string} */
  text(name, values = {}) {
    const text = this.box.getAttribute(`data-text-${name}`) ?? "";
    return text.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
  }

  /** @param {string} what @param {string} verdict @param {string} said */
  say(what, verdict, said) {
    const row = this.element(`[data-check="${what}"]`);
    row.dataset.verdict = verdict;
    /** @type {HTMLElement} */ (row.querySelector("[data-verdict]")).textContent = this.text(verdict);
    /** @type {HTMLElement} */ (row.querySelector("[data-said]")).textContent = said;
  }
}

/** @param {HTMLElement} select @param {MediaDeviceInfo[]} found @param {string} chosen @param {string} own */
function fill(select, found, chosen, own) {
  const options = [new Option(own, ""), ...found.map((device) => new Option(device.label || device.deviceId.slice(0, 8), device.deviceId))];
  select.replaceChildren(...options);
  /** @type {HTMLSelectElement} */ (select).value = options.some((option) => option.value === chosen) ? chosen : "";
}

/** @param {Event} event @returns {string} */
const valueOf = (event) => /** @type {HTMLSelectElement} */ (event.target).value;
