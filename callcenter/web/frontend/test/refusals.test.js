// Refusals that come out of order.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusals } from "../src/parts/refusals.js";

const empty = () => ({ textContent: "", hidden: true });

test("of two refusals the last act's stands, whichever is answered last", () => {
  const refusals = new Refusals(), place = empty();
  const [first, second] = [refusals.begin(place), refusals.begin(place)];
  refusals.refuse(second, place, "second");
  refusals.refuse(first, place, "first");
  assert.deepEqual(place, { textContent: "second", hidden: false });
});

test("in order, the newer refusal replaces the older one", () => {
  const refusals = new Refusals(), place = empty();
  const [first, second] = [refusals.begin(place), refusals.begin(place)];
  refusals.refuse(first, place, "first");
  assert.equal(place.textContent, "first");
  refusals.refuse(second, place, "second");
  assert.equal(place.textContent, "second");
});

test("an older act's refusal is said when the newer act was done", () => {
  const refusals = new Refusals(), place = empty();
  const first = refusals.begin(place);
  refusals.begin(place);
  refusals.refuse(first, place, "first");
  assert.deepEqual(place, { textContent: "first", hidden: false });
});

test("a new act clears its place, and what an older one left unsaid stays unsaid", () => {
  const refusals = new Refusals(), place = empty();
  const [first, second] = [refusals.begin(place), refusals.begin(place)];
  refusals.refuse(second, place, "second");
  refusals.begin(place);
  assert.deepEqual(place, { textContent: "", hidden: true });
  refusals.refuse(first, place, "first");
  assert.deepEqual(place, { textContent: "", hidden: true });
});

test("each place has its own last refusal; a place that is gone does no harm", () => {
  const refusals = new Refusals(), here = empty(), there = empty();
  const [first, second] = [refusals.begin(here), refusals.begin(there)];
  refusals.refuse(second, there, "second");
  refusals.refuse(first, here, "first");
  refusals.refuse(first, null, "nowhere");
  assert.deepEqual([here.textContent, there.textContent], ["first", "second"]);
});
