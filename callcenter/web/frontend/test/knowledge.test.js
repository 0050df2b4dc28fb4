// Where an article's answer stands in a reply that has been begun.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inserted } from "../src/parts/knowledge.js";

test("an empty reply is the answer", () => {
  assert.deepEqual(inserted("", 0, 0, "Yes."), { text: "Yes.", caret: 4 });
});

test("what is typed stays, on a line of its own, and what is chosen is replaced", () => {
  assert.deepEqual(inserted("Hello", 5, 5, "Yes."), { text: "Hello\nYes.", caret: 10 });
  assert.deepEqual(inserted("Hello ", 6, 6, "Yes."), { text: "Hello Yes.", caret: 10 });
  assert.deepEqual(inserted("Hello OLD bye", 6, 9, "Yes."), { text: "Hello Yes. bye", caret: 10 });
});
