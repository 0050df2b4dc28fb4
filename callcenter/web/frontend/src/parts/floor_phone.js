// @ts-check
// The supervisor's own telephone on the floor page: registered when first needed, and only if no desk page has it.

import { deskId } from "./desk_id.js";
import { post } from "./post.js";
import { Softphone } from "./softphone.js";

const PATIENCE_MS = 8_000;

export class FloorPhone {
  constructor() {
    const floor = /** @type {HTMLElement} */ (document.getElementById("floor"));
    const remote = /** @type {HTMLAudioElement} */ (document.getElementById("remote"));
    this.texts = floor.dataset;
    this.up = false;
    /** @type {(() => void)[]} */
    this.waiting = [];
    this.desk = deskId();
    this.phone = new Softphone(remote, floor.dataset.loopbackIce === "yes", {
      registered: (up) => { this.up = up; if (up) this.waiting.splice(0).forEach((go) => go()); },
      incoming: () => this.show(),
      changed: () => this.show(),
      microphone: (what) => { if (what !== "back" && what !== "changed") this.say(this.texts.textMicrophone ?? ""); },
    });
  }

  /**
   * Make sure that it rings somewhere. Throws `Refused`, or an error with a sentence.
   * @returns {Promise<"here" | "desk" | "telephone" | "simulated">}
   */
  async ready() {
    const given = await post("/floor/phone", { desk: await this.desk });
    if (given.rings !== "here") {
      this.phone.stop();
      this.up = false;
      return given.rings;
    }
    this.phone.start(given.phone);
    if (!this.up) await this.registered();
    return "here";
  }

  /** @returns {Promise<void>} */
  registered() {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(this.texts.textPhone ?? "")), PATIENCE_MS);
      this.waiting.push(() => { clearTimeout(late); resolve(); });
    });
  }

  /** For tests and styles: whether a call is up. */
  show() {
    document.documentElement.dataset.call = this.phone.up ? "up" : this.phone.ringing ? "ringing" : "none";
  }

  /** @param {string} text */
  say(text) {
    const note = document.getElementById("phone-note");
    if (note) note.textContent = text;
  }
}
