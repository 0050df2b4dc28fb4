// What the list of prepared replies looks for, and what it finds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fitting, sought } from "../src/parts/chat_replies.js";

const reply = (id, name, text) => ({ id, name, text, words: `${id} ${name} ${text}`.toLowerCase() });
const REPLIES = [reply("greeting", "问候", "您好，请稍等"), reply("moment", "请稍等", "正在查询"), reply("bye", "Farewell", "Thank you")];
const ids = (words) => fitting(REPLIES, words).map(({ id }) => id);

test("only a slash at the beginning of one line asks for replies", () => {
  assert.equal(sought("/"), "");
  assert.equal(sought("/ Gree "), "gree");
  for (const text of ["", "a/b", " /x", "/x\nsecond line"]) assert.equal(sought(text), null, text);
});

test("every word must be found; whose name begins so comes first", () => {
  assert.deepEqual(ids(""), ["greeting", "moment", "bye"]);
  assert.deepEqual(ids("请稍等"), ["moment", "greeting"]);
  assert.deepEqual(ids("thank fare"), ["bye"]);
  assert.deepEqual(ids("thank 问候"), []);
});
