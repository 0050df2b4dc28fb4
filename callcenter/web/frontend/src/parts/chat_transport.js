// @ts-check
// Carries the frames of a chat line: over a WebSocket, or over long polls where none comes about.

/** @typedef {{connected: (attempt: number) => void, lost: (attempt: number) => void, received: (attempt: number, frame: any) => void}} Hears */

const TRIES = 2;

export class Transport {
  /**
   * @param {string} base origin of the chat server @param {string} entry
   * @param {Hears} hears @param {() => {conversation: string, last: number}} has
   * @param {{WebSocket?: any, fetch?: any}} [parts]
   */
  constructor(base, entry, hears, has, parts = globalThis) {
    this.base = base;
    this.query = `?entry=${encodeURIComponent(entry)}`;
    this.hears = hears;
    this.has = has;
    this.parts = parts;
    this.failures = 0;
    this.attempt = 0;
    /** @type {any} */
    this.socket = null;
    this.line = "";
    this.rev = 0;
    this.polls = false;
  }

  /** @param {number} attempt */
  dial(attempt) {
    this.hangUp(this.attempt);
    this.attempt = attempt;
    this.polls = this.failures >= TRIES || !this.parts.WebSocket;
    if (this.polls) {
      this.line = "";
      this.rev = 0;
      this.hears.connected(attempt);
      return;
    }
    let welcome = false;
    const socket = new this.parts.WebSocket(this.base.replace(/^http/, "ws") + "/chat/socket" + this.query);
    this.socket = socket;
    socket.onopen = () => this.hears.connected(attempt);
    socket.onmessage = (/** @type {MessageEvent} */ event) => {
      welcome = true;
      this.failures = 0;
      this.hears.received(attempt, JSON.parse(event.data));
    };
    socket.onclose = () => {
      if (!welcome) this.failures += 1;
      this.hears.lost(attempt);
    };
  }

  /** @param {number} attempt */
  hangUp(attempt) {
    if (attempt !== this.attempt) return;
    if (this.socket) {
      this.socket.onclose = this.socket.onmessage = this.socket.onopen = null;
      this.socket.close();
      this.socket = null;
    }
    this.attempt = 0;
  }

  /** @param {number} attempt @param {any} frame */
  send(attempt, frame) {
    if (attempt !== this.attempt) return;
    if (this.polls) void this.ask(attempt, frame);
    else if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame));
  }

  /** The page is being closed. */
  gone() {
    if (!this.polls || !this.line) return;
    const body = JSON.stringify({ line: this.line, frames: [{ t: "gone" }] });
    void this.parts.fetch(this.base + "/chat/poll" + this.query, { method: "POST", body, keepalive: true }).catch(() => {});
  }

  /** One request: with a frame it brings that, without it waits for news. @param {number} attempt @param {any} [frame] */
  async ask(attempt, frame) {
    const body = { line: this.line, frames: frame ? [frame] : [], wait: !frame, rev: this.rev, ...this.has() };
    let answer;
    try {
      const got = await this.parts.fetch(this.base + "/chat/poll" + this.query, { method: "POST", body: JSON.stringify(body) });
      answer = await got.json();
      if (!got.ok) throw new Error(answer.code);
    } catch {
      if (attempt === this.attempt) this.hears.lost(attempt);
      return;
    }
    if (attempt !== this.attempt) return;
    this.line = answer.line;
    for (const each of answer.frames) {
      if (each.rev) this.rev = each.rev;
      this.hears.received(attempt, each);
    }
    if ((!frame || frame.t === "hello") && attempt === this.attempt) void this.ask(attempt);
  }
}
