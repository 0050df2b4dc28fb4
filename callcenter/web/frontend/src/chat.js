// @ts-check
// The chat widget: <script src="https://bank/chat/widget.js" data-entry="web" async></script> on any page.

import { WidgetLine } from "./parts/chat_line.js";
import { memoryOf, newId } from "./parts/chat_memory.js";
import { Transport } from "./parts/chat_transport.js";
import { ChatView } from "./parts/chat_view.js";
import { wordsIn } from "./parts/chat_words.js";

const TYPING_MS = 3_000;

/** @param {HTMLScriptElement} script */
function start(script) {
  const base = new URL(script.src).origin;
  const entry = script.dataset.entry ?? "web";
  const language = script.dataset.lang ?? (document.documentElement.lang || navigator.language);
  const tongue = language.toLowerCase().startsWith("zh") ? "zh" : "en";
  const memory = memoryOf(entry);
  const line = new WidgetLine();
  const view = new ChatView(wordsIn(tongue), tongue === "zh" ? "zh-CN" : "en", {
    opened, closed, say, choose, typing, file, leave, rate, message, mail, save, picture, begin, seen,
  });
  const transport = new Transport(base, entry, {
    connected: (attempt) => act(line.connected(attempt, Date.now())),
    lost: (attempt) => act(line.lost(attempt, Date.now())),
    received: (attempt, frame) => act(line.received(attempt, frame, Date.now())),
  }, () => line.hello());
  /** @type {any} */
  let welcome = null;
  let typedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {any} */
  let state = null;

  /** @param {any[]} actions */
  function act(actions) {
    for (const [kind, ...rest] of actions) {
      if (kind === "dial") transport.dial(rest[0]);
      else if (kind === "hang_up") transport.hangUp(rest[0]);
      else if (kind === "send") void out(rest[0], rest[1]);
      else if (kind === "begin") view.begin();
      else if (kind === "show") view.show(rest[0]);
      else if (kind === "sent") {
        memory.drop(rest[0]);
        view.sent(rest[0], rest[1]);
      } else if (kind === "failed") {
        memory.drop(rest[0]);
        view.failed(rest[0], rest[1]);
      } else if (kind === "pass") passed(rest[0]);
    }
    view.line(line.phase);
    clearTimeout(timer);
    if (line.due !== null) timer = setTimeout(() => act(line.tick(Date.now())), Math.max(0, line.due - Date.now()));
  }

  /** @param {number} attempt @param {any} frame */
  async function out(attempt, frame) {
    if (frame.t !== "hello") {
      transport.send(attempt, frame);
      return;
    }
    const who = { v: 1, key: memory.key(), token: await token(), language: tongue, page: location.href.slice(0, 500) };
    transport.send(attempt, { ...frame, ...who });
  }

  /** The bank's own site says who is signed in. */
  async function token() {
    if (script.dataset.token) return script.dataset.token;
    if (!script.dataset.tokenUrl) return "";
    try {
      const got = await fetch(script.dataset.tokenUrl, { credentials: "same-origin" });
      return got.ok ? (await got.text()).trim() : "";
    } catch {
      return "";
    }
  }

  /** @param {any} frame */
  function passed(frame) {
    if (frame.t === "welcome") {
      welcome = frame;
      if (frame.key) memory.keepKey(frame.key);
      view.welcome(frame);
    }
    if (frame.state) {
      state = frame.state;
      view.state(state);
    }
    if (frame.t === "typing") view.typing(frame.on ?? false);
    if (frame.t === "bye" && !frame.ms) view.over(frame.code);
  }

  function opened() {
    memory.keepOpen(true);
    act(line.open(Date.now()));
    seen();
  }

  function closed() {
    memory.keepOpen(false);
  }

  /** @param {any} frame @param {boolean} [secret] for this page alone to remember @returns {string} */
  function queue(frame, secret = false) {
    const whole = { id: newId(), ...frame };
    if (!secret) memory.put({ ...whole, conversation: whole.conversation ?? line.conversation });
    act(line.send(whole, Date.now()));
    return whole.id;
  }

  /** @returns {string} the conversation a new message belongs to; none once it is over */
  function here() {
    return state && state.open ? state.id : "";
  }

  /** @param {string} text @param {boolean} [secret] */
  function say(text, secret = false) {
    typedAt = 0;
    return queue({ t: "say", text, conversation: here() }, secret);
  }

  /** @param {number} number @param {string} choice */
  function choose(number, choice) {
    return queue({ t: "choose", number, choice, conversation: here() });
  }

  function begin() {
    return queue({ t: "start", conversation: "" });
  }

  function leave() {
    return queue({ t: "leave", conversation: line.conversation });
  }

  /** @param {number} score @param {string} comment */
  function rate(score, comment) {
    return queue({ t: "rate", score, comment, conversation: line.conversation });
  }

  /** @param {{name: string, reach: string, text: string}} left */
  function message(left) {
    return queue({ t: "message", ...left });
  }

  /** @param {string} address */
  function mail(address) {
    return queue({ t: "mail", address, conversation: line.conversation });
  }

  function typing() {
    if (Date.now() - typedAt < TYPING_MS || !here()) return;
    typedAt = Date.now();
    act(line.whisper({ t: "typing", on: true }));
  }

  function seen() {
    if (view.isOpen() && !document.hidden && line.last) act(line.read(line.last));
  }

  /** @param {string} path @param {Record<string, string>} more @param {RequestInit} [init] */
  function ask(path, more, init = {}) {
    const query = new URLSearchParams({ entry, conversation: line.conversation, ...more });
    const headers = { Authorization: `Bearer ${welcome?.pass ?? "none"}` };
    return fetch(`${base}/chat/${path}?${query}`, { ...init, headers });
  }

  /** @param {File} given @returns {Promise<string>} empty, or why not */
  async function file(given) {
    if (given.size > (welcome?.file ?? 0)) return "file_too_big";
    if (!here()) {
      begin();
      if (!(await view.until(() => here() !== "" && line.phase === "up"))) return "other";
    }
    try {
      const got = await ask("files", { id: newId(), name: given.name }, { method: "POST", body: given });
      return got.ok ? "" : (await got.json()).code;
    } catch {
      return "other";
    }
  }

  /** @param {{id: string, name: string}} given @returns {Promise<Blob | null>} */
  async function picture(given) {
    try {
      const got = await ask(`files/${given.id}`, {});
      return got.ok ? await got.blob() : null;
    } catch {
      return null;
    }
  }

  /** @param {string} form @returns {Promise<Blob | null>} */
  async function save(form) {
    try {
      const got = await ask("transcript", { form });
      return got.ok ? await got.blob() : null;
    } catch {
      return null;
    }
  }

  document.body.append(view.host);
  for (const frame of memory.outbox()) {
    view.queued(frame);
    act(line.send({ ...frame, again: true }, Date.now()));
  }
  addEventListener("online", () => act(line.open(Date.now())));
  addEventListener("pagehide", () => transport.gone());
  document.addEventListener("visibilitychange", seen);
  if (script.dataset.open !== undefined || memory.wasOpen()) view.open(script.dataset.open === undefined);
  else if (memory.outbox().length || memory.key()) act(line.open(Date.now()));
}

const script = /** @type {HTMLScriptElement} */ (document.currentScript);
if (document.body) start(script);
else addEventListener("DOMContentLoaded", () => start(script));
