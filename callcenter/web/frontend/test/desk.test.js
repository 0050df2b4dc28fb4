// Pure parts of the desk: keys, the line's grades, the microphone's level and troubles, the result form.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { troubleOf } from "../src/parts/devices.js";
import { shownKey } from "../src/parts/key_help.js";
import { entryOf, KEYS } from "../src/parts/keys.js";
import { percentOf } from "../src/parts/level.js";
import { countsOf, figuresOf, grade, shown } from "../src/parts/quality.js";
import { resultOf } from "../src/parts/result_form.js";

const WORDS = new URL("../../templates/agent/keys.html", import.meta.url);
const FIGURES = { loss: 0, jitter: 5, rtt: 40, lossThere: 0, codec: "opus" };

test("no key does two things, and each is found whatever its case", () => {
  const all = KEYS.flatMap(({ keys }) => keys);
  assert.equal(new Set(all).size, all.length);
  assert.equal(entryOf({ key: "H" })?.entry.id, "hold");
  assert.equal(entryOf({ key: "Enter", ctrlKey: true })?.entry.id, "file");
  assert.equal(entryOf({ key: "Enter" })?.entry.id, "accept");
  assert.equal(entryOf({ key: "h", ctrlKey: true }), null);
  assert.equal(entryOf({ key: "2" })?.at, 1);
});

test("each key has words on the page, and there are no words without a key", () => {
  const named = [...readFileSync(WORDS, "utf8").matchAll(/\("([a-z_]+)", _\(/g)].map((found) => found[1]);
  assert.deepEqual(named.sort(), KEYS.map(({ id }) => id).sort());
});

test("keys are written as on the keyboard", () => {
  assert.deepEqual(["Escape", "Control+Enter", "a", "?"].map(shownKey), ["Esc", "Ctrl+Enter", "A", "?"]);
});

test("the worst figure grades the line; unknown ones do not count", () => {
  assert.equal(grade(FIGURES), "good");
  assert.equal(grade({ ...FIGURES, loss: 2 }), "fair");
  assert.equal(grade({ ...FIGURES, loss: 2, rtt: 700 }), "poor");
  assert.equal(grade({ ...FIGURES, loss: null, jitter: null, rtt: null, lossThere: null }), "good");
});

test("loss is that of the last moments, and silence on hold is none", () => {
  const rows = (received, lost) => [
    { id: "c", type: "codec", mimeType: "audio/opus" },
    { type: "inbound-rtp", kind: "audio", packetsReceived: received, packetsLost: lost, jitter: 0.012, codecId: "c" },
    { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.05 },
    { type: "remote-inbound-rtp", fractionLost: 0.01 },
  ];
  const counts = [countsOf(rows(1_000, 50)), countsOf(rows(1_090, 60))];
  assert.deepEqual(figuresOf(counts), { loss: 10, jitter: 12, rtt: 50, lossThere: 1, codec: "opus" });
  assert.equal(figuresOf([counts[1], counts[1]]).loss, null);
  assert.equal(shown("loss", figuresOf(counts)), "10.0 %");
  assert.equal(shown("rtt", { rtt: null }), "–");
});

test("a microphone's level goes from silence to full scale", () => {
  assert.equal(percentOf(new Float32Array(512)), 0);
  assert.equal(percentOf(new Float32Array(512).fill(1)), 100);
  assert.equal(percentOf(new Float32Array(512).fill(0.001)), 0);
  assert.ok(percentOf(new Float32Array(512).fill(0.1)) > 50);
});

test("what is wrong with a microphone, in one word", () => {
  assert.deepEqual(["NotAllowedError", "NotFoundError", "OverconstrainedError", "NotReadableError"].map(troubleOf), ["refused", "missing", "missing", "busy"]);
});

test("the form's own fields are told apart from the queue's", () => {
  const values = [["disposition", "solved"], ["note", "x"], ["field.tail", "1234"], ["field.note", "y"], ["other", "z"], ["follow_up", ""]];
  assert.deepEqual(resultOf(values), { disposition: "solved", note: "x", follow_up: "", fields: { tail: "1234", note: "y" } });
});
