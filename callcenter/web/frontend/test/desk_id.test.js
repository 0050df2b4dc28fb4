// A tab's name: kept over a reload however slow, never shared by two tabs.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { deskId } from "../src/parts/desk_id.js";

/** A browser's locks: who holds a name, who waits for it. */
class Locks {
  held = new Set();
  waiting = /** @type {Map<string, () => void>} */ (new Map());
  request(name, { ifAvailable, signal }, granted) {
    if (!this.held.has(name)) { this.held.add(name); granted({ name }); return new Promise(() => {}); }
    if (ifAvailable) { granted(null); return Promise.resolve(); }
    return new Promise((_, refuse) => {
      this.waiting.set(name, () => { this.held.add(name); granted({ name }); });
      this.ended = () => refuse(new Error("aborted"));
      this.asked?.(signal);
    });
  }
  free(name) { this.held.delete(name); this.waiting.get(name)?.(); }
}

let kept, listeners, locks;
const patience = [];
beforeEach(() => {
  [kept, listeners, locks] = [new Map(), new Map(), new Locks()];
  globalThis.sessionStorage = {
    getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key),
  };
  globalThis.addEventListener = (kind, act) => listeners.set(kind, act);
  Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });
  AbortSignal.timeout = (ms) => { patience.push(ms); return new AbortController().signal; };
});
const waits = () => new Promise((resolve) => { locks.asked = resolve; });

test("a first page gets a name and keeps it for the next", async () => {
  const name = await deskId();
  assert.equal(kept.get("desk-id"), name);
  assert.ok(locks.held.has(`desk-${name}`));
});

test("a name that is free is ours at once, with no time set", async () => {
  kept.set("desk-id", "one");
  patience.length = 0;
  assert.equal(await deskId(), "one");
  assert.deepEqual(patience, []);
});

test("after a reload the name is waited for until the page before lets go", async () => {
  kept.set("desk-id", "one");
  locks.held.add("desk-one");
  kept.set("desk-left", "yes");
  patience.length = 0;
  const [asked, name] = [waits(), deskId()];
  await asked;
  assert.deepEqual(patience, [5_000]);
  locks.free("desk-one");
  assert.equal(await name, "one");
  assert.equal(kept.has("desk-left"), false);
});

test("a duplicated tab, whose original lives, gets a name of its own soon", async () => {
  kept.set("desk-id", "one");
  locks.held.add("desk-one");
  patience.length = 0;
  const [asked, name] = [waits(), deskId()];
  await asked;
  assert.deepEqual(patience, [400]);
  locks.ended();
  assert.notEqual(await name, "one");
  assert.equal(kept.get("desk-id"), await name);
});

test("a page that goes says so; one that comes back from the browser's memory takes it back", async () => {
  await deskId();
  listeners.get("pagehide")();
  assert.equal(kept.get("desk-left"), "yes");
  listeners.get("pageshow")({ persisted: true });
  assert.equal(kept.has("desk-left"), false);
});
