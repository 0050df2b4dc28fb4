// The chat widget without a browser: its words, what it remembers, when it takes long polls.
import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryOf } from "../src/parts/chat_memory.js";
import { Transport } from "../src/parts/chat_transport.js";
import { TABLES, wordsIn } from "../src/parts/chat_words.js";

test("both languages say the same things, with the same blanks", () => {
  const [zh, en] = TABLES;
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
  for (const [word, text] of Object.entries(zh)) assert.equal(text.includes("{n}"), en[word].includes("{n}"), word);
});

test("a code without words is said in general ones", () => {
  assert.equal(wordsIn("en")("no_such_code"), wordsIn("en")("other"));
  assert.equal(wordsIn("zh-CN")("ahead", 3), "您前面还有 3 位");
});

test("what is not sent yet is remembered until it is answered", () => {
  const kept = new Map();
  const storage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
  memoryOf("web", storage).put({ id: "a", text: "x" });
  memoryOf("web", storage).put({ id: "b", text: "y" });
  memoryOf("web", storage).drop("a");
  assert.deepEqual(memoryOf("web", storage).outbox().map((frame) => frame.id), ["b"]);
  assert.deepEqual(memoryOf("app", storage).outbox(), []);
});

test("a browser that keeps nothing is no trouble", () => {
  const memory = memoryOf("web", { getItem: () => { throw new Error("forbidden"); }, setItem: () => { throw new Error("full"); } });
  memory.keepKey("k");
  memory.put({ id: "a" });
  assert.equal(memory.key(), "");
  assert.deepEqual(memory.outbox(), []);
});

test("where no WebSocket comes about twice, polls are taken", () => {
  const dialled = [];
  class NoSocket {
    constructor(address) { dialled.push(address); this.readyState = 0; }
    close() {}
  }
  const told = [];
  const hears = { connected: (n) => told.push(["connected", n]), lost: (n) => told.push(["lost", n]), received: () => {} };
  const transport = new Transport("https://bank.example", "web", hears, () => ({ conversation: "", last: 0 }), { WebSocket: NoSocket });
  for (const attempt of [1, 2]) {
    transport.dial(attempt);
    transport.socket.onclose();
  }
  transport.dial(3);
  assert.deepEqual(dialled, Array(2).fill("wss://bank.example/chat/socket?entry=web"));
  assert.deepEqual(told, [["lost", 1], ["lost", 2], ["connected", 3]]);
});
