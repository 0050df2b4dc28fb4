// @ts-check
// The widget's end of a chat line, without clock or network: nothing lost, nothing twice, whatever becomes of lines.
// The same as WidgetLine of callcenter/chat/webchat/protocol.py; tests run both through the same breakdowns.

const CONNECT_MS = 8_000;
const ANSWER_MS = 10_000;
const QUIET_MS = 25_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** @typedef {[string, ...any[]]} Action dial, hang_up, send, show, sent, failed, pass, begin; then what belongs to it */
/** @typedef {Record<string, any>} Frame */

export class WidgetLine {
  /** @param {() => number} chance 0 to 1, so that many widgets do not come back at once */
  constructor(chance = Math.random) {
    this.chance = chance;
    /** @type {"off" | "dialing" | "greeting" | "syncing" | "up" | "pausing" | "over"} */
    this.phase = "off";
    this.attempt = 0;
    this.conversation = "";
    this.last = 0;
    /** @type {Frame[]} */
    this.outbox = [];
    /** @type {number | null} */
    this.due = null;
    this.target = 0;
    this.inFlight = "";
    this.holdUntil = 0;
    this.heardAt = 0;
    /** @type {number | null} */
    this.askedAt = null;
    this.sentAt = 0;
    this.failures = 0;
    this.seen = 0;
    this.seenTold = 0;
  }

  /** Connect, and stay connected. @param {number} now @returns {Action[]} */
  open(now) {
    if (!["off", "over", "pausing"].includes(this.phase)) return [];
    this.failures = 0;
    return this.dial(now);
  }

  /** Connect no more. @returns {Action[]} */
  close() {
    const was = this.phase;
    this.phase = "off";
    this.due = null;
    return ["dialing", "greeting", "syncing", "up"].includes(was) ? [["hang_up", this.attempt]] : [];
  }

  /** What the page has; the transport adds who it is. */
  hello() {
    return { conversation: this.conversation, last: this.last };
  }

  /** Send a frame with an id, now or when there is a line, until it is answered. @param {Frame} frame @param {number} now */
  send(frame, now) {
    this.outbox.push({ ...frame, conversation: frame.conversation ?? this.conversation });
    return this.flush(now);
  }

  /** Forget a frame that is not under way. @param {string} id */
  drop(id) {
    this.outbox = this.outbox.filter((frame) => frame.id !== id || id === this.inFlight);
  }

  /** Send something that is worth its moment only. @param {Frame} frame @returns {Action[]} */
  whisper(frame) {
    return this.phase === "up" ? [["send", this.attempt, frame]] : [];
  }

  /** Everything up to a number was seen. @param {number} number */
  read(number) {
    this.seen = Math.max(this.seen, number);
    return this.tellSeen();
  }

  /** There is a line: say hello. @param {number} attempt @param {number} now @returns {Action[]} */
  connected(attempt, now) {
    if (attempt !== this.attempt || this.phase !== "dialing") return [];
    this.phase = "greeting";
    this.heardAt = now;
    return [["send", attempt, { t: "hello", ...this.hello() }]];
  }

  /** The line is gone. @param {number} attempt @param {number} now */
  lost(attempt, now) {
    if (attempt !== this.attempt || ["off", "over", "pausing"].includes(this.phase)) return [];
    return this.pause(now);
  }

  /** The server said something. @param {number} attempt @param {Frame} frame @param {number} now @returns {Action[]} */
  received(attempt, frame, now) {
    if (attempt !== this.attempt || !["greeting", "syncing", "up"].includes(this.phase)) return [];
    this.heardAt = now;
    this.askedAt = null;
    if (this.phase === "greeting" && frame.t !== "welcome" && frame.t !== "bye") return [];
    const actions = this.take(frame, now);
    this.plan(now);
    return actions;
  }

  /** Time has come, perhaps. @param {number} now @returns {Action[]} */
  tick(now) {
    if (this.due === null || now < this.due) return [];
    if (this.phase === "pausing") return this.dial(now);
    const waits = ["dialing", "greeting", "syncing"].includes(this.phase);
    const unanswered = this.inFlight !== "" && now - this.sentAt >= ANSWER_MS;
    const dead = this.askedAt !== null && now - this.askedAt >= ANSWER_MS;
    if (waits || unanswered || dead) return [["hang_up", this.attempt], ...this.pause(now)];
    let actions = this.flush(now);
    if (!actions.length && this.askedAt === null && now - this.heardAt >= QUIET_MS) {
      this.askedAt = now;
      actions = [["send", this.attempt, { t: "ping" }]];
    }
    this.plan(now);
    return actions;
  }

  /** @param {number} now @returns {Action[]} */
  dial(now) {
    this.attempt += 1;
    this.phase = "dialing";
    this.due = now + CONNECT_MS;
    return [["dial", this.attempt]];
  }

  /** @param {number} now @param {number} [ms] @returns {Action[]} */
  pause(now, ms) {
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures);
    this.failures += 1;
    this.phase = "pausing";
    this.inFlight = "";
    this.askedAt = null;
    this.due = now + (ms ?? Math.round(longest * (0.5 + this.chance() / 2)));
    return [];
  }

  /** When to look again. @param {number} now */
  plan(now) {
    if (this.phase === "syncing") this.due = now + CONNECT_MS;
    if (this.phase !== "up") return;
    let due = this.askedAt === null ? this.heardAt + QUIET_MS : this.askedAt + ANSWER_MS;
    if (this.inFlight) due = Math.min(due, this.sentAt + ANSWER_MS);
    else if (this.outbox.length) due = Math.min(due, this.holdUntil);
    this.due = due;
  }

  /** @param {Frame} frame @param {number} now @returns {Action[]} */
  take(frame, now) {
    switch (frame.t) {
      case "welcome": return this.welcome(frame, now);
      case "state": return [...this.follow(frame.state), ["pass", frame]];
      case "said": return this.said(frame, now);
      case "ack": return [...this.settle(frame.id, frame.n ?? 0), ...this.flush(now)];
      case "refused":
        if (!this.takeOut(frame.id)) return [];
        return [["failed", frame.id, frame.code, frame.detail ?? ""], ...this.flush(now)];
      case "wait":
        if (frame.id === this.inFlight) {
          this.inFlight = "";
          this.holdUntil = now + frame.ms;
        }
        return [];
      case "bye":
        if (frame.ms) return [["hang_up", this.attempt], ["pass", frame], ...this.pause(now, frame.ms)];
        this.phase = "over";
        this.due = null;
        this.inFlight = "";
        return [["hang_up", this.attempt], ["pass", frame]];
      default: return [["pass", frame]];
    }
  }

  /** @param {Frame} frame @param {number} now @returns {Action[]} */
  welcome(frame, now) {
    if (this.phase !== "greeting") return [];
    this.phase = "syncing";
    this.failures = 0;
    this.holdUntil = this.seenTold = 0;
    this.target = this.last;
    /** @type {Action[]} */
    const actions = [["pass", frame]];
    if (frame.state) {
      actions.push(...this.follow(frame.state));
      this.target = frame.state.last;
    }
    return [...actions, ...this.whenSynced(now)];
  }

  /** @param {Frame} state @returns {Action[]} */
  follow(state) {
    if (state.id === this.conversation) return [];
    this.conversation = state.id;
    this.last = 0;
    this.target = state.last;
    this.seen = this.seenTold = 0;
    return [["begin", state.id]];
  }

  /** @param {Frame} frame @param {number} now @returns {Action[]} */
  said(frame, now) {
    if (frame.n <= this.last) return [];
    // never on a sound line: begin again from what we have
    if (frame.n > this.last + 1) return [["hang_up", this.attempt], ...this.pause(now)];
    this.last = frame.n;
    /** @type {Action[]} */
    const actions = [["show", frame]];
    if (frame.id) actions.push(...this.settle(frame.id, frame.n));
    return [...actions, ...(this.phase === "syncing" ? this.whenSynced(now) : this.flush(now))];
  }

  /** @param {number} now @returns {Action[]} */
  whenSynced(now) {
    if (this.last < this.target) return [];
    this.phase = "up";
    return [...this.tellSeen(), ...this.flush(now)];
  }

  /** @param {string} id @param {number} number @returns {Action[]} */
  settle(id, number) {
    return this.takeOut(id) ? [["sent", id, number]] : [];
  }

  /** @param {string} id */
  takeOut(id) {
    const before = this.outbox.length;
    this.outbox = this.outbox.filter((frame) => frame.id !== id);
    if (this.inFlight === id) this.inFlight = "";
    return this.outbox.length < before;
  }

  /** @param {number} now @returns {Action[]} */
  flush(now) {
    const frame = this.outbox[0];
    if (this.phase !== "up" || this.inFlight || !frame || now < this.holdUntil) return [];
    this.inFlight = frame.id;
    this.sentAt = now;
    const sent = { ...frame };
    frame.again = true;
    this.plan(now);
    return [["send", this.attempt, sent]];
  }

  /** @returns {Action[]} */
  tellSeen() {
    if (this.phase !== "up" || this.seen <= this.seenTold) return [];
    this.seenTold = this.seen;
    return [["send", this.attempt, { t: "read", n: this.seen }]];
  }
}
